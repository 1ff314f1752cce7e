// Builds what is committed in dist: the page's scripts and their parts, the package and its types.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? `${here}/dist`);
const shared = {
  absWorkingDir: here, bundle: true, minify: true, target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning",
};
const module = (name) => build({ ...shared, entryPoints: [`src/${name}.ts`], outfile: `${out}/${name}.js`, format: "esm" });

// A part that comes later is a file beside the script; its address changes with its content.
const apart = {
  name: "apart",
  setup(job) {
    job.onResolve({ filter: /./ }, ({ kind, path }) => {
      if (kind !== "dynamic-import") return undefined;
      const file = `${basename(path)}.js`;
      const hash = createHash("sha256").update(readFileSync(`${out}/${file}`)).digest("hex").slice(0, 16);
      return { path: `./${file}?${hash}`, external: true };
    });
  },
};
// As "iife", import() would become require(). A script of another origin has no address of its own
// to find its parts by, unless it was fetched with CORS: so each part is named by the script element's.
const own = 'const $own=(document.currentScript||document.querySelector("script[data-personalize-key]")).src;';
const script = async (name, source) => {
  const { outputFiles: [{ path, text }] } = await build({
    ...shared, entryPoints: [`src/${source}.ts`], outfile: `${out}/${name}.js`, plugins: [apart], format: "esm", write: false,
  });
  const named = text.trim().replace(/import\("(\.\/[^"]+)"\)/g, 'import(new URL("$1",$own))');
  writeFileSync(path, `(()=>{${named === text.trim() ? "" : own}${named}})();\n`);
};

rmSync(out, { recursive: true, force: true });
await Promise.all(["live", "templates", "index"].map(module));
await Promise.all([script("personalize", "page"), script("capture", "capture/page")]);
const tsc = resolve(here, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "--outDir", `${out}/types`], { cwd: here, stdio: "inherit" });

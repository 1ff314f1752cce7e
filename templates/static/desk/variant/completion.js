/** Placeholders: what is being written after two braces, what fits, and the text with it put in. */

const OPEN = /\{\{\s*([\w.$-]*)$/;
export const MOST = 12;

/** Return what stands between the last open braces and the cursor, or null outside of them. */
export function begun(text, cursor) {
  const found = OPEN.exec(text.slice(0, cursor));
  return found ? { start: found.index, typed: found[1] } : null;
}

/** Return the names that fit what was typed: those that begin with it first. */
export function fitting(names, typed) {
  const wanted = typed.toLowerCase();
  const rank = ({ path }) => (path.toLowerCase().startsWith(wanted) ? 0 : path.split(".").slice(1).join(".").toLowerCase().startsWith(wanted) ? 1 : 2);
  return names
    .filter(({ path }) => path.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
    .slice(0, MOST);
}

/** Return a placeholder as the language has it; quotes and backslashes of the default are kept plain. */
export function placeholder(path, fallback) {
  const said = fallback.replace(/[\\']/g, (sign) => `\\${sign}`);
  return `{{ ${path} | default: '${said}' }}`;
}

/** Return the text with a placeholder from ``start`` to ``end``, and where the default stands in it. */
export function put(text, start, end, path, fallback = "") {
  const made = placeholder(path, fallback);
  const rest = text.slice(end).replace(/^\s*\}\}/, "");
  const from = start + made.lastIndexOf(": '") + 3;
  return { text: text.slice(0, start) + made + rest, from, to: start + made.length - 4 };
}

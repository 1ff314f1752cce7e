/** A condition's document is never changed: every edit makes another one. Places are lists of keys. */

const LISTS = ["all", "any"];

export const pointer = (path) => path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export const get = (tree, path) => path.reduce((part, key) => part?.[key], tree);

/** Return the tree with another value at a place; ``undefined`` takes the key away. */
export function put(tree, path, value) {
  if (!path.length) return value;
  const [key, ...rest] = path;
  if (Array.isArray(tree)) return tree.map((part, i) => (i === key ? put(part, rest, value) : part));
  const inner = put(tree?.[key], rest, value);
  if (inner === tree?.[key]) return tree;
  if (inner !== undefined) return { ...tree, [key]: inner };
  const { [key]: _, ...others } = tree;
  return others;
}

/** What a part is: the name of its shape. */
export function kind(part) {
  if (!part || typeof part !== "object") return "nothing";
  return ["sequence", "has_been", "same", "everyone", "all", "any", "not", "attribute", "segment", "event"].find((key) => key in part) ?? "nothing";
}

/** The key of the list a group's parts stand in. */
export const listed = (part) => LISTS.find((key) => Array.isArray(part?.[key]));

export const isGroup = (part) => ["all", "any"].includes(kind(part));

const inList = (path) => typeof path.at(-1) === "number";

export function insert(tree, path, at, part) {
  const list = get(tree, path);
  return put(tree, path, [...list.slice(0, at), part, ...list.slice(at)]);
}

/** Take a part away: out of its list, or with the key that held it; alone, an empty group is left. */
export function remove(tree, path) {
  if (!path.length) return { all: [] };
  const outer = path.slice(0, -1);
  if (inList(path)) return put(tree, outer, get(tree, outer).filter((_, i) => i !== path.at(-1)));
  const key = path.at(-1);
  return key === "where" ? put(tree, path, undefined) : key === "not" ? remove(tree, outer) : put(tree, path, { all: [] });
}

/** Move a part up or down in its list. */
export function move(tree, path, by) {
  if (!inList(path)) return tree;
  const outer = path.slice(0, -1);
  const list = [...get(tree, outer)];
  const from = path.at(-1);
  const to = from + by;
  if (to < 0 || to >= list.length) return tree;
  list.splice(to, 0, ...list.splice(from, 1));
  return put(tree, outer, list);
}

/** Put a part into a group of its own. */
export const group = (tree, path) => put(tree, path, { all: [get(tree, path)] });

/** Take a group apart: its parts stand where it stood; a group alone gives way to its only part. */
export function ungroup(tree, path) {
  const part = get(tree, path);
  const inner = isGroup(part) ? part[listed(part)] : null;
  if (!inner) return tree;
  if (inner.length === 1) return put(tree, path, inner[0]);
  const outer = path.slice(0, -1);
  if (!inList(path)) return tree;
  const list = get(tree, outer);
  return put(tree, outer, [...list.slice(0, path.at(-1)), ...inner, ...list.slice(path.at(-1) + 1)]);
}

/** Turn "is so" into "is not so" and back. */
export function negate(tree, path) {
  const part = get(tree, path);
  return put(tree, path, kind(part) === "not" ? part.not : { not: part });
}

export function duplicate(tree, path) {
  if (!inList(path)) return tree;
  return insert(tree, path.slice(0, -1), path.at(-1) + 1, get(tree, path));
}

/** Every, or one of the parts: the word of a group. */
export function joined(tree, path, word) {
  const part = get(tree, path);
  const now = listed(part);
  if (now === word) return tree;
  return put(tree, path, Object.fromEntries(Object.entries(part).map(([key, value]) => [key === now ? word : key, value])));
}

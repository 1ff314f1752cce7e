/** Elements without markup in strings: what people wrote is only ever text. */

export function element(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(made.dataset, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return made;
}

export const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Put rows into the body in this order, and touch only those that stand elsewhere. */
export function arranged(body, all) {
  const kept = new Set(all);
  for (const row of [...body.children]) if (!kept.has(row)) row.remove();
  let at = body.firstChild;
  for (const row of all) {
    if (at && at !== row && at.nextSibling === row) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
    if (at === row) at = at.nextSibling;
    else body.insertBefore(row, at);
  }
}

/** What is kept in the browser, and in memory where the browser keeps nothing. */

const memory: Record<string, string | null> = {};

/** Return what is kept under a name; with a value, keep that instead, with `null` keep nothing. */
const box = (kind: "localStorage" | "sessionStorage") => (key: string, value?: string | null): string | null => {
  const name = `pz.${key}`;
  try {
    const kept = window[kind];
    if (value === undefined) return kept.getItem(name);
    if (value === null) kept.removeItem(name);
    else kept.setItem(name, value);
  } catch {
    if (value !== undefined) memory[kind + name] = value;
    return memory[kind + name] ?? null;
  }
  return value;
};

/** Kept until it is dropped, and seen by every tab of the site. */
export const lasting = box("localStorage");
/** Kept as long as the tab. */
export const passing = box("sessionStorage");

/** Return what is kept as JSON, or the other value where it is none. */
export const parsed = <Thing>(text: string | null, otherwise: Thing): Thing => {
  try { return (JSON.parse(text as string) as Thing) ?? otherwise; } catch { return otherwise; }
};

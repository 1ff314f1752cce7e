/** Ranges of cells as spreadsheets exchange them: tabs between cells, quotes around line ends. */

const quoted = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const write = (lines) => lines.map((line) => line.map(quoted).join("\t")).join("\n");

export function read(text) {
  const cell = /"((?:[^"]|"")*)"(?=[\t\n\r]|$)|[^\t\n\r]*/y;
  const lines = [[]];
  for (let at = 0; ; at += text.startsWith("\r\n", at) ? 2 : 1) {
    cell.lastIndex = at;
    const [whole, inner] = cell.exec(text);
    lines.at(-1).push(inner === undefined ? whole : inner.replaceAll('""', '"'));
    at += whole.length;
    if (at >= text.length) return lines;
    if (text[at] !== "\t") lines.push([]);
  }
}

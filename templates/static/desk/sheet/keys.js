/** The keys of a grid (WAI-ARIA Authoring Practices, Grid), and those of a spreadsheet. */

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-15, 0], PageDown: [15, 0] };

/** Return what a key press on the grid means: the name of an action and its arguments, or nothing. */
export function meaning(event, grid) {
  const { key, shiftKey: shift, altKey: alt } = event;
  const command = event.ctrlKey || event.metaKey;
  const { row, column } = grid.at;
  if (alt && STEPS[key]) return key === "ArrowUp" || key === "ArrowDown" ? ["shift", STEPS[key][0]] : null;
  if (STEPS[key] && !command) return ["step", ...STEPS[key], shift];
  if (key === "Home") return ["go", command ? 0 : row, 0, shift];
  if (key === "End") return ["go", command ? Infinity : row, Infinity, shift];
  if (key === "F8") return ["problem"];
  if (key === "?" && !command) return ["help"];
  if (key === " " && !alt) return command ? ["wholeColumn"] : shift ? ["wholeRows"] : ["edit", key];
  if (command) return commands(event);
  if (key === "Escape") return ["go", row, column];
  if (key === "Enter" || key === "F2") return ["edit"];
  if (key === "Delete" || key === "Backspace") return ["clear"];
  if (key.length === 1 && !alt) return ["edit", key];
  return null;
}

function commands(event) {
  const key = event.key.toLowerCase();
  const found = { d: ["duplicate"], z: event.shiftKey ? ["redo"] : ["undo"], y: ["redo"], s: ["save"], f: ["find"], a: ["all"] };
  return event.key === "Enter" ? ["add"] : (found[key] ?? null);
}

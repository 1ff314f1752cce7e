/** The keys of the page: what a button does, a key does too. */

const MOVES = { ArrowUp: -1, ArrowDown: 1 };

/** Return what listens to keys; ``page`` has ``act``, ``builder``, ``tools``, ``may`` and ``typed``. */
export function keys({ act, builder, tools, may, typed }) {
  return (event) => {
    typed(event);
    const done = meaning(event);
    if (!done) return;
    event.preventDefault();
    done();
  };

  function meaning(event) {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (command && key === "s") return tools.save;
    if (event.key === "F8") return tools.problem;
    if (!document.activeElement?.closest("#seg-builder")) return null;
    if (command && key === "z") return event.shiftKey ? tools.redo : tools.undo;
    if (command && key === "y") return tools.redo;
    const path = builder.placeOf(document.activeElement);
    return path && may.editor && event.altKey ? changing(path, event.key) : null;
  }

  function changing(path, key) {
    if (MOVES[key] && typeof path.at(-1) === "number") return () => act.move(path, MOVES[key]);
    if (key === "Delete" || key === "Backspace") return () => act.remove(path);
    const more = { g: act.group, u: act.ungroup, n: act.negate, d: act.duplicate };
    const found = more[key.toLowerCase()];
    return found ? () => found(path) : null;
  }
}

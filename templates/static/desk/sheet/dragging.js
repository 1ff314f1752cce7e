/** Rows dragged to another place by the mouse; buttons and keys do the same. */

export function dragging(grid, may, move) {
  let from = null;
  const rowOf = (event) => event.target.closest?.("tbody tr[data-row]");
  grid.body.addEventListener("dragstart", (event) => {
    const row = rowOf(event);
    from = may && row && !event.target.closest?.("input, textarea") ? Number(row.dataset.row) : null;
    if (from === null) return event.preventDefault();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    return undefined;
  });
  grid.body.addEventListener("dragover", (event) => {
    if (from === null || !rowOf(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });
  grid.body.addEventListener("dragend", () => (from = null));
  grid.body.addEventListener("drop", (event) => {
    event.preventDefault();
    const row = rowOf(event);
    if (from !== null && row) move(from, Number(row.dataset.row));
    from = null;
  });
}

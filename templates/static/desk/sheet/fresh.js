/** A page that was away is not shown as fresh: it is read anew, or, with unsaved work in it, says what was saved meanwhile. */

/** ``unsaved`` tells whether something would be lost; ``said`` hears of the newest revision where the page asks for it. */
export function fresh(asking, unsaved, said = null) {
  const look = async () => {
    const told = said && (await asking.ask("newest", {}));
    if (told?.newest) said(told.newest);
  };
  addEventListener("pageshow", (event) => event.persisted && (unsaved() ? look() : location.reload()));
  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("focus", look);
}

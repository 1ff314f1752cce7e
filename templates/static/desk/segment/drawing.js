/** When the sentence is drawn anew: never under somebody's hand. */

/** So long a list in which somebody chooses by typing is left alone, in milliseconds. */
const TYPING = 1_200;

/** Return ``soon``, which draws when nobody is in the middle of something, and ``typed`` for every key. */
export function drawing(draw) {
  let timer = 0;
  let typing = false;
  let pressed = false;

  function drawn() {
    clearTimeout(timer);
    timer = 0;
    draw();
  }

  /** A button that is being pressed stays until it is let go, else the click was for nothing. */
  function calmly() {
    if (!pressed) drawn();
  }

  /** Draw soon; a list in which somebody chooses by typing is drawn when they go on, or pause. */
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(calmly, typing && document.activeElement?.tagName === "SELECT" ? TYPING : 0);
  }

  /** A key was pressed: who goes on from a list finds what follows from the choice. */
  function typed(event) {
    typing = true;
    const on = ["Tab", "Enter"].includes(event.key) || event.altKey || event.ctrlKey;
    if (timer && on && event.target.tagName === "SELECT") drawn();
  }

  function press(event) {
    typing = false;
    pressed = Boolean(event.target.closest?.("button"));
  }

  function release() {
    setTimeout(() => {
      pressed = false;
      if (timer) drawn();
    }, 0);
  }

  document.addEventListener("pointerdown", press, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, release, true);
  return { soon, typed };
}

/** Everything that can be done to the tree, by a button or a key; the cursor stays where one worked. */

import * as trees from "./tree.js";

/** Return the acts; ``page`` has ``tree``, ``change``, ``say`` and, once it is made, ``builder``. */
export function acts(page) {
  const { tree, change, say } = page;
  const focusSoon = (at) => setTimeout(() => page.builder.focus(at), 0);

  /** Put the cursor into the first field of a new part. */
  function first(path) {
    setTimeout(() => {
      const unit = [...page.builder.mount.querySelectorAll("[data-path]")].find((one) => one.dataset.pointer === trees.pointer(path));
      (unit?.querySelector(".seg-body input, .seg-body select, .seg-body button") ?? unit?.querySelector("button"))?.focus();
    }, 0);
  }

  return {
    /** Change one value; a field that is being written in is not drawn again. */
    set(path, value, again = false) {
      change(trees.put(tree(), path, value), again, trees.pointer(path));
    },
    edit(path, turn, again = false) {
      change(trees.put(tree(), path, turn(trees.get(tree(), path))), again);
    },
    redraw: () => page.soon(),
    add(path, part) {
      change(trees.put(tree(), path, part), true);
      first(path);
    },
    insert(path, at, part) {
      change(trees.insert(tree(), path, at, part), true);
      first([...path, at]);
      say("added");
    },
    remove(path) {
      if (!change(trees.remove(tree(), path), true)) return;
      const list = typeof path.at(-1) === "number" ? trees.get(tree(), path.slice(0, -1)) : null;
      const near = list?.length ? `${trees.pointer([...path.slice(0, -1), Math.min(path.at(-1), list.length - 1)])}#remove` : list ? `${trees.pointer(path.slice(0, -1))}#add-attribute` : "#remove";
      focusSoon(near);
      say("removed");
    },
    move(path, by) {
      const to = [...path.slice(0, -1), path.at(-1) + by];
      if (!change(trees.move(tree(), path, by), true)) return;
      focusSoon(`${trees.pointer(to)}#${by < 0 ? "up" : "down"}`);
      say("moved", { place: to.at(-1) + 1 });
    },
    group(path) {
      if (change(trees.group(tree(), path), true)) focusSoon(`${trees.pointer(path)}/#joint`);
    },
    ungroup(path) {
      if (change(trees.ungroup(tree(), path), true)) focusSoon(`${trees.pointer(path)}#group`);
    },
    negate(path) {
      if (change(trees.negate(tree(), path), true)) focusSoon(`${trees.pointer(path)}#negate`);
    },
    duplicate(path) {
      if (change(trees.duplicate(tree(), path), true)) focusSoon(`${trees.pointer([...path.slice(0, -1), path.at(-1) + 1])}#duplicate`);
    },
    join: (path, word) => change(trees.joined(tree(), path, word), true),
    go: (at) => page.builder.focus(at),
  };
}

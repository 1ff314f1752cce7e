// The calendar by keys: arrows from entry to entry, Page Up and Page Down to other days.
const lanes = document.querySelector("[data-lanes]");

const step = (items, at, by) => items[Math.min(items.length - 1, Math.max(0, at + by))];

// The entry of a lane above or below that lies nearest beneath or over this one.
export function nearest(boxes, from, down) {
  const middle = (box) => (box.left + box.right) / 2;
  const there = boxes.filter((box) => (down ? box.top > from.top + 1 : box.top < from.top - 1));
  const line = down ? Math.min(...there.map((box) => box.top)) : Math.max(...there.map((box) => box.top));
  const row = there.filter((box) => Math.abs(box.top - line) < 2);
  return row.sort((one, other) => Math.abs(middle(one) - middle(from)) - Math.abs(middle(other) - middle(from)))[0];
}

function boxed(link) {
  const { left, right, top } = link.getBoundingClientRect();
  return { left, right, top, link };
}

const keys = {
  ArrowRight: (links, at) => step(links, at, 1),
  ArrowLeft: (links, at) => step(links, at, -1),
  Home: (links) => links[0],
  End: (links) => links.at(-1),
  ArrowDown: (links, at) => nearest(links.map(boxed), boxed(links[at]), true)?.link,
  ArrowUp: (links, at) => nearest(links.map(boxed), boxed(links[at]), false)?.link,
  PageUp: () => document.querySelector('[data-calendar="before"]'),
  PageDown: () => document.querySelector('[data-calendar="after"]'),
};

lanes?.addEventListener("keydown", (event) => {
  const links = [...lanes.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (at < 0 || !keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const found = keys[event.key](links, at);
  if (found?.dataset.calendar) found.click(); else found?.focus();
});

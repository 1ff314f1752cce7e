// The builder's pure parts: every operator and window can be chosen, and every step can be taken back.
// Reads the grammar from standard input where it is given; prints what was built as JSON lines.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { History } from "../../templates/static/desk/sheet/history.js";
import { Language } from "../../templates/static/desk/segment/language.js";
import * as trees from "../../templates/static/desk/segment/tree.js";

const { grammar, seed, trees: count } = JSON.parse(readFileSync(0, "utf8"));
const language = new Language(grammar, { attributes: {}, events: {}, segments: {} });
let state = seed;
const random = (most) => (state = (state * 1103515245 + 12345) % 2147483648) % most;
const one = (list) => list[random(list.length)];

/** What the fields of a schema write: every shape of it in turn. */
function value(schema, example, numbers) {
  if (!schema) return undefined;
  if (numbers && Array.isArray(schema.type)) return 1 + random(9);
  if (numbers && schema.type === "array" && Array.isArray(schema.items?.type)) return [1, 2 + random(9)];
  if (schema.enum) return one(schema.enum);
  if (schema.attribute) return "properties.price";
  if (schema.format === "length") return one(["15m", "24h", "7d"]);
  if (Array.isArray(schema.type)) return one(["DE", "two words", 3, true]);
  if (schema.type === "array" && Array.isArray(schema.items?.type)) return one([["DE", "AT"], [1, 2], ["x"]]);
  if (schema.type === "string" && example === undefined) return "Product Viewed";
  return example ?? language.blank(schema);
}

function asked(operator, numbers = false) {
  const part = grammar.operators[operator];
  const found = value(part.schema, part.example, numbers);
  return found === undefined ? { operator } : { operator, value: found };
}

const SPANS = [{}, { within: "24h" }, { between: ["2d", "1d"] }, { since: "2026-01-01T00:00:00Z" }, { until: "2026-12-01T00:00:00Z" }, { in_session: true }, { in_session: "45m" }, { since_last: "Order Completed" }];

function test(scope) {
  const [name, part] = one(language.forType(null));
  const made = { attribute: scope === "where" ? "properties.price" : one(["traits.plan", "traits.a b", "features.orders"]), ...asked(name) };
  return part.cases && random(2) ? { ...made, ignore_case: true } : made;
}

function event(measure, operator, span = {}) {
  const { schema } = grammar.measures[measure];
  const said = measure === "count" ? {} : { measure: schema ? { [measure]: value(schema, schema.type === "object" ? fill(schema) : undefined) } : measure };
  const { answers } = grammar.measures[measure];
  return { event: one(["Product Viewed", "Order Completed", "Odd \"name\""]), ...said, ...asked(operator, answers.length === 1 && answers[0] === "number"), ...span };
}

const fill = (schema) => Object.fromEntries(Object.entries(schema.properties).filter(([key]) => schema.required.includes(key)).map(([key, inner]) => [key, inner.attribute ? "properties.price" : inner.format === "length" ? "7d" : 5]));

function leaf() {
  const plain = () => ({ event: one(["Product Viewed", "Order Completed"]), ...one(SPANS) });
  const step = () => (random(4) ? { event: "Product Viewed", within: "30m" } : { not: { event: "Order Completed" }, within: "30m" });
  return one([
    () => test("segment"),
    () => ({ segment: "vip" }),
    () => ({ everyone: true }),
    plain,
    () => ({ ...plain(), where: random(2) ? test("where") : { all: [test("where"), { not: test("where") }] } }),
    () => ({ sequence: [{ event: "Product Viewed", value: 1 + random(3) }, step(), { event: "Product Added", within: "1h" }], within: "24h", ...one([{}, { same: "properties.product_id" }, { strict: true }]) }),
    () => ({ same: "properties.product_id", within: "24h", all: [{ event: "Product Viewed", ...asked("at_least") }, { not: { event: "Order Completed" } }] }),
    () => ({ has_been: test("segment"), for: "30m" }),
  ])();
}

/** Build a tree as a hand would: part by part, with groups, negations and moves. */
function built() {
  const history = new History({ all: [] });
  const past = [history.present];
  const lists = () => places(history.present).filter((path) => trees.isGroup(trees.get(history.present, path)));
  const units = () => places(history.present).filter((path) => typeof path.at(-1) === "number");
  const steps = [
    () => { const path = one(lists()); const part = trees.get(history.present, path); const key = trees.listed(part); return trees.insert(history.present, [...path, key], random(part[key].length + 1), random(4) ? leaf() : { any: [leaf()] }); },
    () => (units().length ? trees.move(history.present, one(units()), random(2) ? 1 : -1) : history.present),
    () => (units().length ? trees.group(history.present, one(units())) : history.present),
    () => trees.ungroup(history.present, one(lists())),
    () => (units().length ? trees.negate(history.present, one(units())) : history.present),
    () => (units().length ? trees.duplicate(history.present, one(units())) : history.present),
    () => (units().length > 2 ? trees.remove(history.present, one(units())) : history.present),
    () => trees.joined(history.present, one(lists()), one(["all", "any"])),
  ];
  for (let i = 0; i < 12; i++) {
    if (lists().length === 0) break;
    if (history.go(one([steps[0], steps[0], ...steps])())) past.push(history.present);
  }
  const last = history.present;
  for (const before of past.reverse().slice(1)) { assert.ok(history.undo()); assert.equal(history.present, before); }
  assert.ok(!history.undo());
  while (history.redo());
  assert.equal(history.present, last);
  return last;
}

function places(tree, path = []) {
  const part = trees.get(tree, path);
  if (trees.isGroup(part)) { const key = trees.listed(part); return [path, ...part[key].flatMap((_, i) => places(tree, [...path, key, i]))]; }
  if (trees.kind(part) === "not") return [path, ...places(tree, [...path, "not"])];
  return [path];
}

const whole = (tree) => places(tree).every((path) => !trees.isGroup(trees.get(tree, path)) || trees.get(tree, path)[trees.listed(trees.get(tree, path))].length);
const made = [];
for (const [name, part] of Object.entries(grammar.operators)) {
  if (!part.of_events) made.push({ attribute: "traits.plan", ...asked(name) });
  for (const measure of part.measures) made.push(event(measure, name));
  if (part.of_items) made.push({ attribute: "traits.tags", operator: "any_item", value: asked(name) });
}
for (const span of SPANS) made.push(event("count", "at_least", span), event("sum", "more_than", span));
for (let i = 0; i < count; i++) { const tree = built(); if (whole(tree)) made.push(tree); }
process.stdout.write(made.map((tree) => JSON.stringify(tree)).join("\n"));

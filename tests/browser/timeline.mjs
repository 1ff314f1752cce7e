// The journey's pure parts: what only changed is made whole, and every instant finds its step.
import assert from "node:assert/strict";
import test from "node:test";
import { inside, placed, whole } from "../../templates/static/desk/timeline.js";

const at = (minute) => new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString();
const steps = whole([{ at: at(1), slots: { a: 1, b: 1 }, happened: [] }, { at: at(5), slots: { a: 2 }, happened: [] }]);

test("a step holds all that its slots show", () => assert.deepEqual(steps[1].slots, { a: 2, b: 1 }));

test("an instant finds the last step before it, as looking at each one does", () => {
  for (let minute = 0; minute < 8; minute++) {
    const time = Date.parse(at(minute));
    assert.equal(placed(steps, time), steps.filter((step) => step.time <= time).length - 1);
  }
});

test("somebody is in a segment from their entry until before they leave", () => {
  const segments = [{ segment: "x", stays: [{ from: at(1), until: at(3) }, { from: at(6), until: null }] }];
  const found = [0, 1, 2, 3, 6, 9].map((minute) => inside(segments, Date.parse(at(minute))).length);
  assert.deepEqual(found, [0, 1, 1, 0, 1, 1]);
});

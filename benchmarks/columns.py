"""Batch: a thousand segments asked of a million profiles, in columns; CPU and memory."""

from __future__ import annotations

import gc
import resource
from random import Random
from time import process_time

import numpy as np

from benchmarks.ground import say
from rules import compiler
from rules.columns import choices, memberships, truths
from rules.columns.coded import Coded, flags
from rules.columns.numbers import Numbers
from rules.columns.table import Columns
from rules.columns.tags import Tags
from rules.conditions import All, Any, EventTest, Measure, Member, Not, Span, Test
from rules.durations import DAY
from rules.facts import Facts
from rules.matrix.document import Matrix, Row

SEGMENTS = 1_000
PROFILES = 1_000_000
LEAVES = 300
NOW = 20_000 * DAY
MISSING = 0.1
WORDS = [f"word-{i}" for i in range(200)]
ITEMS = tuple(f"tag-{i}" for i in range(60))
MEASURES = [Measure("Order Completed", span=Span(length=days * DAY)) for days in (1, 7, 30, 90)]
MEASURES += [Measure("Order Completed", kind="sum", path="properties.total")]
KEYS = {measure: f"window-{i}" for i, measure in enumerate(MEASURES)}


def population(size):
    """Return columns of 12 texts, 8 numbers, 3 instants, 4 flags, 2 lists of tags, 5 measures."""
    dice = np.random.default_rng(7)
    attributes = {}
    for i in range(12):
        known = 5 + 15 * i
        codes = dice.integers(1, known + 1, size, np.uint8)
        codes[dice.random(size) < MISSING] = 0
        attributes[f"traits.text{i}"] = Coded(codes, (None, *WORDS[:known]))
    for i in range(8):
        here = dice.random(size) >= MISSING
        numbers = dice.integers(0, 1_000, size) if i % 2 else dice.gamma(2, 60, size).round(2)
        attributes[f"traits.number{i}"] = Numbers(numbers, here)
    for i in range(3):
        instants = NOW - dice.integers(0, 365 * DAY, size)
        attributes[f"traits.seen{i}"] = Numbers(instants)
    for i in range(4):
        attributes[f"traits.flag{i}"] = flags(dice.random(size) < 0.3, dice.random(size) >= MISSING)
    for i in range(2):
        words = dice.integers(0, 2**60, (1, size), np.uint64)
        words &= dice.integers(0, 2**60, (1, size), np.uint64)
        attributes[f"traits.tags{i}"] = Tags(words, ITEMS)
    windows = {
        key: Numbers(dice.poisson(1.5, size) * (10**6 if measure.kind == "sum" else 1))
        for measure, key in KEYS.items()
    }
    segments = {"vip": flags(dice.random(size) < 0.05)}
    return Columns(size, attributes, segments, windows, NOW)


def about_a_text(dice):
    path, few = f"traits.text{dice.randrange(12)}", WORDS[: dice.randint(5, 40)]
    single = [(name, dice.choice(few)) for name in ("equals", "equals", "not_equals")]
    begins = ("starts_with", f"word-{dice.randrange(9)}")
    among = ("in", tuple(sorted(dice.sample(few, 4))))
    return Test(path, *dice.choice([*single, begins, among, among]))


def about_a_number(dice):
    path, low = f"traits.number{dice.randrange(8)}", dice.randrange(400)
    ends = [("at_least", low), ("less_than", low), ("between", (low, low + 100))]
    return Test(path, *dice.choice(ends))


def about_an_instant(dice):
    return Test(f"traits.seen{dice.randrange(3)}", "within_last", dice.randint(1, 90) * DAY)


def about_tags(dice):
    if dice.random() < 0.3:
        return Test(f"traits.flag{dice.randrange(4)}", "equals", True)
    return Test(f"traits.tags{dice.randrange(2)}", "has_any", tuple(dice.sample(ITEMS, 2)))


def about_events(dice):
    return EventTest(dice.choice(MEASURES), "at_least", dice.randint(1, 4))


ABOUT = [about_a_text] * 4 + [about_a_number] * 3 + [about_an_instant, about_tags, about_events]


def segments(dice, count=SEGMENTS):
    """Return so many conditions of two to five leaves, drawn from few hundred different ones."""
    leaves = [*(dice.choice(ABOUT)(dice) for _ in range(LEAVES - 1)), Member("vip")]
    found = {}
    for number in range(count):
        parts = [dice.choice(leaves) for _ in range(dice.randint(2, 5))]
        if dice.random() < 0.3:
            parts[-2:] = [Any(tuple(parts[-2:]))]
        if dice.random() < 0.1:
            parts[-1] = Not(parts[-1])
        found[f"segment-{number}"] = All(tuple(parts))
    return found


def peak():
    """Return the most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name, work, **beside):
    """Run once, say its CPU and the peak, return what it gave."""
    gc.collect()
    began = process_time()
    result = work()
    say(f"columns: {name}", cpu_s=process_time() - began, peak_mb=peak(), **beside)
    return result


def one_by_one(conditions, columns, people):
    """Return what the compiled closures take for the same, from a few thousand profiles."""
    answers = [compiler.compile(condition, {}) for condition in conditions.values()]
    read = {path: column.distinct(slice(0, people)) for path, column in columns.attributes.items()}
    told = [
        Facts({path: values[codes[row]] for path, (values, codes) in read.items()}, {}, {}, NOW)
        for row in range(people)
    ]
    began = process_time()
    for facts in told:
        for answer in answers:
            answer(facts)
    return (process_time() - began) / people


def moved(bits, conditions, columns):
    """Return how many memberships differ, the new ones never held whole."""
    return sum(
        len(memberships.moves(bits[part], found).row)
        for part, found in memberships.streamed(conditions, columns, KEYS)
    )


def about_segments(conditions, columns):
    """Ask all segments, change one and see who moves, count one alone."""
    asked = {leaf for each in conditions.values() for leaf in compiler.leaves(each)}
    bits = measured(
        "segments",
        lambda: memberships.memberships(conditions, columns, KEYS),
        segments=SEGMENTS,
        profiles=PROFILES,
        leaves=len(asked),
    )
    changed = dict(conditions) | {"segment-7": Test("traits.flag0", "equals", True)}
    moves = measured("all again, and who moves", lambda: moved(bits, changed, columns))
    one = {"one": conditions["segment-3"]}
    measured("count one segment", lambda: truths.count(one, columns, KEYS), moves=moves)
    plain = {
        name: each
        for name, each in conditions.items()
        if not compiler.measures(each) and not compiler.segments(each)
    }
    alone = one_by_one(plain, columns, 300) * PROFILES * SEGMENTS / len(plain)
    members = int(memberships.totals(bits, SEGMENTS).sum())
    say("columns: closures for the same, reckoned from 300", cpu_s=alone, memberships=members)


def about_rows(conditions, columns):
    """Take the segments' conditions for rows, drop the first, and see who is shown other things."""
    rows = tuple(
        Row(name, when, f"variant-{i % 9}", rollout=50 if i % 200 == 0 else 100)
        for i, (name, when) in enumerate(conditions.items())
    )
    units = [f"visitor-{i}" for i in range(PROFILES)]
    found = measured(
        "who would see something else, 1,000 rows",
        lambda: choices.difference(Matrix(rows), Matrix(rows[1:]), columns, units, KEYS),
    )
    say("columns: they are", people=int(found.changed.sum()))


def main():
    """Make the columns, ask segments of them, then the rows of a matrix."""
    columns = measured("making them", lambda: population(PROFILES), before_mb=peak())
    conditions = segments(Random(11))
    about_segments(conditions, columns)
    about_rows(conditions, columns)


if __name__ == "__main__":
    main()

"""Batch: a thousand segments asked of a million profiles, in columns; CPU and memory."""

from __future__ import annotations

import gc
import json
import resource
import sys
from random import Random
from time import process_time

import numpy as np

from rules import compiler
from rules.columns import memberships, truths
from rules.columns.coded import Coded, flags
from rules.columns.numbers import Numbers
from rules.columns.table import Columns
from rules.columns.tags import Tags
from rules.conditions import All, Any, EventTest, Measure, Member, Not, Span, Test
from rules.durations import DAY
from rules.facts import Facts

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


def leaf(dice):
    """Return one test as people write them."""
    kind = dice.randrange(10)
    if kind < 4:
        path, few = f"traits.text{dice.randrange(12)}", WORDS[: dice.randint(5, 40)]
        if dice.random() < 0.5:
            return Test(path, dice.choice(["equals", "not_equals"]), dice.choice(few))
        if dice.random() < 0.2:
            return Test(path, "starts_with", f"word-{dice.randrange(9)}")
        return Test(path, "in", tuple(sorted(dice.sample(few, 4))))
    if kind < 7:
        path, low = f"traits.number{dice.randrange(8)}", dice.randrange(400)
        if dice.random() < 0.3:
            return Test(path, "between", (low, low + 100))
        return Test(path, dice.choice(["at_least", "less_than"]), low)
    if kind == 7:
        return Test(f"traits.seen{dice.randrange(3)}", "within_last", dice.randint(1, 90) * DAY)
    if kind == 8:
        if dice.random() < 0.3:
            return Test(f"traits.flag{dice.randrange(4)}", "equals", True)
        return Test(f"traits.tags{dice.randrange(2)}", "has_any", tuple(dice.sample(ITEMS, 2)))
    return EventTest(dice.choice(MEASURES), "at_least", dice.randint(1, 4))


def segments(dice, count=SEGMENTS):
    """Return so many conditions of two to five leaves, drawn from few hundred different ones."""
    leaves = [*(leaf(dice) for _ in range(LEAVES - 1)), Member("vip")]
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
    """Run once, print its CPU and the peak, return what it gave."""
    gc.collect()
    began = process_time()
    result = work()
    spent = process_time() - began
    print(json.dumps({"name": name, "cpu_s": round(spent, 3), "peak_mb": round(peak()), **beside}))
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


def main():
    empty = peak()
    columns = measured("make the columns", lambda: population(PROFILES), before_mb=round(empty))
    conditions = segments(Random(11))
    asked = {leaf for each in conditions.values() for leaf in compiler.leaves(each)}
    bits = measured(
        "segments",
        lambda: memberships.memberships(conditions, columns, KEYS),
        segments=SEGMENTS,
        profiles=PROFILES,
        leaves=len(asked),
    )
    print(json.dumps({"memberships": int(memberships.totals(bits, SEGMENTS).sum())}))
    changed = dict(conditions) | {"segment-7": Test("traits.flag0", "equals", True)}
    moved = 0

    def difference():
        return sum(
            len(memberships.moves(bits[part], found).row)
            for part, found in memberships.streamed(changed, columns, KEYS)
        )

    moved = measured("all again, and who moves", difference)
    print(json.dumps({"moved": moved}))
    measured("one segment", lambda: truths.count({"one": conditions["segment-3"]}, columns, KEYS))
    plain = {
        name: each
        for name, each in conditions.items()
        if not compiler.measures(each) and not compiler.segments(each)
    }
    alone = one_by_one(plain, columns, 300) * PROFILES * SEGMENTS / len(plain)
    print(
        json.dumps(
            {"name": "closures one by one, reckoned from 300 profiles", "cpu_s": round(alone)}
        )
    )


if __name__ == "__main__":
    sys.exit(main())

"""The two evaluators asked the same, in a process of its own: python -m tests.rules.differing."""

from __future__ import annotations

import json
import sys
from random import Random

from rules.errors import InvalidError
from rules.inference import durable, pure
from rules.inference.document import parse
from tests.rules import concluding

PEOPLE = 25


def main(seed: int, programs: int) -> dict[str, int]:
    """Return how many programs were compared and refused, and in how many answers they differ."""
    random = Random(seed)
    told = {"programs": 0, "refused": 0, "answers": 0, "conclusions": 0, "different": 0}
    while told["programs"] < programs:
        program = parse(concluding.documents(random, rules=12, leaves=6))
        plainly = pure.compile(program, {})
        try:
            joined = durable.compile(program, {})
        except InvalidError:
            told["refused"] += 1
            continue
        told["programs"] += 1
        for _ in range(PEOPLE):
            facts = concluding.facts(random)
            one, other = plainly(facts), joined(facts)
            told["answers"] += 1
            told["conclusions"] += len(one.values)
            told["different"] += repr(one) != repr(_ordered(other, one))
    return told


def _ordered(told, like):
    """Return the same answer with its attributes in another's order: only order may differ."""
    paths = [path for path in like.values if path in told.values] + [
        path for path in told.values if path not in like.values
    ]
    values = {path: told.values[path] for path in paths}
    return type(told)(values, {path: told.because[path] for path in paths})


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))

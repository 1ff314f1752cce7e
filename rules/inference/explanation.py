"""Which rule concluded what, from which facts, and why the others did not."""

from __future__ import annotations

from rules import canonical, compiler
from rules.compiler import Keys, leaves
from rules.facts import Facts
from rules.inference import pure
from rules.inference.conclusions import Inferred, growing
from rules.inference.document import Program, Rule
from rules.matrix.explanation import seen

OUTCOMES = ("concluded", "overruled", "not_matched", "unknown", "disabled")
"""The words for what became of a rule; overruled: true, but others with precedence settled."""

_UNTRUE = {False: "not_matched", None: "unknown"}


def explain(
    program: Program, keys: Keys, facts: Facts, said: Program | None = None
) -> list[dict[str, object]]:
    """Return, for each rule in order: its id, outcome, what it settled, and its leaves.

    A leaf says its condition, its truth (true, false, or ``None`` for unknown) and the value seen,
    among them what was derived in the layers below. ``said`` is the program in the words it was
    written in, where names in it were replaced.

    >>> from rules.inference.document import parse
    >>> rule = {"id": "all", "when": {"everyone": True}, "conclude": {"derived.stage": "new"}}
    >>> explain(parse({"rules": [rule]}), {}, Facts())[0]["concluded"]
    {'derived.stage': 'new'}
    """
    inferred = pure.compile(program, keys)(facts)
    settled, known = growing(facts)
    known.update(inferred.values)
    written = (said or program).rules
    return [
        _told(rule, words, keys, settled, inferred)
        for rule, words in zip(program.rules, written, strict=True)
    ]


def _told(
    rule: Rule, words: Rule, keys: Keys, facts: Facts, inferred: Inferred
) -> dict[str, object]:
    mine = {path: value for path, value in rule.conclude.items()
            if rule.enabled and inferred.because.get(path) == rule.id}  # fmt: skip
    return {
        "rule": rule.id,
        "outcome": _outcome(rule, keys, facts, concludes=bool(mine)),
        "concluded": mine,
        "overruled_by": {
            path: inferred.because[path]
            for path in rule.conclude
            if path not in mine and path in inferred.because
        },
        "leaves": [
            {
                "condition": canonical.document(original),
                "truth": compiler.compile(leaf, keys)(facts),
                "seen": seen(leaf, keys, facts),
            }
            for leaf, original in zip(leaves(rule.when), leaves(words.when), strict=True)
            if rule.enabled
        ],
    }


def _outcome(rule: Rule, keys: Keys, facts: Facts, *, concludes: bool) -> str:
    if not rule.enabled:
        return "disabled"
    if concludes:
        return "concluded"
    truth = compiler.compile(rule.when, keys)(facts)
    return "overruled" if truth else _UNTRUE[truth]

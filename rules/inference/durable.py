"""The same inference by durable-rules' Rete engine: for a process of its own, never a live path.

Only its join of facts and its chaining are used, in the one form measured to be safe: no threads
of its own, eight sessions for ever, ids of ours, every fact expected by some rule, a last rule that
always fires before a session is deleted, and no further use after the first error.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

from rules import canonical, compiler
from rules.compiler import Keys
from rules.errors import InvalidError
from rules.facts import Facts
from rules.inference import admission
from rules.inference.admission import Join, Plan
from rules.inference.conclusions import Inferred, growing
from rules.inference.document import Program, document
from rules.inference.registry import SpentError, evaluators

try:
    from durable import engine
except ImportError:
    engine = None

MOST_PROGRAMS = 32
"""Programs a process may hold: an engine is never freed, so that the process must be renewed."""
SESSIONS = 8
_END = "end"
_LAST = 65_000

_registered: dict[str, _Engine] = {}
_guard = threading.Lock()


def compile(program: Program, keys: Keys) -> Callable[[Facts], Inferred]:  # noqa: A001
    """Return the function that infers by a program, or ``InvalidError`` where it is not admitted.

    ``SpentError`` when this process holds as many programs as it may, and from the function once
    its engine has failed.

    >>> from rules.inference.document import parse
    >>> rule = {"id": "all", "when": {"everyone": True}, "conclude": {"derived.stage": "new"}}
    >>> infer = compile(parse({"rules": [rule]}), {}) if engine else None
    >>> infer(Facts()).values if infer else {"derived.stage": "new"}
    {'derived.stage': 'new'}
    """
    plan = admission.plan(program)
    answers = [
        {name: compiler.compile(leaf, keys) for name, leaf in layer.items()}
        for layer in plan.leaves
    ]
    name = canonical.digest(document(program))
    with _guard:
        if name not in _registered:
            if len(_registered) >= MOST_PROGRAMS:
                raise SpentError(f"this process holds {MOST_PROGRAMS} programs already")
            _registered[name] = _Engine(name, plan, program)
    running = _registered[name]

    def infer(facts: Facts) -> Inferred:
        with running.alone:
            return running.infer(facts, answers)

    return infer


class _Engine:
    """One program in the engine. Its rules stand in the order of their precedence."""

    def __init__(self, name: str, plan: Plan, program: Program) -> None:
        self.alone = threading.Lock()
        self._name, self._plan, self._program = name, plan, program
        self._broken = ""
        self._session = count()
        self._host = _quiet_host()
        rules: dict[str, Any] = {
            f"j{i}": _rule(join.facts, join.precedence, self._concluding(join))
            for i, join in enumerate(plan.joins)
        }
        for depth in range(1, len(plan.leaves)):
            precedence = depth * admission.STEP - 1
            rules[f"c{depth}"] = _rule(((f"c{depth}", 1),), precedence, self._closing(depth))
        rules[_END] = _rule(((_END, 1),), _LAST, self._ending)
        self._host.register_rulesets({name: rules})

    def infer(self, facts: Facts, answers: list[dict[str, compiler.Answer]]) -> Inferred:
        """Assert what is known, let the rules fire, and return what was concluded."""
        if self._broken:
            raise SpentError(self._broken)
        self._facts, self._values = growing(facts)
        self._because: dict[str, str] = {}
        self._answers, self._ended, self._ids = answers, False, count()
        session = f"w{next(self._session) % SESSIONS}"
        try:
            self._run(session)
        except BaseException as failure:
            self._broken = f"the engine failed: {failure!r}"
            raise SpentError(self._broken) from failure
        return Inferred(dict(self._values), self._because)  # type: ignore[arg-type]

    def _run(self, session: str) -> None:
        closes = ((f"c{depth}", 1) for depth in range(1, len(self._plan.leaves)))
        start = [(admission.START, 1)] if (admission.START, 1) in self._plan.wanted else []
        told = [*start, *self._leaves(0), *closes, (_END, 1)]
        self._host.assert_facts(self._name, [self._fact(*one, session) for one in told])
        state = self._host.get_state(self._name, session)
        if state.get("exception") or not self._ended:
            raise RuntimeError(state.get("exception") or "the rules did not come to their end")
        self._host.delete_state(self._name, session)

    def _leaves(self, depth: int) -> list[tuple[str, int]]:
        """Return the leaves of a layer as facts; what is unknown, or asked by no rule, is none."""
        told = []
        for name, answer in self._answers[depth].items():
            truth = answer(self._facts)
            if truth is not None and (name, int(truth)) in self._plan.wanted:
                told.append((name, int(truth)))
        return told

    def _fact(self, kind: str, truth: int, session: str) -> dict[str, object]:
        return {"k": kind, "t": truth, "sid": session, "id": f"f{next(self._ids)}"}

    def _concluding(self, join: Join) -> Callable[[Any], None]:
        rule = self._program.rules[join.rule]

        def conclude(_context: Any) -> None:
            if join.attribute not in self._values:
                self._values[join.attribute] = rule.conclude[join.attribute]
                self._because[join.attribute] = rule.id

        return conclude

    def _closing(self, depth: int) -> Callable[[Any], None]:
        def close(context: Any) -> None:
            for one in self._leaves(depth):
                context.assert_fact(self._fact(*one, context.s.sid))

        return close

    def _ending(self, _context: Any) -> None:
        self._ended = True


def _rule(
    facts: tuple[tuple[str, int], ...], precedence: int, run: Callable[[Any], None]
) -> dict[str, object]:
    patterns = [
        {f"m{i}": {"$and": [{"k": kind}, {"t": truth}]}} for i, (kind, truth) in enumerate(facts)
    ]
    return {"all": patterns, "pri": precedence, "run": run}


def _quiet_host() -> Any:
    """Return a host without the library's threads: they race with the engine they serve."""
    if engine is None:
        raise InvalidError("", "absent", "expected the library durable-rules")
    quiet = type("QuietHost", (engine.Host,), {"_run": lambda _self: None})
    return quiet()


if engine is not None:
    evaluators.put("durable", compile)

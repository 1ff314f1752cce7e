"""How a revision goes from draft to live: a closed set of states and verbs, as a pure machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from rules.errors import InvalidError

DRAFT, IN_REVIEW, CHANGES_REQUESTED = "draft", "in_review", "changes_requested"
APPROVED, SCHEDULED, LIVE, RETIRED = "approved", "scheduled", "live", "retired"
STATES = (DRAFT, IN_REVIEW, CHANGES_REQUESTED, APPROVED, SCHEDULED, LIVE, RETIRED)
OPEN = (DRAFT, IN_REVIEW, CHANGES_REQUESTED, APPROVED, SCHEDULED)
"""The states of what was not in force yet."""


class Verb(NamedTuple):
    """What can be done to a revision: the permission it needs, and the states it is done in."""

    needs: str
    states: tuple[str, ...]


VERBS: Mapping[str, Verb] = {
    "comment": Verb("analyst", STATES),
    "submit": Verb("editor", (DRAFT, CHANGES_REQUESTED)),
    "withdraw": Verb("editor", (IN_REVIEW, CHANGES_REQUESTED, APPROVED)),
    "approve": Verb("reviewer", (IN_REVIEW, APPROVED)),
    "request_changes": Verb("reviewer", (IN_REVIEW, APPROVED, SCHEDULED)),
    "schedule": Verb("publisher", (DRAFT, IN_REVIEW, APPROVED, SCHEDULED)),
    "cancel": Verb("publisher", (SCHEDULED,)),
    "publish": Verb("publisher", (DRAFT, IN_REVIEW, APPROVED, SCHEDULED, LIVE)),
    "rollback": Verb("publisher", (RETIRED, LIVE)),
    "retire": Verb("publisher", (LIVE,)),
}
"""The verbs by name; what is in force may be published again, which changes nothing of it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A site's rules: how many must approve, whether authors may, whether a change asks anew."""

    approvals: int = 0
    self_approval: bool = False
    reset_on_change: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One revision on its way: its state, who wrote on it, and who approved it."""

    state: str = DRAFT
    authors: frozenset[str] = frozenset()
    approvals: frozenset[str] = frozenset()


def after(case: Case, verb: str, who: str, terms: Terms) -> Case:
    """Return the case after somebody did this to it, else ``InvalidError`` that says why not.

    Codes: ``state`` (not possible now), ``approvals`` (too few), ``self_approval``, ``again``.
    Whether ``who`` holds the permission the verb needs is for the caller to ask.

    >>> terms = Terms(approvals=1)
    >>> case = after(Case(authors=frozenset({"ann"})), "submit", "ann", terms)
    >>> case = after(case, "approve", "bob", terms)
    >>> case.state, after(case, "publish", "ann", terms).state
    ('approved', 'live')
    """
    known = VERBS.get(verb)
    if known is None:
        raise InvalidError("/verb", "unknown", f"expected one of {', '.join(VERBS)}")
    if case.state not in known.states:
        states = " or ".join(state.replace("_", " ") for state in known.states)
        state = case.state.replace("_", " ")
        message = f"expected a revision that is {states}, and it is {state}"
        raise InvalidError("", "state", message)
    return _EFFECTS[verb](case, who, terms)


def carried(case: Case, author: str, terms: Terms) -> tuple[Case, Case]:
    """Return what becomes of a case, and of the new draft somebody wrote on top of it.

    A review goes over to the new draft, which has to be approved anew unless the terms say
    otherwise. What is scheduled stays so: it is another document.

    >>> before = Case(APPROVED, frozenset({"ann"}), frozenset({"bob"}))
    >>> [case.state for case in carried(before, "ann", Terms(approvals=1))]
    ['draft', 'in_review']
    """
    if case.state in {LIVE, RETIRED}:
        return case, Case(authors=frozenset({author}))
    fresh = Case(authors=case.authors | {author})
    if case.state not in {IN_REVIEW, APPROVED, CHANGES_REQUESTED}:
        return case, fresh
    left = replace(case, state=DRAFT, approvals=frozenset())
    if case.state == CHANGES_REQUESTED:
        return left, fresh
    if terms.reset_on_change:
        return left, replace(fresh, state=IN_REVIEW)
    return left, _counted(replace(fresh, approvals=case.approvals), terms)


def counting(case: Case, terms: Terms) -> frozenset[str]:
    """Return whose approvals count: those of others, and of authors where the terms allow it.

    >>> counting(Case(authors=frozenset({"ann"}), approvals=frozenset({"ann", "bob"})), Terms())
    frozenset({'bob'})
    """
    return case.approvals if terms.self_approval else case.approvals - case.authors


def possible(case: Case, who: str, terms: Terms) -> list[str]:
    """Return the verbs that would not be refused to somebody who holds every permission.

    >>> possible(Case(RETIRED), "ann", Terms())
    ['comment', 'rollback']
    """
    return [verb for verb in VERBS if _is_possible(case, verb, who, terms)]


def _is_possible(case: Case, verb: str, who: str, terms: Terms) -> bool:
    try:
        after(case, verb, who, terms)
    except InvalidError:
        return False
    return True


def _same(case: Case, _: str, __: Terms) -> Case:
    return case


def _submit(case: Case, _: str, __: Terms) -> Case:
    return replace(case, state=IN_REVIEW, approvals=frozenset())


def _withdraw(case: Case, _: str, __: Terms) -> Case:
    return replace(case, state=DRAFT, approvals=frozenset())


def _approve(case: Case, who: str, terms: Terms) -> Case:
    if who in case.authors and not terms.self_approval:
        raise InvalidError("", "self_approval", "expected somebody who did not write on it")
    if who in case.approvals:
        raise InvalidError("", "again", f"expected somebody else than {who}, who approved it")
    return _counted(replace(case, approvals=case.approvals | {who}), terms)


def _request_changes(case: Case, _: str, __: Terms) -> Case:
    return replace(case, state=CHANGES_REQUESTED, approvals=frozenset())


def _schedule(case: Case, _: str, terms: Terms) -> Case:
    return replace(_ready(case, terms), state=SCHEDULED)


def _cancel(case: Case, _: str, terms: Terms) -> Case:
    return _counted(case, terms) if case.approvals else replace(case, state=DRAFT)


def _publish(case: Case, _: str, terms: Terms) -> Case:
    return replace(case if case.state == LIVE else _ready(case, terms), state=LIVE)


def _rollback(case: Case, _: str, __: Terms) -> Case:
    return replace(case, state=LIVE)


def _retire(case: Case, _: str, __: Terms) -> Case:
    return replace(case, state=RETIRED)


def _counted(case: Case, terms: Terms) -> Case:
    """Return the case as approved where enough people approved, else as still in review."""
    enough = len(counting(case, terms)) >= max(1, terms.approvals)
    return replace(case, state=APPROVED if enough else IN_REVIEW)


def _ready(case: Case, terms: Terms) -> Case:
    have = len(counting(case, terms))
    if have < terms.approvals:
        expected = f"expected {terms.approvals} approvals by others, and it has {have}"
        raise InvalidError("", "approvals", expected)
    return case


_EFFECTS: Mapping[str, Callable[[Case, str, Terms], Case]] = {
    "comment": _same,
    "submit": _submit,
    "withdraw": _withdraw,
    "approve": _approve,
    "request_changes": _request_changes,
    "schedule": _schedule,
    "cancel": _cancel,
    "publish": _publish,
    "rollback": _rollback,
    "retire": _retire,
}

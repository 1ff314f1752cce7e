"""A set of segments, everybody in exactly one: ranked, with a default, read from JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules import canonical, durations, expect, parser, wording
from rules.conditions import All, Any, Condition, Everyone, HasBeen, Member, Not
from rules.errors import InvalidError
from rules.scopes import Scope

MOST_MEMBERS = 64
LONGEST_NAME = 40
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
EVERY = ".*"
"""What follows a set's name where all of it is meant."""

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Members with their conditions, the first of which to be true wins; the default has none.

    Whoever has not given enough evidence is in the ``provisional`` member: as long as ``until`` is
    not true, or ``least`` microseconds since the first event are not over.
    """

    members: tuple[tuple[str, Condition], ...]
    default: str
    provisional: str | None = None
    until: Condition | None = None
    least: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The members in the order in which they are asked, the default last."""
        first = () if self.provisional is None else (self.provisional,)
        return (*first, *(name for name, _ in self.members), self.default)

    @property
    def free(self) -> int | None:
        """The place of the provisional member, in which nobody is held."""
        return None if self.provisional is None else 0

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What is asked: whether there is evidence enough, if that is declared, then each member.

        >>> from rules.conditions import Test
        >>> pro = Test("traits.plan", "equals", "pro")
        >>> Ranking((("pro", pro),), "others", "new", None, 60).conditions[0]
        HasBeen(part=Everyone(), duration=60)
        """
        own = tuple(condition for _, condition in self.members)
        return own if self.provisional is None else (self._enough(), *own)

    def _enough(self) -> Condition:
        waited = HasBeen(Everyone(), self.least) if self.least else None
        asked = [part for part in (self.until, waited) if part is not None]
        return asked[0] if len(asked) == 1 else All(tuple(asked))


def parse(document: object) -> Ranking:
    """Return the set a JSON document says, or raise ``InvalidError`` with a JSON pointer.

    Source: docs/segments.md.

    >>> buyer = {"name": "buyer", "when": {"event": "Order Completed"}}
    >>> parse({"members": [buyer], "default": "visitor"}).names
    ('buyer', 'visitor')
    """
    said = expect.record(document, "", ("members", "default"), ("provisional",))
    taken = list[str]()
    members = tuple(_members(said["members"], taken))
    default = _name(said["default"], "/default", taken)
    if "provisional" not in said:
        return Ranking(members, default)
    at = "/provisional"
    first = expect.record(said["provisional"], at, ("name",), ("until", "for"))
    name = _name(first["name"], f"{at}/name", taken)
    if len(first) == 1:
        raise InvalidError(at, "missing", "expected until (enough evidence), for, or both")
    until = _condition(first["until"], f"{at}/until") if "until" in first else None
    least = durations.parse(first["for"], f"{at}/for") if "for" in first else 0
    return Ranking(members, default, name, until, least)


def _members(raw: object, taken: list[str]) -> Iterator[tuple[str, Condition]]:
    for index, entry in enumerate(expect.items(raw, "/members", MOST_MEMBERS)):
        at = f"/members/{index}"
        member = expect.record(entry, at, ("name", "when"))
        name = _name(member["name"], f"{at}/name", taken)
        yield name, _condition(member["when"], f"{at}/when")


def _condition(raw: object, at: str) -> Condition:
    return parser.parse(raw, scope=Scope.SEGMENT, at=at)


def _name(raw: object, at: str, taken: list[str]) -> str:
    name = expect.text(raw, at, LONGEST_NAME)
    if not LETTERS.issuperset(name):
        raise InvalidError(at, "characters", "expected small letters, digits, - and _")
    if name in taken:
        raise InvalidError(at, "duplicate", "expected a name no other member has")
    taken.append(name)
    return name


def document(ranking: Ranking) -> Document:
    """Return the canonical JSON of a set; ``parse`` reads it back.

    >>> document(Ranking((("all", Everyone()),), "none"))["members"]
    [{'name': 'all', 'when': {'everyone': True}}]
    """
    said: Document = {
        "members": [{"name": n, "when": canonical.document(c)} for n, c in ranking.members],
        "default": ranking.default,
    }
    if ranking.provisional is None:
        return said
    first: Document = {"name": ranking.provisional}
    if ranking.until is not None:
        first["until"] = canonical.document(ranking.until)
    if ranking.least:
        first["for"] = durations.text(ranking.least)
    return {**said, "provisional": first}


def told(ranking: Ranking, slug: str) -> dict[str, Condition]:
    """Return for each member what it comes to, in terms of the members before it, for readers.

    >>> told(Ranking((("all", Everyone()),), "none"), "mood")["none"]
    Not(part=Member(segment='mood.all'))
    """
    found = dict[str, Condition]()
    before = list[Condition]()
    conditions = dict(ranking.members)
    for name in ranking.names:
        own = conditions.get(name)
        if name == ranking.provisional:
            found[name] = Not(ranking.conditions[0])
        elif own is not None:
            found[name] = All((own, *(Not(other) for other in before))) if before else own
        else:
            found[name] = Not(Any(tuple(before)) if len(before) > 1 else before[0])
        before.append(Member(f"{slug}.{name}"))
    return found


def words(ranking: Ranking) -> str:
    """Return a set in words, its members in order.

    >>> words(Ranking((("all", Everyone()),), "none", "new", None, 3_600_000_000))
    'new until has been true for 1 hour (everyone); all: everyone; otherwise none'
    """
    said = [f"{name}: {wording.words(condition)}" for name, condition in ranking.members]
    if ranking.provisional is not None:
        said.insert(0, f"{ranking.provisional} until {wording.words(ranking.conditions[0])}")
    return "; ".join([*said, f"otherwise {ranking.default}"])

"""Who it is: identities joined by links into persons, resolved and locked for one batch.

A **person** is a component of unrevoked links; its id is its smallest user identity, else its
smallest identity, so it does not depend on the order in which links were learned. A **view** is
what an anonymous reader may see: the person where a verified link says so, else the device's own
history, kept as a profile of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from personalization.plant import sql
from personalization.profiles import links
from personalization.profiles.links import Claim, Tie

Name = tuple[str, str, str]
"""An identity's id, its kind and its value."""


class ContendedError(Exception):
    """Another transaction joined one of the batch's profiles meanwhile: start the batch again."""


@dataclass(slots=True)
class People:
    """The identities of a batch and the profiles they belong to, which are locked.

    ``near`` are those whom a claim may join to somebody, with everybody linked to them; ``news``
    are the claims that may.
    """

    person: dict[str, str] = field(default_factory=dict)
    view: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)
    news: set[Claim] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    gone: dict[str, str] = field(default_factory=dict)

    def targets(self, owner: str, device: str | None) -> tuple[str, ...]:
        """Return the profiles an event belongs to: its owner's person, the device's own view."""
        person = self.person[owner]
        if device is None or self.view[device] in (person, self.person[device]):
            return (person,)
        return (person, self.view[device])

    def profiles(self) -> set[str]:
        """Return every profile of the batch."""
        return {*self.person.values(), *self.view.values()}


FIND = f"""
SELECT {sql.hexed("id")}, kind, {sql.hexed("person")}, {sql.hexed("view")}
FROM profiles_identity WHERE id = ANY(%b::text[]::uuid[])
"""
BEAR = """
INSERT INTO profiles_identity (id, site_id, kind, value, person, view, first_seen)
SELECT id, %s, kind, value, id, id, %s FROM unnest(%b::text[]::uuid[], %b::text[], %b::text[])
AS n (id, kind, value) ORDER BY id ON CONFLICT DO NOTHING
"""
HOUSE = """
INSERT INTO profiles_profile (id, site_id, device_view, first_seen)
SELECT id, %s, false, %s FROM unnest(%b::text[]::uuid[]) AS n (id)
ORDER BY id ON CONFLICT DO NOTHING
"""
LOCK = "SELECT 1 FROM profiles_profile WHERE id = ANY(%b::text[]::uuid[]) ORDER BY id FOR UPDATE"
MOVE = """
UPDATE profiles_identity i SET person = n.person, view = n.view
FROM unnest(%b::text[]::uuid[], %b::text[]::uuid[], %b::text[]::uuid[])
AS n (id, person, view) WHERE i.id = n.id
"""
MERGE = """
UPDATE profiles_profile p SET merged_into = n.whole
FROM unnest(%b::text[]::uuid[], %b::text[]::uuid[]) AS n (id, whole) WHERE p.id = n.id
"""
VIEWS = """
UPDATE profiles_profile p SET device_view = (n.id = ANY(%b::text[]::uuid[])), merged_into = NULL
FROM unnest(%b::text[]::uuid[]) AS n (id) WHERE p.id = n.id
"""
OF_PROFILES = f"""
SELECT {sql.hexed("id")}, {sql.hexed("person")}, {sql.hexed("view")} FROM profiles_identity
WHERE person = ANY(%b::text[]::uuid[]) OR view = ANY(%b::text[]::uuid[])
"""


def find(site: int, names: Iterable[Name], claims: Iterable[Claim], now: int) -> People:
    """Return the people behind the names, born where unknown, their profiles locked in id order."""
    wanted = {name[0]: name for name in names}
    people = _read(wanted)
    unknown = [wanted[identity] for identity in wanted if identity not in people.person]
    if unknown:
        _bear(site, unknown, now)
        people = _read(wanted)
        people.born = {name[0] for name in unknown}
    news = _news(people, claims)
    around = links.around(news)
    people = lock({**wanted, **dict.fromkeys(around)}, people)
    people.near, people.news = around, news
    return people


def lock(identities: Iterable[str], known: People | None = None) -> People:
    """Return the people behind the identities, their profiles locked in id order."""
    born = known.born if known else set()
    wanted = set(identities)
    people = known if known and known.person.keys() >= wanted else _read(wanted, born)
    sql.rows(LOCK, [sorted(people.profiles())])
    settled = _read(people.person, born)
    if (settled.person, settled.view) != (people.person, people.view):
        raise ContendedError
    return people


def _read(identities: Iterable[str], born: set[str] | None = None) -> People:
    people = People(born=born or set())
    for identity, kind, person, view in sql.rows(FIND, [list(identities)]):
        people.kinds[identity] = kind
        people.person[identity] = person
        people.view[identity] = view
    return people


def _bear(site: int, unknown: list[Name], now: int) -> None:
    ids, kinds, values = (list(column) for column in zip(*unknown, strict=True))
    sql.run(BEAR, [site, now, ids, kinds, values])
    sql.run(HOUSE, [site, now, ids])


def _news(people: People, claims: Iterable[Claim]) -> set[Claim]:
    """Return the claims that may change who is joined to whom, or who may read what.

    Between those who are one already that is a verified claim where something was hidden, and a
    claim about a device that others came with too: it belongs to whoever is said last.
    """
    said = set(claims)
    apart = {c for c in said if people.person[c.one] != people.person[c.other]}
    hidden = {c for c in said if c.verified and _is_hidden(people, c.one, c.other)}
    return apart | hidden | links.shared(said, people.kinds)


def _is_hidden(people: People, *identities: str) -> bool:
    return any(people.view[identity] != people.person[identity] for identity in identities)


def join(site: int, people: People, claims: Iterable[Claim], trusts_claims: bool, now: int) -> None:
    """Write the links, and where one is news bring persons and views to what all links now say."""
    said = list(claims)
    if not said:
        return
    links.write(site, said, now)
    if not links.shared(said, people.kinds) <= people.news:
        raise ContendedError  # somebody linked one of the devices meanwhile
    if any(claim in people.news for claim in said):
        bring(site, people, trusts_claims, now)


def bring(site: int, people: People, trusts_claims: bool, now: int) -> None:
    """Bring the persons and views of those who are near to what all links now say."""
    ties = links.read(people.near)
    if any(tie.one not in people.near or tie.other not in people.near for tie in ties):
        raise ContendedError
    kinds = {identity: people.kinds[identity] for identity in people.near}
    person, view = components(kinds, ties, trusts_claims)
    _settle(site, people, person, view, now)


def components(
    kinds: dict[str, str], ties: Iterable[Tie], trusts_claims: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Return every identity's person and view, a pure function of the unrevoked links."""
    effective = links.effective(kinds, ties, trusts_claims)
    person = _component(kinds, effective)
    verified = [tie for tie in effective if tie.verified or trusts_claims]
    trusted = _component(kinds, verified)
    view = {i: person[i] if kinds[trusted[i]] == "user" else trusted[i] for i in kinds}
    return person, view


def _component(kinds: dict[str, str], ties: Iterable[Tie]) -> dict[str, str]:
    group = {identity: {identity} for identity in kinds}
    for tie in ties:
        if group[tie.one] is not group[tie.other]:
            united = group[tie.one] | group[tie.other]
            group.update(dict.fromkeys(united, united))
    names = {id(g): min(g, key=lambda i: (kinds[i] != "user", i)) for g in group.values()}
    return {identity: names[id(group[identity])] for identity in kinds}


def _settle(
    site: int, people: People, person: dict[str, str], view: dict[str, str], now: int
) -> None:
    changed = [i for i in person if (person[i], view[i]) != (people.person[i], people.view[i])]
    if not changed:
        return
    before = people.profiles()
    for identity in changed:
        people.joined |= {people.person[identity], people.view[identity]}
        people.joined |= {person[identity], view[identity]}
        people.person[identity], people.view[identity] = person[identity], view[identity]
    after = people.profiles()
    sql.run(MOVE, [changed, [person[i] for i in changed], [view[i] for i in changed]])
    people.gone = {old: people.person.get(old, old) for old in before - after}
    people.joined -= set(people.gone)
    sql.run(MERGE, [list(people.gone), list(people.gone.values())])
    sql.run(HOUSE, [site, now, sorted(after)])
    devices = after - set(people.person.values())
    sql.run(VIEWS, [sorted(devices), sorted(after)])


def hold(profiles: Iterable[str]) -> None:
    """Lock some more profiles until the running transaction ends."""
    sql.rows(LOCK, [sorted(profiles)])


def profiles_of(identities: Iterable[str]) -> set[str]:
    """Return the persons and views of identities."""
    return _read(identities).profiles()


def members(profiles: Iterable[str]) -> list[tuple[str, str, bool]]:
    """Return (profile, identity, by device?) for everything that belongs to the profiles."""
    wanted = set(profiles)
    found = []
    for identity, person, view in sql.rows(OF_PROFILES, [list(wanted), list(wanted)]):
        if person in wanted:
            found.append((person, identity, False))
        if view in wanted and view != person:
            found.append((view, identity, True))
    return found

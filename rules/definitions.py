"""What a generation asks of every profile: its windows, features and segments, compiled once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from rules import newborn, plans, watching
from rules.asked import Asked, Names, Vocabulary, told
from rules.canonical import digest
from rules.conditions import Condition, Measure, Windowed
from rules.errors import InvalidError
from rules.facts import Truth
from rules.feeds import ANY, Feed, name_of
from rules.hierarchies import NONE as FLAT
from rules.hierarchies import Hierarchies
from rules.plans import TRAITS, Recipe, SegmentPlan
from rules.resolution import NONE, Declared, Ranked, Resolver
from rules.spreading import measure as wider
from rules.stability import Stability
from rules.watching import Watched

__all__ = ["Definitions", "Stability", "build", "union"]

NOTHING: Mapping[str, Condition] = {}


@dataclass(frozen=True, slots=True)
class Definitions:
    """The compiled definitions of one generation, immutable.

    ``segments`` maps a segment's name to its key: a hash of its canonical condition (with the
    segments it names replaced by their keys) and stability, so that equal definitions share their
    state and a change of wording back-fills nothing. ``features`` maps a feature's name to the key
    of its window. ``digest`` names the whole set of keys.

    ``trait_paths`` are the traits segments ask about, ``keys`` the windows whose whole answer is
    kept, by measure. The rest is what the fold runs on: ``plans`` in the order in which segments
    depend on each other (a plan's place is its rank), ``recipes`` by window key, ``feeds`` by event
    name, and by trait path, segment key and derived path the ranks that depend on it. ``types`` are
    those that operators ask of traits, ``known`` the keys of the features' windows, ``quiet`` the
    answers a newborn gets, ``loud`` the ranks of the segments that must be asked of it, ``watched``
    the conditions that inference asks. ``names`` are the digests of all that these definitions
    answer whole, themselves among them, ``vocabulary`` the keys that names stand for, ``called``
    the segments of each key. ``base`` are those that are live where these also prepare others,
    ``hierarchies`` what lies below the values of attributes.
    """

    segments: Mapping[str, str]
    features: Mapping[str, str]
    digest: str
    trait_paths: frozenset[str] = frozenset()
    keys: Mapping[Windowed, str] = field(default_factory=dict)
    plans: tuple[SegmentPlan, ...] = ()
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    feeds: Mapping[str, tuple[Feed, ...]] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    by_trait: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    by_segment: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    quiet: Mapping[str, Truth] = field(default_factory=dict)
    loud: tuple[int, ...] = ()
    by_derived: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    watched: Watched = field(default_factory=Watched)
    names: Names = ()
    vocabulary: Vocabulary = field(default_factory=dict)
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hierarchies: Hierarchies = field(default_factory=dict)
    base: Definitions | None = None

    def suiting(self, names: Names) -> Definitions:
        """Return these definitions, or those that are live for a state that was asked no more.

        >>> live = build({}, {"orders": Measure("Order Completed")})
        >>> both = union(live, build({}, {"views": Measure("Product Viewed")}))
        >>> both.suiting(live.names) is live, both.suiting(both.names) is both
        (True, True)
        """
        base = self.base
        return base if base and self.digest not in names and base.digest in names else self

    def asked(self, names: Names, segments: Collection[str], features: Names) -> Asked:
        """Return what of these definitions a state was asked, by its names or else by its keys.

        >>> asked = build({}, {"orders": Measure("Order Completed")})
        >>> asked.asked(asked.names, (), ()).features == asked.known
        True
        >>> asked.asked(("another",), (), ())
        Asked(names=(), segments=(), features=())
        """
        if self.digest in names:
            return Asked(self.names, self.ranks, self.known)
        if names:
            segments = features = tuple(told(names, self.vocabulary))
        held = frozenset((*segments, *features))
        if self.ranks.keys() <= held and held.issuperset(self.known):
            return Asked(self.names, self.ranks, self.known)
        kept = tuple(key for key in self.known if key in features)
        return Asked((), tuple(key for key in self.ranks if key in segments), kept)

    def hears(self, kind: str, name: str) -> bool:
        """Tell whether an event of this Segment type and name can change any state.

        >>> asked = build({}, {"orders": Measure("Order Completed")})
        >>> asked.hears("track", "Order Completed"), asked.hears("page", "Home")
        (True, False)
        """
        return kind == "identify" or ANY in self.feeds or name_of(kind, name) in self.feeds


def build(
    segments: Declared,
    features: Mapping[str, Measure],
    watched: Mapping[str, Condition] = NOTHING,
    rankings: Ranked = NONE,
    hierarchies: Hierarchies = FLAT,
) -> Definitions:
    """Compile the segments and features of a site, and the conditions its inference asks.

    ``InvalidError`` (code ``unknown``, ``circle`` or ``unsupported``) for a segment or feature that
    does not exist, segments in a circle, and shapes that do not run. ``watched`` are by where they
    stand in their document; the members of ``rankings`` are segments called ``set.member``.
    Under ``hierarchies`` a value of an attribute stands for all that lie below it, too.

    >>> from rules.conditions import EventTest, Member, Not
    >>> buyer = EventTest(Measure("Order Completed"))
    >>> asked = build({"b": (buyer, Stability()), "c": (Not(Member("b")), Stability())}, {})
    >>> sorted(asked.segments), len(asked.plans), len(asked.recipes)
    (['b', 'c'], 2, 1)
    """
    features = {name: wider(one, hierarchies) for name, one in features.items()}
    resolver = Resolver(segments, features, rankings, hierarchies)
    resolver.all()
    watchers = watching.watch(resolver, watched)
    places = {key: at for at, key in watchers.items()}
    recipes: list[Recipe] = []
    compiled: list[SegmentPlan] = []
    for resolved in resolver.all():
        with _placed(places.get(resolved.key, f"/segments/{resolved.name}")):
            plan, needed = plans.segment(resolved)
        compiled.append(plan)
        recipes += needed
    windows: dict[str, Recipe] = {}
    for name, measure in features.items():
        with _placed(f"/features/{name}"):
            windows[name] = plans.recipe(measure)
    recipes += windows.values()
    named = {name: one.key for name, one in windows.items()}
    found = _assemble(dict(resolver.keys), named, compiled, recipes)
    found = replace(found, hierarchies=hierarchies)
    found = replace(found, watched=watching.watched(resolver, watchers, found.plans, found.recipes))
    return _named(found, _unwatched(found, watchers.values()))


def _unwatched(found: Definitions, watchers: Collection[str]) -> frozenset[str]:
    """Return what is held for the segments and features alone: readers ask no more."""
    plans = (plan for plan in found.plans if plan.key not in watchers)
    return frozenset(found.known).union(*((*plan.places, *plan.windows) for plan in plans))


def _named(found: Definitions, *parts: frozenset[str]) -> Definitions:
    """Return the definitions under their own name, and those of their parts."""
    vocabulary = {digest(sorted(part)): part for part in (_held(found), *parts)}
    names = tuple(vocabulary)
    return replace(found, digest=names[0], names=names, vocabulary=vocabulary)


def _called(segments: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, key in segments.items():
        found[key] = (*found.get(key, ()), name)
    return found


def _held(found: Definitions) -> frozenset[str]:
    return frozenset((*found.recipes, *found.ranks))


@contextmanager
def _placed(at: str) -> Iterator[None]:
    """Say of a refusal which definition it is about."""
    try:
        yield
    except InvalidError as error:
        raise InvalidError(at + error.at, error.code, error.message) from error


def union(live: Definitions, preparing: Definitions) -> Definitions:
    """Return definitions that answer by the live names and keep the state of both.

    >>> a = build({}, {"orders": Measure("Order Completed")})
    >>> both = union(a, build({}, {"views": Measure("Product Viewed")}))
    >>> list(both.features), len(both.recipes)
    (['orders'], 2)
    """
    held = {plan.key for plan in live.plans}
    compiled = [*live.plans, *(plan for plan in preparing.plans if plan.key not in held)]
    recipes = [*live.recipes.values(), *preparing.recipes.values()]
    both = _assemble(live.segments, live.features, compiled, recipes)
    known = tuple(sorted({*live.known, *preparing.known}))
    vocabulary = {**preparing.vocabulary, **live.vocabulary}
    names = tuple(dict.fromkeys((*live.names, *preparing.names)))
    if names != live.names:
        name = digest(names)
        names, vocabulary = (name, *names), {**vocabulary, name: _held(both)}
    return replace(
        both,
        digest=names[0],
        known=known,
        watched=live.watched,
        names=names,
        vocabulary=vocabulary,
        hierarchies=live.hierarchies,
        base=live.base or live,
    )


def _assemble(
    segments: Mapping[str, str],
    features: Mapping[str, str],
    compiled: list[SegmentPlan],
    recipes: Iterable[Recipe],
) -> Definitions:
    windows = {recipe.key: recipe for recipe in recipes}
    traits = frozenset(path for plan in compiled for path in plan.traits)
    by_window = _dependents((rank, plan.windows) for rank, plan in enumerate(compiled))
    paths = ((r, (path.removeprefix(TRAITS) for path in p.traits)) for r, p in enumerate(compiled))
    types = dict(pair for plan in compiled for pair in plan.types)
    quiet = newborn.quiet(compiled, types)
    return Definitions(
        segments,
        features,
        "",
        traits,
        {one.measure: one.key for one in windows.values() if one.cap is None},
        tuple(compiled),
        windows,
        _feeds(windows, by_window),
        {key: rank for rank, plan in enumerate(compiled) for key in plan.places},
        _dependents(paths),
        _dependents((rank, plan.members) for rank, plan in enumerate(compiled)),
        types,
        tuple(sorted(set(features.values()))),
        quiet,
        tuple(rank for rank, plan in enumerate(compiled) if plan.key not in quiet),
        _dependents((rank, plan.derived) for rank, plan in enumerate(compiled)),
        called=_called(segments),
    )


def _dependents(pairs: Iterable[tuple[int, Iterable[str]]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for rank, names in pairs:
        for name in names:
            found.setdefault(name, []).append(rank)
    return {name: tuple(ranks) for name, ranks in found.items()}


def _feeds(
    windows: Mapping[str, Recipe], by_window: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[Feed, ...]]:
    found: dict[str, list[Feed]] = {}
    for key, recipe in windows.items():
        for event, feed in recipe.feeds:
            found.setdefault(event, []).append(feed._replace(ranks=by_window.get(key, ())))
    return {event: tuple(feeds) for event, feeds in found.items()}

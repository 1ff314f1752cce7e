"""Which arm of an experiment a unit gets: by what is remembered of it, else by its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules.allocation import Range, bucket_ranges, choose, in_namespace, position, within

Reason = Literal["remembered", "placed", "filtered", "not_covered", "blocked"]
"""Why a unit is in an experiment (the first two) or not."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A unit is let through where its place under the seed lies in one of the parts.

    ``attribute`` names another unit that is placed instead, such as the account of a visitor;
    where that is not known nobody is let through.
    """

    seed: str
    parts: tuple[Range, ...]
    hash_version: int = 2
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What decides about arms, with the words and the meaning of GrowthBook's SDKs.

    ``arms`` are the keys of the variations. ``parts`` are ranges, one for each arm; without them
    they come from ``coverage`` and ``weights``. ``seed`` is the key where it is empty. Filters come
    before a namespace. What was remembered under a bucket version below ``min_bucket_version``
    blocks a unit; ``sticky`` false forgets everything.
    """

    key: str
    arms: tuple[str, ...]
    coverage: float = 1
    weights: tuple[float, ...] | None = None
    parts: tuple[Range, ...] | None = None
    seed: str = ""
    hash_version: int = 2
    namespace: tuple[str, float, float] | None = None
    filters: tuple[Filter, ...] = ()
    bucket_version: int = 0
    min_bucket_version: int = 0
    sticky: bool = True


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit's arm by number, or ``None``; its place on the line; and why."""

    arm: int | None
    place: float
    reason: Reason


def assign(
    experiment: Experiment,
    unit: str,
    remembered: Mapping[str, str] | None = None,
    others: Mapping[str, str] | None = None,
) -> Assignment:
    """Return the arm of a unit, the same on every machine and in GrowthBook's clients.

    ``remembered`` maps ``sticky_key`` to the key of an arm, of this and of other experiments; see
    ``recall``. A remembered arm needs no filter, namespace or coverage. ``others`` are the units
    that filters name. ``ValueError`` for a hash version that does not exist. Source: GrowthBook's
    JavaScript SDK, runExperiment.

    >>> hero = Experiment("hero", ("control", "red"))
    >>> assign(hero, "u1")
    Assignment(arm=1, place=0.9218, reason='placed')
    >>> assign(hero, "u1", {"hero__0": "control"}).arm
    0
    """
    known = remembered if remembered and experiment.sticky else {}
    place = position(experiment.seed or experiment.key, unit, experiment.hash_version)
    if blocked(experiment, known):
        return Assignment(None, place, "blocked")
    key = known.get(sticky_key(experiment.key, experiment.bucket_version))
    if key in experiment.arms:
        return Assignment(experiment.arms.index(key), place, "remembered")
    if not _let_through(experiment, {**(others or {}), "": unit}):
        return Assignment(None, place, "filtered")
    parts = experiment.parts or bucket_ranges(
        len(experiment.arms), experiment.coverage, experiment.weights
    )
    arm = choose(place, parts)
    return Assignment(arm, place, "not_covered" if arm is None else "placed")


def blocked(experiment: Experiment, remembered: Mapping[str, str]) -> bool:
    """Tell whether a unit was in the experiment under a bucket version that is shut out now.

    >>> blocked(Experiment("hero", ("a", "b"), min_bucket_version=2), {"hero__1": "a"})
    True
    """
    prefix, least = f"{experiment.key}__", experiment.min_bucket_version
    versions = (key.removeprefix(prefix) for key in remembered if key.startswith(prefix))
    return any(_below(version, least) for version in versions)


def _below(version: str, least: int) -> bool:
    written = version.isascii() and version.isdigit() and (version == "0" or version[0] != "0")
    return written and len(version) <= len(str(least)) and int(version) < least


def sticky_key(experiment: str, bucket_version: int = 0) -> str:
    """Return the name under which a unit's arm is remembered.

    >>> sticky_key("hero", 3)
    'hero__3'
    """
    return f"{experiment}__{bucket_version}"


def recall(*documents: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return what several documents remember together; the later ones win.

    Give the one of the fallback attribute first and the one of the hash attribute last.

    >>> recall({"hero__0": "a"}, None, {"hero__0": "b"})
    {'hero__0': 'b'}
    """
    together: dict[str, str] = {}
    for document in documents:
        together |= document or {}
    return together


def remember(
    experiment: Experiment, assignment: Assignment, document: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the document with the unit's arm in it, or the same one where nothing is to be kept.

    >>> hero = Experiment("hero", ("a", "b"), bucket_version=1)
    >>> remember(hero, Assignment(1, 0.7, "placed"), {"hero__0": "a"})
    {'hero__0': 'a', 'hero__1': 'b'}
    """
    if assignment.arm is None or not experiment.sticky:
        return document
    key = sticky_key(experiment.key, experiment.bucket_version)
    return {**document, key: experiment.arms[assignment.arm]}


def _let_through(experiment: Experiment, units: Mapping[str, str]) -> bool:
    for one in experiment.filters:
        unit = units.get(one.attribute)
        if not unit or not within(one.seed, unit, one.parts, one.hash_version):
            return False
    if experiment.filters or experiment.namespace is None:
        return True
    name, start, end = experiment.namespace
    return in_namespace(units[""], name, start, end)

"""What is said of a profile, by dotted path: traits by its identify calls, facts by inference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.state import Event, Trait

DEEPEST = 8
"""Traits nested deeper than this are passed over."""


def tell(traits: dict[str, Trait], event: Event) -> list[str]:
    """Take an identify's traits into a profile's, in place; return the paths that changed.

    ``null`` removes a trait and all below it; a value takes the place of what was below its path,
    or of a value it is below. Lists are values. Events must come in the order of ``(at, tie)``.

    >>> traits = {"plan": Trait("free", 1, "")}
    >>> says = {"plan": None, "home": {"city": "Graz"}}
    >>> tell(traits, Event(2, "", "identify", "", {}, {}, says)), traits["home.city"].value
    (['plan', 'home.city'], 'Graz')
    """
    changed: list[str] = []
    for path, value in _leaves(event.traits):
        changed += _cleared(traits, path, keep=value is not None)
        if value is None:
            continue
        held = traits.get(path)
        traits[path] = Trait(value, event.at, event.tie)
        if held is None or held.value != value or type(held.value) is not type(value):
            changed.append(path)
    return changed


def conclude(derived: dict[str, object], values: Mapping[str, object]) -> list[str]:
    """Put what inference says now in the place of what it said; return the paths that changed.

    >>> derived = {"derived.stage": "purchase", "derived.next": "help"}
    >>> conclude(derived, {"derived.stage": "loyalty"}), derived
    (['derived.next', 'derived.stage'], {'derived.stage': 'loyalty'})
    """
    changed = [
        path
        for path in sorted(derived.keys() | values.keys())
        if repr(derived.get(path)) != repr(values.get(path))
    ]
    derived.clear()
    derived.update(values)
    return changed


def _leaves(
    tree: Mapping[str, object], prefix: str = "", depth: int = 1
) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        path = f"{prefix}{name}"
        if not isinstance(value, Mapping):
            yield path, value
        elif depth < DEEPEST:
            yield from _leaves(value, f"{path}.", depth + 1)


def _cleared(traits: dict[str, Trait], path: str, *, keep: bool) -> list[str]:
    """Remove what a new word at the path displaces: all below it, and a value it is below."""
    below = f"{path}."
    gone = [other for other in traits if other.startswith(below) or path.startswith(f"{other}.")]
    if not keep and path in traits:
        gone.append(path)
    for other in gone:
        del traits[other]
    return gone

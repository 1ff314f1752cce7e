"""What a row yields: a variant, values under names, both, or an experiment; from and to JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules import expect
from rules.errors import InvalidError

Single = str | float | bool | None
Value = Single | tuple[Single, ...]
Values = tuple[tuple[str, Value], ...]
Allowed = Mapping[str, frozenset[str]]

MOST_OUTPUTS = 50
MOST_LISTED = 100
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Output:
    """One named output: what it may be, the best first, and what it is where no row holds.

    ``values`` is empty where anything goes. Source: DMN 1.5, 8.3.3 (``outputValues`` and
    ``defaultOutputEntry``).
    """

    name: str
    label: str = ""
    values: tuple[Single, ...] = ()
    default: Value = None


def then(raw: object, at: str) -> tuple[str, Values, str]:
    """Return the variant, the values and the experiment a ``then`` says, or ``InvalidError``.

    What it does not say is empty. An experiment stands alone: what is shown is one of its arms.

    >>> then({"variant": "sale", "values": {"discount": 5.0}}, "/then")
    ('sale', (('discount', 5),), '')
    >>> then({"experiment": "hero-test"}, "/then")
    ('', (), 'hero-test')
    """
    if isinstance(raw, dict) and "experiment" in raw:
        alone = expect.record(raw, at, ("experiment",), ("variant", "values"))
        if len(alone) > 1:
            message = "expected an experiment alone, without a variant or values"
            raise InvalidError(f"{at}/experiment", "shape", message)
        return "", (), expect.text(alone["experiment"], f"{at}/experiment", LONGEST_NAME)
    required = () if isinstance(raw, dict) and "values" in raw else ("variant",)
    said = expect.record(raw, at, required, ("variant", "values"))
    variant = (
        expect.text(said["variant"], f"{at}/variant", LONGEST_NAME) if "variant" in said else ""
    )
    values = _values(said["values"], f"{at}/values") if "values" in said else ()
    return variant, values, ""


def then_document(variant: str, values: Values, experiment: str = "") -> dict[str, object]:
    """Return the JSON of what a row yields; ``then`` reads it back.

    >>> then_document("sale", (("discount", 5),))
    {'variant': 'sale', 'values': {'discount': 5}}
    """
    if experiment:
        return {"experiment": experiment}
    said: dict[str, object] = {"variant": variant} if variant else {}
    return {**said, "values": plain(values)} if values else said


def plain(values: Values) -> dict[str, object]:
    """Return named values as a JSON object, lists as lists.

    >>> plain((("sizes", (1, 2)),))
    {'sizes': [1, 2]}
    """
    return {name: _plain(value) for name, value in values}


def outputs(raw: Sequence[object], at: str) -> tuple[Output, ...]:
    """Return the outputs a list declares, or ``InvalidError``: no name stands twice.

    >>> outputs([{"name": "discount", "values": [10, 5]}], "/outputs")[0].values
    (10, 5)
    """
    found = tuple(_output(entry, f"{at}/{i}") for i, entry in enumerate(raw))
    for i, output in enumerate(found):
        if output.name in {other.name for other in found[:i]}:
            raise InvalidError(f"{at}/{i}/name", "duplicate", "expected a name no other has")
    return found


def output_document(output: Output) -> dict[str, object]:
    """Return the JSON of a declared output; ``outputs`` reads it back.

    >>> output_document(Output("discount", values=(10, 5)))
    {'name': 'discount', 'values': [10, 5]}
    """
    said: dict[str, object] = {"name": output.name}
    if output.label:
        said["label"] = output.label
    if output.values:
        said["values"] = list(output.values)
    return said if output.default is None else {**said, "default": _plain(output.default)}


def allowed(declared: Sequence[Output]) -> Allowed:
    """Return what each declared output may be, by name; an empty set where anything goes.

    >>> allowed([Output("discount", values=(10, 5))])["discount"] == {"10", "5"}
    True
    """
    return {output.name: frozenset(map(same, output.values)) for output in declared}


def fitting(values: Values, names: Allowed, at: str) -> None:
    """Raise ``InvalidError`` where a row says what was not declared; nothing declared means free.

    >>> fitting((("discount", 5),), {"discount": frozenset()}, "/then")
    """
    for name, value in values if names else ():
        place = f"{at}/values/{expect.pointer(name)}"
        if name not in names:
            raise InvalidError(place, "unknown", "expected an output the matrix declares")
        if names[name] and value is not None and same(value) not in names[name]:
            raise InvalidError(place, "value", "expected one of the values of this output")


def same(value: object) -> str:
    """Return a text that is alike for values that are alike: 1 is not true, 2 is 2.0.

    >>> same(1) == same(True), same("1") == same(1), same((2, 3)) == same((2.0, 3))
    (False, False, True)
    """
    return json.dumps(_alike(value), ensure_ascii=False, sort_keys=True)


def _values(raw: object, at: str) -> Values:
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", "expected an object")
    if not 1 <= len(raw) <= MOST_OUTPUTS:
        raise InvalidError(at, "length", f"expected 1 to {MOST_OUTPUTS} values")
    return tuple(
        (
            expect.text(name, f"{at}/{expect.pointer(name)}", LONGEST_NAME),
            _value(value, f"{at}/{expect.pointer(name)}"),
        )
        for name, value in raw.items()
    )


def _output(raw: object, at: str) -> Output:
    said = expect.record(raw, at, ("name",), ("label", "values", "default"))
    listed = expect.items(said["values"], f"{at}/values", MOST_LISTED) if "values" in said else []
    return Output(
        expect.text(said["name"], f"{at}/name", LONGEST_NAME),
        expect.text(said.get("label", ""), f"{at}/label", LONGEST_NAME, 0),
        tuple(expect.single(entry, f"{at}/values/{i}") for i, entry in enumerate(listed)),
        _value(said.get("default"), f"{at}/default"),
    )


def _value(raw: object, at: str) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, list):
        return expect.single(raw, at)
    if len(raw) > MOST_LISTED:
        raise InvalidError(at, "length", f"expected at most {MOST_LISTED} entries")
    return tuple(expect.single(entry, f"{at}/{i}") for i, entry in enumerate(raw))


def _alike(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _alike(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_alike(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value

"""The pieces of JSON Schema that describe what an operator's value looks like."""

from __future__ import annotations

from rules.expect import MOST_ITEMS

Described = dict[str, object]


def record_of(required: list[str], **properties: object) -> Described:
    """Return the JSON Schema of an object with these keys and no others.

    >>> record_of(["salt"], salt={})["required"]
    ['salt']
    """
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def list_of(entry: object, most: int = MOST_ITEMS) -> Described:
    """Return the JSON Schema of a list that is neither empty nor longer than ``most``.

    >>> list_of({}, 3)["maxItems"]
    3
    """
    return {"type": "array", "minItems": 1, "maxItems": most, "items": entry}


def text_of(most: int) -> Described:
    """Return the JSON Schema of a text of at least one character and at most so many.

    >>> text_of(64)["maxLength"]
    64
    """
    return {"type": "string", "minLength": 1, "maxLength": most}


def from_to(least: float, most: float) -> Described:
    """Return the JSON Schema of a number between two bounds, both included.

    >>> from_to(0, 100)["maximum"]
    100
    """
    return {"type": "number", "minimum": least, "maximum": most}

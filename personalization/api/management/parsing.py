"""The management API's only parser: strict JSON, one object, with a bound on its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from personalization.plant import json

LIMITS = json.Limits(size=2_000_000, keys=200_000)
"""What a body may cost: a matrix of thousands of rows fits."""


class TooLarge(APIException):
    """The body is larger than any document of ours."""

    status_code = 413
    default_detail = f"a body may have {LIMITS.size} bytes"
    default_code = "too_large"


class MalformedError(ParseError):
    """The body is no JSON, or no JSON we take; ``at`` says where."""

    def __init__(self, fault: json.Malformed) -> None:
        super().__init__(fault.message, fault.code)
        self.at = fault.at


class StrictJSONParser(BaseParser):
    """``application/json`` only."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body's JSON object."""
        body = stream.read(LIMITS.size + 1)
        if len(body) > LIMITS.size:
            raise TooLarge
        try:
            document = json.parse(body, LIMITS)
        except json.Malformed as fault:
            raise MalformedError(fault) from fault
        if not isinstance(document, dict):
            raise ParseError("expected a JSON object")
        return document

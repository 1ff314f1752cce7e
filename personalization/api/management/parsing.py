"""The management API's only parser: strict JSON, one object, with a bound on its size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

LARGEST = 2_000_000
"""The largest body in bytes: a matrix of thousands of rows fits."""


class TooLarge(APIException):
    """The body is larger than any document of ours."""

    status_code = 413
    default_detail = f"a body may have {LARGEST} bytes"
    default_code = "too_large"


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
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError as fault:
            raise ParseError(f"expected JSON: {fault}") from fault
        if not isinstance(document, dict):
            raise ParseError("expected a JSON object")
        return document

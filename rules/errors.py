"""The one error of the language: what is wrong, where in the document, and what was expected."""

from __future__ import annotations


class InvalidError(ValueError):
    """A document that cannot be accepted.

    ``at`` is a JSON pointer to the faulty part (RFC 6901), ``code`` a word out of a small set,
    ``message`` says what was expected.

    >>> str(InvalidError("/all/0", "missing", "expected an operator"))
    '/all/0: expected an operator'
    """

    def __init__(self, at: str, code: str, message: str) -> None:
        super().__init__(f"{at or '/'}: {message}")
        self.at = at
        self.code = code
        self.message = message

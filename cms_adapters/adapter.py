"""What adapters can hear and say: secret, verify, identify, parse, fetch, items, sync, page."""

from __future__ import annotations

from typing import Protocol

from cms_adapters.messages import Call, Item, Page, Reference, Request, Response, Source


class Adapter(Protocol):
    """One kind of CMS. It keeps nothing: all it knows of an installation is in the source.

    A webhook is a hint, what the CMS answers is the truth: whoever uses an adapter verifies the
    raw bytes, parses them, makes the call that ``fetch`` describes and reads the answer with
    ``items``; ``sync`` and ``page`` go through all there is and repair what a lost hint left.
    """

    label: str
    """What people call this CMS."""

    def secret(self, raw: bytes) -> str:
        """Return the secret made of 32 random bytes, in the form this CMS takes it."""

    def verify(self, request: Request, source: Source, now: int) -> None:
        """Raise ``Rejected`` unless the source's own CMS sent this, lately.

        ``now`` is microseconds UTC; how old a request may be is the scheme's own rule.
        """

    def identify(self, request: Request) -> str:
        """Return what a repetition of this very message shares with it."""

    def parse(self, request: Request, source: Source) -> tuple[Reference, ...]:
        """Return which entries it is about; nothing where it is about none of ours.

        ``Rejected`` with the code malformed for what the CMS would not send.
        """

    def fetch(self, reference: Reference, source: Source) -> Call:
        """Return the call that reads the entry as it is now."""

    def items(self, reference: Reference, response: Response, source: Source) -> tuple[Item, ...]:
        """Return the entry, one item for each locale; nothing where it is no more.

        ``Later`` where the CMS asks for patience, ``Unreadable`` where it answered no content.
        """

    def sync(self, cursor: str, source: Source) -> Call:
        """Return the call for the next part of all there is; an empty cursor is the beginning."""

    def page(self, cursor: str, response: Response, source: Source) -> Page:
        """Return that part, and the cursor of the next one."""

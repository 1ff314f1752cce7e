"""Matrices as files in the management API: downloaded, looked at, and applied to the draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import caller
from personalization.api.management.errors import Conflict, shape
from personalization.api.management.parsing import TooLarge
from personalization.api.management.revised import Revised
from personalization.api.management.views import etag
from personalization.api.management.workflow import NUMBER
from personalization.flows import comparing, intake, uniting
from personalization.flows.intake import Look
from personalization.flows.kinds import KINDS
from rules import filing
from rules.filing import LARGEST
from rules.matrix.document import parse

FILED = {"file": "viewer", "look": "editor", "upload": "editor"}
MEDIA = {name: each.media for name, each in filing.tables().items()}


class FileParser(BaseParser):
    """The bytes of a file."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the body as it is."""
        body: bytes = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge(f"a file may have {LARGEST} bytes")
        return body


FILES = dict.fromkeys(MEDIA.values(), OpenApiTypes.BINARY)
PARSERS = [type(f"{name}Parser", (FileParser,), {"media_type": m}) for name, m in MEDIA.items()]


class FileAsked(serializers.Serializer[Any]):
    """How a file is taken: what it was made from, and whose stands where both changed the same."""

    base = serializers.IntegerField(
        required=False, min_value=0, max_value=999_999_999,
        help_text="the revision it was made from; the newest where it is not said",
    )  # fmt: skip
    keep = serializers.ChoiceField(
        choices=[uniting.FILE, uniting.DRAFT], required=False,
        help_text="whose stands where both changed the same; 409 where it is not said",
    )  # fmt: skip
    decision = serializers.CharField(
        required=False, max_length=200, help_text="of a DMN with several, the one that is meant"
    )
    name = serializers.CharField(required=False, max_length=120, help_text="what it is called")


class LookSerializer(serializers.Serializer[Any]):
    """What a file would change of the revision ``seen``."""

    notation = serializers.CharField()
    base = serializers.IntegerField()
    seen = serializers.IntegerField()
    same = serializers.BooleanField()
    notes = serializers.ListField(child=serializers.CharField())
    counts = serializers.DictField(child=serializers.IntegerField())
    whole = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.DictField())
    conflicts = serializers.ListField(child=serializers.DictField())


class Filed(Revised):
    """A matrix whose revisions are files, too."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let a client ask for a file whatever it says it accepts."""
        return super().perform_content_negotiation(request, force=force or self.action == "file")

    @extend_schema(responses={(200, media): OpenApiTypes.BINARY for media in MEDIA.values()})
    @action(
        detail=True, methods=["get"],
        url_path=rf"revisions/{NUMBER}/(?P<notation>{'|'.join(sorted(MEDIA))})",
    )  # fmt: skip
    def file(self, request: Request, pk: str, number: str, notation: str) -> HttpResponse:
        """Return a revision as a file; 422 names what the notation cannot say."""
        revision = self.numbered(number)
        body = filing.written(notation, parse(revision.document))
        name = f"matrix-{pk}-r{number}{filing.tables()[notation].suffix}"
        answer = HttpResponse(body, content_type=MEDIA[notation])
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @extend_schema(
        request=FILES,
        responses=LookSerializer, parameters=[FileAsked],
    )  # fmt: skip
    @action(detail=True, methods=["post"], url_path="file/look", parser_classes=PARSERS)
    def look(self, request: Request, pk: str) -> Response:
        """Say what a file would change; nothing is written. 422 lists every fault with its cell."""
        found, _ = self._look(request, self.get_object())
        return _refused(found) if found.faults else Response(LookSerializer(_told(found)).data)

    @extend_schema(
        request=FILES,
        responses={(200, "application/json"): LookSerializer,
                   (201, "application/json"): OpenApiTypes.OBJECT},
        parameters=[FileAsked],
    )  # fmt: skip
    @action(detail=True, methods=["post"], url_path="file", parser_classes=PARSERS)
    @transaction.atomic
    def upload(self, request: Request, pk: str) -> Response:
        """Write a file as a new draft on the version If-Match names; 200 where nothing changes."""
        row = self.current()
        found, asked = self._look(request, row)
        if found.faults:
            return _refused(found)
        note = f"From the file {asked['name']}" if "name" in asked else "From a file"
        done = intake.apply(found, row, asked.get("keep", ""), caller(request).actor, note)
        if done["conflicts"]:
            subjects = ", ".join(each.subject or each.kind for each in found.conflicts[:10])
            raise Conflict(f"both changed {subjects}; say with keep whose stands")
        fresh = etag(self.shown(self.get_object()))
        if done.get("same"):
            return Response(LookSerializer(_told(found)).data, headers={"ETag": fresh})
        revision = row.revisions.get(pk=done["revision"])
        diff = comparing.drafted(KINDS[self.kind], revision)
        told = {"number": revision.number, "diff": diff, "notation": _notation(found)}
        self.remember("drafted", row, **told)
        data = self.revision_serializer(revision).data
        return Response(data, status=201, headers={"ETag": fresh})

    def _look(self, request: Request, row: Any) -> tuple[Look, dict[str, Any]]:
        given = FileAsked(data=request.query_params)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        body = request.data if isinstance(request.data, bytes) else b""
        name, base = asked.get("name", ""), asked.get("base")
        return intake.look(row, body, name, base, asked.get("decision")), asked


def _refused(found: Look) -> Response:
    first = found.faults[0]
    line = f"line {first.line}" if first.line else ""
    at = first.cell or ", ".join(filter(None, [line, first.column]))
    answer = shape(422, first.message, code=first.code, at=at)
    answer.data = {**answer.data, "faults": [fault._asdict() for fault in found.faults]}
    return answer


def _told(found: Look) -> dict[str, Any]:
    heads = found.rows.headings
    rows = [
        {
            **{name: getattr(line, name) for name in ("id", "state", "before", "after", "moved")},
            "cells": {
                head: cell._asdict()
                for head, cell in zip(heads, line.cells, strict=True)
                if cell.was or cell.now
            },
        }
        for line in found.rows.lines
    ]
    return {
        "notation": _notation(found), "base": found.base, "seen": found.seen, "same": found.same,
        "notes": list(found.taken.notes) if found.taken else [], "counts": found.rows.counts,
        "whole": list(found.whole), "rows": rows,
        "conflicts": [{"kind": each.kind, "subject": each.subject} for each in found.conflicts],
    }  # fmt: skip


def _notation(found: Look) -> str:
    return found.taken.notation if found.taken else ""

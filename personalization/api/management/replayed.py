"""Revisions that can be tried on the last days of the log before they are published."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api import asking
from personalization.api.management.access import body
from personalization.api.management.errors import Unavailable
from personalization.api.management.previewed import ASKED
from personalization.api.management.revised import Revised
from personalization.api.management.workflow import NUMBER
from personalization.flows import replay as replays
from rules import expect

REPLAYED = {"replay": "editor"}
QUESTION = inline_serializer(
    "ReplayQuestion",
    {
        "days": serializers.IntegerField(
            required=False, min_value=1, max_value=replays.MOST_DAYS, default=replays.USUAL
        )
    },
)


class Replayed(Revised):
    """A thing with revisions of which a worker can say what they would have done."""

    @extend_schema(request=QUESTION, responses={202: ASKED})
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/replay")
    def replay(self, request: Request, pk: str, number: str) -> Response:
        """Ask a worker to replay the last days of the log; the newest such run answers."""
        revision = self.numbered(number)
        told = expect.record(dict(body(request)), "", (), ("days",))
        days = expect.whole(told.get("days", replays.USUAL), "/days", 1, replays.MOST_DAYS)
        if not asking.worker(replays.TASK, self.kind, revision.pk, days):
            raise Unavailable
        said = {"task": replays.TASK, "subject": replays.subject(self.kind, revision.pk)}
        return Response(said, status=status.HTTP_202_ACCEPTED)

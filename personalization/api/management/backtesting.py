"""What a segment would have done: a back-test of a revision, asked of a worker."""

from __future__ import annotations

import orjson
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
from personalization.segments import backtests

QUESTION = inline_serializer(
    "BacktestQuestion",
    {
        "days": serializers.IntegerField(required=False, min_value=1, max_value=3_650),
        "more_than": serializers.IntegerField(required=False, min_value=1, max_value=1_000),
        "stability": serializers.ListField(child=serializers.DictField(), required=False),
    },
)


class Backtested(Revised):
    """A segment, whose revisions can be tried on what people did."""

    @extend_schema(request=QUESTION, responses={202: ASKED})
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/backtest")
    def backtest(self, request: Request, pk: str, number: str) -> Response:
        """Ask a worker what stability settings would have done; the newest such run answers."""
        revision = self.numbered(number)
        asked = dict(body(request))
        backtests.read(asked, revision.stability)
        if not asking.worker("backtest", revision.pk, orjson.dumps(asked).decode()):
            raise Unavailable
        said = {"task": "backtest", "subject": f"segment {revision.pk}"}
        return Response(said, status=status.HTTP_202_ACCEPTED)

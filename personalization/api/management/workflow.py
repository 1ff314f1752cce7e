"""The workflow in the management API: the desk's verbs, through the same door."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from personalization.api.management.access import caller
from personalization.api.management.errors import Conflict
from personalization.api.management.fields import InstantField
from personalization.api.management.operations import PublicationSerializer
from personalization.api.management.views import ScopedViews
from personalization.flows import putting, reviewing, undoing
from personalization.flows.kinds import KINDS
from personalization.flows.reviewing import Done
from personalization.flows.verbs import Ask
from personalization.plant import clock
from personalization.sites import progress
from personalization.sites.models import Publication
from personalization.sites.reviews import Remark, Review, Schedule, Step
from rules.errors import InvalidError
from rules.reviewing import VERBS

NUMBER = r"(?P<number>[0-9]{1,9})"
LOCALE = OpenApiParameter(
    "locale", OpenApiTypes.STR, description="of a variant; empty is every locale"
)
WORKFLOW = {
    **{verb: known.needs for verb, known in VERBS.items()},
    "review": "viewer",
    "undo": "publisher",
}
CONFLICTS = {"state", "approvals", "again", "frozen"}
"""Refusals that another state of things would lift."""


class Asked(serializers.Serializer[Any]):
    """What may be said with a verb."""

    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=4_000)
    row = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    overrides = serializers.BooleanField(required=False, default=False)


class Said(Asked):
    """A comment, on the whole or on one row of a matrix."""

    note = serializers.CharField(max_length=4_000)


class Scheduled(Asked):
    """When: a wall time in an IANA zone, and which one where the clocks show it twice."""

    at = serializers.CharField(max_length=40)
    zone = serializers.CharField(max_length=64)
    which = serializers.ChoiceField(
        choices=["", "earlier", "later"], required=False, default="", allow_blank=True
    )


class StepSerializer(serializers.ModelSerializer[Step]):
    """Who did what, when."""

    at = InstantField()

    class Meta:
        model = Step
        fields = ("verb", "actor", "at", "before", "after", "note")


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """A comment, and who settled it."""

    at = InstantField()
    settled_at = InstantField()

    class Meta:
        model = Remark
        fields = ("id", "row", "text", "actor", "at", "settled_by", "settled_at")


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    """When a revision goes live, or went, or did not."""

    at = InstantField()
    asked_at = InstantField()
    ended_at = InstantField()

    class Meta:
        model = Schedule
        fields = ("at", "zone", "state", "asked_by", "asked_at", "ended_at", "error", "overrides")


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """Where a revision stands."""

    site = serializers.CharField(source="site.slug", read_only=True)
    changed_at = InstantField()
    steps = StepSerializer(many=True, read_only=True)
    comments = RemarkSerializer(source="remarks", many=True, read_only=True)
    schedules = ScheduleSerializer(many=True, read_only=True)

    class Meta:
        model = Review
        fields = (
            *("id", "site", "kind", "object_id", "revision_id", "number", "locale", "state"),
            *("authors", "approvals", "changed_at", "steps", "comments", "schedules"),
        )


class Workflow(ScopedViews):
    """A thing whose revisions are reviewed, scheduled, published, rolled back, retired."""

    kind = ""

    def numbered(self, number: str) -> Any:
        """Return the revision of this number."""
        raise TypeError(f"{type(self).__name__} has no revision {number}")

    @extend_schema(responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["get"], url_path=f"revisions/{NUMBER}/review")
    def review(self, request: Request, pk: str, number: str) -> Response:
        """Return where a revision stands, with every step, comment and schedule."""
        revision = self.numbered(number)
        found = progress.of(KINDS[self.kind].subject(revision), revision)
        return Response(ReviewSerializer(found).data)

    @extend_schema(request=Asked, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/submit")
    def submit(self, request: Request, pk: str, number: str) -> Response:
        """Submit a draft for review."""
        return self._moved("submit", number, Asked)

    @extend_schema(request=Asked, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/withdraw")
    def withdraw(self, request: Request, pk: str, number: str) -> Response:
        """Take a revision back from review; its approvals are gone."""
        return self._moved("withdraw", number, Asked)

    @extend_schema(request=Asked, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/approve")
    def approve(self, request: Request, pk: str, number: str) -> Response:
        """Approve a revision that others wrote."""
        return self._moved("approve", number, Asked)

    @extend_schema(request=Asked, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/request-changes")
    def request_changes(self, request: Request, pk: str, number: str) -> Response:
        """Ask for changes; approvals and a schedule are gone."""
        return self._moved("request_changes", number, Asked)

    @extend_schema(request=Said, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/comment")
    def comment(self, request: Request, pk: str, number: str) -> Response:
        """Comment on a revision, or on one row of a matrix."""
        return self._moved("comment", number, Said)

    @extend_schema(request=Scheduled, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/schedule")
    def schedule(self, request: Request, pk: str, number: str) -> Response:
        """Publish at a wall time in a zone; once more, at another time instead."""
        return self._moved("schedule", number, Scheduled)

    @extend_schema(request=Asked, responses=ReviewSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/cancel")
    def cancel(self, request: Request, pk: str, number: str) -> Response:
        """Cancel a schedule."""
        return self._moved("cancel", number, Asked)

    @extend_schema(request=Asked, responses=PublicationSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/publish")
    def publish(self, request: Request, pk: str, number: str) -> Response:
        """Put a revision in force; what is in force already is answered likewise."""
        return _answered(self._act("publish", self.numbered(number), Asked))

    @extend_schema(request=Asked, responses=PublicationSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"], url_path=f"revisions/{NUMBER}/rollback")
    def rollback(self, request: Request, pk: str, number: str) -> Response:
        """Put an older revision in force again; history stays as it is."""
        return _answered(self._act("rollback", self.numbered(number), Asked))

    @extend_schema(request=Asked, responses=PublicationSerializer, parameters=[LOCALE])
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Put what is in force out of force; 422 names what is in force and uses it."""
        rows = self.get_object().revisions.filter(status="live")
        if self.kind == "variant":
            rows = rows.filter(locale=request.query_params.get("locale", ""))
        live = rows.first()
        if self.kind not in putting.RETIRE or live is None:
            raise Conflict("nothing is in force that could be retired")
        return _answered(self._act("retire", live, Asked))

    @extend_schema(request=None, responses=PublicationSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Go back to what was in force before the last publish, within 30 minutes of it."""
        offer = undoing.offered(self.kind, self.get_object().pk, clock.system.now())
        if offer is None:
            raise Conflict("nothing was published in the last 30 minutes that could be undone")
        return _published(undoing.undo(caller(request), offer.publication, clock.system))

    def _moved(self, verb: str, number: str, read: type[serializers.Serializer[Any]]) -> Response:
        done = self._act(verb, self.numbered(number), read)
        return Response(ReviewSerializer(done.review).data)

    def _act(self, verb: str, revision: Any, read: type[serializers.Serializer[Any]]) -> Done:
        given = read(data=self.request.data)
        given.is_valid(raise_exception=True)
        ask, who = Ask(**given.validated_data), caller(self.request)
        try:
            return reviewing.act(who, verb, KINDS[self.kind], revision, ask, clock.system)
        except InvalidError as fault:
            if fault.code == "self_approval":
                raise PermissionDenied(fault.message) from fault
            if fault.code in CONFLICTS:
                raise Conflict(fault.message) from fault
            raise


def _answered(done: Done) -> Response:
    assert done.publication is not None
    return _published(done.publication)


def _published(done: Publication) -> Response:
    status = 202 if done.state == Publication.State.PREPARING else 200
    return Response(PublicationSerializer(done).data, status=status)

"""Fields of the management API: sites and slots by name, documents, instants."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils.model_meta import get_field_info

from personalization.api.management.access import caller
from personalization.content.models import Slot
from personalization.plant.instants import to_text
from personalization.sites.models import Site


@extend_schema_field(OpenApiTypes.STR)
class SiteField(serializers.SlugRelatedField[Site]):
    """A site by its slug; a caller with one site need not name it."""

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options.setdefault("required", False)
            options.setdefault("queryset", Site.objects.all())
        super().__init__(slug_field="slug", **options)

    def get_queryset(self) -> Any:
        """Return the sites the caller may change something on."""
        return caller(self.context["request"]).visible_sites("editor")


@extend_schema_field(OpenApiTypes.STR)
class SlotField(serializers.RelatedField[Slot, Any, str]):
    """A slot by its key, or by its id where the caller's sites share the key."""

    default_error_messages = {"unknown": "expected a slot's key, or its id", "many": "use the id"}

    def __init__(self, **options: Any) -> None:
        if not options.get("read_only"):
            options.setdefault("queryset", Slot.objects.all())
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Slot:
        rows = caller(self.context["request"]).scope(Slot.objects.all(), "site_id", "editor")
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("unknown")
        named = {"pk": data} if isinstance(data, int) else {"key": data}
        found = list(rows.filter(**named)[:2])
        if not found:
            self.fail("unknown")
        if len(found) > 1:
            self.fail("many")
        return found[0]

    def to_representation(self, value: Any) -> str:
        return str(value.key)


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.ReadOnlyField):
    """An instant in RFC 3339; null where the row may have none."""

    def bind(self, field_name: str, parent: Any) -> None:
        super().bind(field_name, parent)
        fields = get_field_info(parent.Meta.model).fields
        self.allow_null = self.source in fields and fields[self.source].null

    def to_representation(self, value: int) -> str:
        return to_text(value)


class LiveField(serializers.IntegerField):
    """The number of the revision in force; null where none is."""

    def __init__(self, **options: Any) -> None:
        said = {"source": "live.number", "read_only": True, "default": None, "allow_null": True}
        super().__init__(**{**said, **options})


@extend_schema_field(OpenApiTypes.OBJECT)
class DocumentField(serializers.JSONField):
    """A JSON document, checked by the parser of its language when a draft is written."""


class OfSite(serializers.ModelSerializer[Any]):
    """A row that belongs to a site, which is given once and never changed."""

    site = SiteField()

    def to_internal_value(self, data: Any) -> Any:
        """Fill in the caller's only site; a row never moves to another."""
        given = dict(data) if isinstance(data, dict) else {}
        if self.instance is not None:
            given["site"] = self.instance.site.slug
        elif "site" not in given:
            sites = list(caller(self.context["request"]).visible_sites("editor")[:2])
            given |= {"site": sites[0].slug} if len(sites) == 1 else {}
        return super().to_internal_value(given)

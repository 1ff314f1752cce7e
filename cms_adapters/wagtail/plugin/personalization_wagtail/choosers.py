"""A field for the key of a slot: suggestions of the server, and no word is lost without it."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from personalization_client import catalogue, connection
from wagtail import blocks

KEY = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$", _("A slot is named like home.hero."))


class SlotInput(forms.TextInput):
    """A text field with a list: what an editor chose stays, whether or not the server answers."""

    template_name = "personalization_wagtail/slot_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the slots there are, and what there is to say of the server's state."""
        context = super().get_context(name, value, attrs)
        given = context["widget"]["attrs"]
        given["list"] = f"{given.get('id', name)}-slots"
        listing = catalogue.slots(connection.of())
        return {
            **context,
            "slots": listing.names,
            "state": listing.state,
            "notice": str(listing),
        }


class SlotChooserBlock(blocks.FieldBlock):
    """The key of a slot."""

    def __init__(self, required: bool = True, help_text: str | None = None, **kwargs: Any) -> None:
        self.field = forms.CharField(
            required=required,
            help_text=help_text,
            max_length=100,
            validators=[KEY],
            widget=SlotInput(),
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "group"
        default = ""

"""The form of a slot: the server's list, to which what was chosen before always belongs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from personalization_client import catalogue, connection

from personalization_djangocms.models import KEY, Slot


class SlotForm(forms.ModelForm):
    """Choose from the list; where there is none, type."""

    class Meta:
        model = Slot
        fields = ("slot",)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        listing = catalogue.slots(connection.of())
        chosen = self.instance.slot
        field = self.fields["slot"]
        field.help_text = str(listing)
        if listing.names:
            names = sorted({*listing.names, *([chosen] if chosen else [])})
            choices = [("", "---------"), *((name, self._said(name, listing)) for name in names)]
            self.fields["slot"] = forms.ChoiceField(
                label=field.label, choices=choices, validators=[KEY], help_text=field.help_text
            )

    def _said(self, name: str, listing: catalogue.Listing) -> str:
        if name in listing.names:
            return name
        return _("%(slot)s (the server has no such slot)") % {"slot": name}

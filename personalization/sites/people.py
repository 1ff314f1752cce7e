"""People in the admin: when somebody came and joined is told by the system, not written by hand."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin

User = get_user_model()
admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """Django's own page, with the instants to read only."""

    readonly_fields = ("last_login", "date_joined")

"""Sentences of Django's own account pages that its German lacks: our catalogue has them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("Conflicting form data submitted. Please try again."),
    _("Password-based authentication was disabled."),
    _("Set password: %s"),
    _("Reset password"),
    _("Set password"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they "
        "may still be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),  # noqa: RUF001 -- Django writes it so
    _("Enable password-based authentication for this user by setting a password."),
    _("After you’ve created a user, you’ll be able to edit more user options."),  # noqa: RUF001 -- Django writes it so
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("In case you’ve forgotten, you are:"),  # noqa: RUF001 -- Django writes it so
)

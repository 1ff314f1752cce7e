"""What the CMS must remember: how entries changed, what is still to be told, what it was told."""

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One entry in one locale, as it was last told of; ``version`` grows with every change."""

    kind = models.CharField(max_length=100)
    external_id = models.CharField(max_length=100)
    locale = models.CharField(max_length=20, blank=True)
    version = models.BigIntegerField()
    published = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "external_id", "locale"], name="personalization_one_entry"
            )
        ]


class Notice(models.Model):
    """One webhook that is still to be sent; its row goes when the server has taken it."""

    message = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=253, blank=True)
    body = models.TextField()
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)


class Heard(models.Model):
    """A webhook that was acted upon: the same one again is not."""

    message = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=60)
    heard_at = models.DateTimeField(db_index=True)


class Newest(models.Model):
    """The newest generation heard of for one tag: what is not newer changes nothing."""

    host = models.CharField(max_length=253, blank=True)
    tag = models.CharField(max_length=200)
    generation = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "tag"], name="personalization_one_tag")
        ]


class PublicConnection(models.Model):
    """What pages say to browsers; each CMS has it for what it calls a site. No secret is here."""

    server = models.CharField(
        _("server"),
        max_length=200,
        blank=True,
        validators=[URLValidator(["https", "http"])],
        help_text=_("Address of the personalization server, for example https://p.example.org"),
    )
    publishable_key = models.CharField(
        _("publishable key"),
        max_length=100,
        blank=True,
        validators=[RegexValidator("^pk_", _("A publishable key begins with pk_."))],
        help_text=_("Every visitor can read it. Secret keys are never entered here."),
    )

    class Meta:
        abstract = True

"""Where an administrator says which server a site's pages use."""

from django.contrib import admin

from personalization_djangocms.models import SiteConnection


@admin.register(SiteConnection)
class SiteConnectionAdmin(admin.ModelAdmin):
    """One row a site."""

    list_display = ("site", "server")

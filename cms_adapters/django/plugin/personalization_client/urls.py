"""Where the server finds the plugin: ``path("personalization/", include(...))``."""

from django.urls import path

from personalization_client import views

app_name = "personalization"
urlpatterns = [
    path("content/", views.listing, name="content"),
    path("content/<path:external_id>", views.entry, name="entry"),
    path("hooks/", views.hook, name="hooks"),
]

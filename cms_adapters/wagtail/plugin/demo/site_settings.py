"""A small Wagtail site with the plugin: what a project of yours adds is marked."""

import json
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("DEMO_VAR", HERE / "var"))
TOLD = json.loads(Path(os.environ["DEMO_TOLD"]).read_text()) if "DEMO_TOLD" in os.environ else {}

SECRET_KEY = os.environ.get("DEMO_SECRET", "only on loopback")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "site_urls"
WSGI_APPLICATION = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "home",
    "lantern",
    "personalization_client",  # the plugin
    "personalization_wagtail",  # the plugin
    "wagtail.contrib.settings",  # needed by the plugin's settings per site
    "wagtail.contrib.frontend_cache",
    "wagtail.sites",
    "wagtail.embeds",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "personalization_client.middleware.CacheScope",  # the plugin, for RENDER = "server"
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "site.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL",
        },
    }
}
LANGUAGE_CODE = "en"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en", "English"), ("de", "Deutsch")]
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"

WAGTAIL_SITE_NAME = "Lantern"
WAGTAILADMIN_BASE_URL = os.environ.get("DEMO_URL", "http://127.0.0.1:8001")

# The plugin. In a project of yours: secrets from the environment.
COUPLING = VAR / "coupling.json"
PERSONALIZATION = {
    "SERVER": TOLD.get("url", ""),
    "PUBLISHABLE_KEY": TOLD.get("publishable_key", ""),
    "SECRET_KEY": TOLD.get("secret_key", ""),
    "CONSENT": "granted",  # the demo has no banner to ask with
}
if COUPLING.exists():
    coupled = json.loads(COUPLING.read_text())
    PERSONALIZATION |= {name: said for name, said in coupled.items() if name != "URL"}

if "DEMO_FRONT_CACHE" in os.environ:  # a cache before the site, told which pages to forget
    WAGTAILFRONTENDCACHE = {
        "http": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": os.environ["DEMO_FRONT_CACHE"],
        }
    }

WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_AUTOSAVE_INTERVAL = 0  # nothing happens behind the back of those who look on

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

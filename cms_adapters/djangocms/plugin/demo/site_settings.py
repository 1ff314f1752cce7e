"""A small django CMS site with the plugin: what a project of yours adds is marked."""

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
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["security.W019"]
X_FRAME_OPTIONS = "SAMEORIGIN"

INSTALLED_APPS = [
    "home",
    "lantern",
    "personalization_client",  # the plugin
    "personalization_djangocms",  # the plugin
    "cms",
    "menus",
    "treebeard",
    "sekizai",
    "djangocms_versioning",
    "djangocms_text",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "personalization_client.middleware.CacheScope",  # the plugin, for RENDER = "server"
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.middleware.user.CurrentUserMiddleware",
    "cms.middleware.page.CurrentPageMiddleware",
    "cms.middleware.toolbar.ToolbarMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sekizai.context_processors.sekizai",
                "cms.context_processors.cms_settings",
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
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"

CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = [("home/page.html", "Page")]
CMS_PERMISSION = False
DJANGOCMS_VERSIONING_ENABLE_MENU_REGISTRATION = True
TEXT_INLINE_EDITING = False

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

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

"""The gate's settings: everything that differs between installations comes from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from personalization.plant import languages, places

BASE_DIR = places.ROOT
VAR = places.var()


def _secret_key() -> str:
    """Return the secret of this installation: given, or made once and kept in var/ (0600)."""
    given = os.environ.get("SECRET_KEY")
    if given:
        return given
    path = VAR / "secret-key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _database() -> dict[str, object]:
    """Return Django's DATABASES entry for the PostgreSQL URL.

    Every page and call of a web process has a thread of its own: with a pool they share so many
    connections and wait for one. A worker is one thread and keeps its connection.
    """
    parts = conninfo_to_dict(places.database_url())
    known = {
        "host": "HOST",
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
        "dbname": "NAME",
    }
    entry: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None}
    entry |= {known[name]: str(value) for name, value in parts.items() if name in known}
    entry["OPTIONS"] = {name: value for name, value in parts.items() if name not in known}
    pool = int(os.environ.get("DATABASE_POOL", "0"))
    if pool and "WORKER_ROLE" not in os.environ:
        entry["CONN_MAX_AGE"] = 0
        entry["OPTIONS"] |= {"pool": {"min_size": 0, "max_size": pool, "timeout": 10.0}}
    return entry


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TRUSTED_ORIGINS", "").split(",") if o]

ROOMS = ["events", "profiles", "features", "segments", "content", "decisions", "learning"]
INSTALLED_APPS = [
    "personalization.sites.frame.FrameConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "personalization",
    "personalization.plant",
    "personalization.sites",
    "personalization.push",
    *[f"personalization.{room}" for room in ROOMS],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "personalization.plant.storable.StorableQuery",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "personalization.plant.languages.DeskLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "personalization.plant.csp.ContentSecurityPolicy",
]
ROOT_URLCONF = "personalization.urls"
ASGI_APPLICATION = "personalization.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["personalization.sites.aloud"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = languages.offered(languages.added())
LOCALE_PATHS = [path for path in (languages.added(), languages.FOLDER) if path]
FORMAT_MODULE_PATH = "personalization.sites.formats"
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [Path(BASE_DIR) / "templates" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

CHANNEL_LAYERS = {"default": {"BACKEND": "personalization.push.layer.HubLayer"}}

CELERY_BROKER_URL = places.celery_url()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "live"
INFERENCE = os.environ.get("INFERENCE", "pure")
COLUMNS_DAYS = int(os.environ.get("COLUMNS_DAYS", "400"))
COLUMNS_BYTES = int(os.environ.get("COLUMNS_BYTES", str(20 * 2**30)))
COLUMNS_FRESH = int(os.environ.get("COLUMNS_FRESH", "900"))
"""The column store: how many days of events, how many bytes, and until which age (in seconds) it
answers for the profiles themselves."""
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["personalization.api.management.access.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["personalization.api.management.access.RoleAllows"],
    "DEFAULT_PARSER_CLASSES": ["personalization.api.management.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "personalization.api.management.errors.answer",
    "DEFAULT_PAGINATION_CLASS": "personalization.api.management.pages.ById",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Personalization server",
    "VERSION": "0.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "RevisionStatusEnum": [(name, name.title()) for name in ("draft", "live", "retired")]
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "personalization.api.management.schema.add_fast_paths",
        "personalization.api.management.failures.document_failures",
    ],
}

BACKLOG_SECONDS = {
    "live": float(os.environ.get("BACKLOG_SECONDS", "10")),
    "import": float(os.environ.get("IMPORT_BACKLOG_SECONDS", "300")),
}
"""How old a lane's oldest waiting event may be before more is answered with 429."""

OUTGOING_ALLOW = [network for network in os.environ.get("OUTGOING_ALLOW", "").split(",") if network]
"""Networks that need not be public for our own requests to go there."""
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS") == "1"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "personalization@localhost")

SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = os.environ.get("HTTPS") == "1"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_100_000  # a matrix of 10 000 rows is saved in one piece

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}

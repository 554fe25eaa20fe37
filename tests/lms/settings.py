"""Django's settings of the LMS: those that django-oauth-toolkit needs, with Open edX's values."""

from __future__ import annotations

import os

SECRET_KEY = "not known to anybody who asks this LMS"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "tests.lms.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"]
MIDDLEWARE = [
    "tests.lms.middleware.Doing",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tests.lms.middleware.Slashes",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["LMS_DATABASE"],
        # The data may be lost with the process.
        "OPTIONS": {"timeout": 30, "init_command": "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;"},
    }
}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
LOGIN_URL = "/login"
APPEND_SLASH = True
# A test sets the data of 20,000 learners in one post.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
SESSION_COOKIE_NAME = "lms-session"
# A fast hash: there are no real passwords.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "tests.lms.oauth.Validator",
    "SCOPES_BACKEND_CLASS": "tests.lms.oauth.Scopes",
    "SCOPES": {
        "read": "Read access",
        "write": "Write access",
        "email": "Know your email address",
        "profile": "Know your name and username",
        "user_id": "Know your user identifier",
    },
    "DEFAULT_SCOPES": ["read", "write", "email", "profile"],
    "REQUEST_APPROVAL_PROMPT": "auto_even_if_expired",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 36000,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 7_776_000,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
    "ERROR_RESPONSE_WITH_SCOPES": False,
    "PKCE_REQUIRED": False,
}
LOGGING = {"version": 1, "disable_existing_loggers": True}

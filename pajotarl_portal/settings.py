"""Settings come from environment variables only; docs/configuration.md lists them all."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from pajotarl_portal import embedded, environment
from pajotarl_portal.environment import broker_url

BASE_DIR = Path(__file__).resolve().parent.parent

env = environment.Environment()
environment.read_file(BASE_DIR / ".env")

PORTAL_DEMO = env.flag("PORTAL_DEMO", default=False)
DEBUG = env.flag("DEBUG", default=False)
PORTAL_DATA = Path(env("PORTAL_DATA", default="") or BASE_DIR / "var").resolve()
HOST = env("HOST", default="127.0.0.1")
PORT = env.whole("PORT", default=8000)

SECRET_KEY = env.required(
    "SECRET_KEY",
    unless=PORTAL_DEMO,
    default="practice-only-never-in-production",
    mend="Set it to a long random text that only this portal knows, or set PORTAL_DEMO=1 to practise.",
)
ALLOWED_HOSTS = (
    env.required(
        "ALLOWED_HOSTS",
        unless=PORTAL_DEMO,
        default="*",
        mend="Set it to the names under which people reach the portal, such as portaal.example.",
    )
    .replace(" ", "")
    .split(",")
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORTAL_URL = env.address("PORTAL_URL", schemes=("https", "http"), default=f"http://localhost:{PORT}")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
PROXY_ARRIVAL_HEADER = env("PROXY_ARRIVAL_HEADER", default="")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ROOMS = [
    "journal",
    "personas",
    "challenges",
    "accounts",
    "notifications",
    "submissions",
    "matching",
    "reviews",
    "pitches",
    "decisions",
    "dossiers",
]
INSTALLED_APPS = [
    "pajotarl_portal",
    "pajotarl_portal.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    *ROOMS,
]

MIDDLEWARE = [
    "pajotarl_portal.health.HealthMiddleware",
    "pajotarl_portal.proxies.TrustedProxyMiddleware",
    "journal.middleware.ReceivedAtMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.LanguageOfPersonMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

CSRF_FAILURE_VIEW = "pajotarl_portal.errors.csrf_failure"
ROOT_URLCONF = "pajotarl_portal.urls"
WSGI_APPLICATION = "pajotarl_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "journal.context_processors.practice",
                "pajotarl_portal.context_processors.navigation",
                "accounts.context_processors.acting",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Without an address of their own, the servers stand in PORTAL_SERVERS and start when first needed.
PORTAL_SERVERS = Path(env("PORTAL_SERVERS", default="") or PORTAL_DATA).resolve()
DATABASE_URL = env.address(
    "DATABASE_URL", schemes=("postgresql", "postgres"), default=embedded.postgres_url(PORTAL_SERVERS)
)
REDIS_URL = env.address(
    "REDIS_URL", schemes=("redis", "rediss", "unix"), default=embedded.redis_url(PORTAL_SERVERS)
)
EMBEDDED_SERVERS = tuple(
    name for name, url in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")) if not env(url, default="")
)

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["ENGINE"] = "pajotarl_portal.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = env.whole("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "pajotarl_portal.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
    }
}

CELERY_BROKER_URL = broker_url(REDIS_URL)
# A page never waits for a broker that is down: whatever it would have started, the next tick does.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "socket_connect_timeout": 2}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Tasks keep their connection, as requests do: `pajotarl_portal.celery` sees to it by Django's rules.
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(PORTAL_DATA / "celerybeat-schedule")
TICK_SECONDS = env.decimal("TICK_SECONDS", default=15)
# Ticks that nobody took in time are worth nothing: two days without a worker leave no heap of them.
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "notifications.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"expires": 4 * TICK_SECONDS},
    }
}
IMAP_URL = env.mailboxes("IMAP_URL")
INTAKE_TRUSTED_HOSTS = env.list("INTAKE_TRUSTED_HOSTS", default=[])
INTAKE_POLL_SECONDS = env.whole("INTAKE_POLL_SECONDS", default=60)
if IMAP_URL:
    CELERY_BEAT_SCHEDULE["mailboxes"] = {
        "task": "submissions.tasks.poll_mailboxes",
        "schedule": INTAKE_POLL_SECONDS,
        "options": {"expires": 4 * INTAKE_POLL_SECONDS},
    }

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PortalBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
ACCOUNT_ADAPTER = "notifications.adapter.OutboxAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 30 * 60
# Per person or address, never per IP address: a whole office may sit behind one.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/10m/key",
    "signup": None,
    "confirm_email": "1/1m/key",
    "reset_password": "5/h/key",
    "reset_password_from_key": None,
    "request_login_code": "5/15m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "manage_email": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_ADAPTER = "accounts.adapter.EncryptingMFAAdapter"
MFA_FORMS = {
    "add_webauthn": "accounts.mfa_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.mfa_forms.EditPasskeyForm",
}
MFA_TOTP_ISSUER = "PajoTARL"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PORTAL_DEMO

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = PORTAL_DATA / "uploads"
S3_BUCKET = env("S3_BUCKET", default="")
S3_OPTIONS = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env("S3_ENDPOINT", default="") or None,
    "region_name": env("S3_REGION", default="") or None,
    "access_key": env("S3_ACCESS_KEY", default="") or None,
    "secret_key": env("S3_SECRET_KEY", default="") or None,
    "addressing_style": "path",
    "file_overwrite": False,
}
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3_OPTIONS}
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PORTAL_DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
CLAMD_SOCKET = env.daemon("CLAMD_SOCKET")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = PORTAL_DEMO or DEBUG

if PORTAL_DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = PORTAL_DATA / "mail"
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
    if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "notifications.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portaal@pajotarl.example")
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")
EMAIL_TIMEOUT = 10
EMAIL_ANSWER_SECONDS = 120
OUTBOX_LEASE_SECONDS = 300
OUTBOX_RETRY_SECONDS = 60

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_HTTPS = env.flag("SECURE_HTTPS", default=not PORTAL_DEMO)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_HTTPS
SECURE_HSTS_SECONDS = 31536000 if SECURE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HTTPS
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LOG_LEVEL = env.choice("LOG_LEVEL", options=("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # Many libraries talk at INFO about every small step; only our own rooms are let through.
        **{name: {"level": LOG_LEVEL} for name in ROOMS},
    },
}

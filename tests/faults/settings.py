"""The portal under fire: its own settings, a real mail server, and pauses that fit in a test."""

import os

from pajotarl_portal.settings import *  # noqa: F403

EMAIL_BACKEND = "notifications.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["FAULTS_SMTP_PORT"])
EMAIL_TIMEOUT = EMAIL_ANSWER_SECONDS = 2
OUTBOX_LEASE_SECONDS = 6
OUTBOX_RETRY_SECONDS = 0.5
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""The portal's own settings in practice mode; each test process has its own folder and Redis database."""

import os
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
SERVERS = Path(os.environ.get("TEST_PORTAL_DATA", Path(__file__).parent.parent / "var-test"))

os.environ["PORTAL_DEMO"] = "1"
os.environ["PORTAL_SERVERS"] = str(SERVERS)
os.environ["PORTAL_DATA"] = str(SERVERS / WORKER)

from pajotarl_portal.settings import *  # noqa: F403

PORTAL_DATA.mkdir(parents=True, exist_ok=True)  # noqa: F405

DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"  # noqa: F405
if "redis" in EMBEDDED_SERVERS:  # noqa: F405
    REDIS_URL = embedded.redis_url(PORTAL_SERVERS, database=int(WORKER[2:]))  # noqa: F405
    CACHES["default"]["LOCATION"] = REDIS_URL  # noqa: F405
    CELERY_BROKER_URL = broker_url(REDIS_URL)  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # noqa: F405

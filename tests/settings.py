"""The portal's own settings, in practice mode, on a data folder of the tests."""

import os
from pathlib import Path

os.environ["PORTAL_DEMO"] = "1"
data = Path(__file__).parent.parent / "var" / "test"
os.environ["PORTAL_DATA"] = os.environ.get("TEST_PORTAL_DATA", str(data))

from pajotarl_portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # noqa: F405

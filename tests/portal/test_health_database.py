"""GET /healthz without a database."""

import subprocess
import sys

from tests.portal.conftest import ROOT

ASK = """
import django
django.setup()
from django.test import Client
response = Client().get("/healthz")
print(response.status_code, response.json()["culprits"], response.json()["parts"]["outbox"])
"""


def test_healthz_names_the_database(portal, tmp_path):
    environment = {
        **portal.environment,
        "DJANGO_SETTINGS_MODULE": "pajotarl_portal.settings",
        "DATABASE_URL": f"postgresql://nobody@/portal?host={tmp_path}",
        "REDIS_URL": f"unix://{tmp_path / 'gone.sock'}",
    }

    result = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert result.stdout == "503 ['database', 'broker'] {'ok': None}\n"
    assert list(tmp_path.iterdir()) == []

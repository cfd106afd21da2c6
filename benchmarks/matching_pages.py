"""CPU and queries of every page of matching with 400 proposals, in a data folder of its own."""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROPOSALS = 400


def main() -> None:
    os.environ |= {
        "PORTAL_DATA": str(ROOT / "var-bench"),
        "PORTAL_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "pajotarl_portal.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        measure()
        transaction.set_rollback(True)


def measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from challenges.actions import load_call
    from tests.factories import person_with_role
    from tests.matching.crowd import crowded_composition, crowded_run
    from tests.matching.test_pages_at_scale import addresses

    call = load_call(ROOT / "data" / "pajotarl-2023.yaml").call
    run = crowded_run(call, number=PROPOSALS)
    made = crowded_composition(run)
    client = Client(HTTP_HOST="localhost")
    client.force_login(person_with_role("coordinator", call), backend="accounts.backends.PortalBackend")
    for name, address in addresses(run, made).items():
        spent = []
        for _ in range(6):
            start = time.process_time()
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            spent.append(time.process_time() - start)
            assert response.status_code == 200, (name, response.status_code)
        cpu = statistics.median(spent[1:])
        print(f"page {name:<14} {len(queries):>3} queries {1000 * cpu:7.0f} ms CPU", flush=True)


if __name__ == "__main__":
    sys.exit(main())

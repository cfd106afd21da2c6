"""CPU and queries of every page of matching with 400 proposals, in a data folder of its own.

make bench-matching

Medians of five, after a first look that fills what a process keeps: staff, jury and candidates.
"""

import os
import sys
from pathlib import Path

from benchmarks.measured import spent, verdict

ROOT = Path(__file__).resolve().parents[1]
PROPOSALS = 400
QUERIES = 20
MILLISECONDS = 150


def main() -> int:
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
        met = all(list(measure()))
        transaction.set_rollback(True)
    return 0 if met else 1


def measure():
    from challenges.actions import load_call
    from journal.actions import set_clock
    from tests.matching.crowd import crowded_run
    from tests.matching.test_pages_at_scale import visits

    call = load_call(ROOT / "data" / "pajotarl-2023.yaml").call
    run = crowded_run(call, number=PROPOSALS)
    print(f"pages with {PROPOSALS} proposals: at most {QUERIES} queries and {MILLISECONDS} ms of CPU each")
    for visit in visits(run, lambda moment: set_clock(to=moment)):
        yield _measured(visit)


def _measured(visit) -> bool:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as queries:
        response = visit.client.get(visit.address)
    count = len(queries)
    assert response.status_code == 200, (visit.name, response.status_code)
    took = spent(lambda: visit.client.get(visit.address))
    met = count <= QUERIES and 1000 * took.cpu <= MILLISECONDS
    told = f"{count:>3} queries {1000 * took.cpu:5.0f} ms CPU"
    print(f"page {visit.name:<34} {told}  {verdict(met, 'as above')}", flush=True)
    return met


if __name__ == "__main__":
    sys.exit(main())

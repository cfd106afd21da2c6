import pytest
from django.urls import reverse

from tests.factories import person_with_role

from .crowd import crowded_composition, crowded_run

pytestmark = pytest.mark.django_db


def test_pages_take_at_most_twenty_queries_with_four_hundred_proposals(
    client, pajotarl, django_assert_max_num_queries
):
    run = crowded_run(pajotarl, number=400)
    made = crowded_composition(run)
    client.force_login(person_with_role("coordinator", pajotarl))

    for address in addresses(run, made).values():
        with django_assert_max_num_queries(20):
            assert client.get(address).status_code == 200


def addresses(run, made) -> dict[str, str]:
    scored = run.scored.order_by("pk").first()
    return {
        "scores": reverse("admin:matching_run_change", args=[run.pk]),
        "explanation": reverse("admin:matching_run_explain", args=[run.pk, scored.pk, 3]),
        "coverage": reverse("admin:matching_run_coverage", args=[run.pk]),
        "compose form": reverse("admin:matching_run_compose", args=[run.pk]),
        "composition": reverse("admin:matching_composition_change", args=[made.pk]),
        "comparison": reverse("admin:matching_run_compare", args=[run.pk]),
        "runs": reverse("admin:matching_run_changelist"),
        "compositions": reverse("admin:matching_composition_changelist"),
    }

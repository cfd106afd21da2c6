from datetime import timedelta

import pytest
from django.conf import settings

from challenges import queries
from challenges.actions import load_call
from challenges.models import Question
from tests.factories import brussels

pytestmark = pytest.mark.django_db


def names(rows) -> list[str]:
    return [row.name for row in rows]


def test_call_of_2023_shows_the_municipalities_before_the_merger(pajotarl):
    assert names(queries.municipalities_of(pajotarl)) == [
        "Bever", "Herne", "Galmaarden", "Pepingen", "Gooik",
        "Lennik", "Roosdaal", "Ternat", "Liedekerke", "Affligem",
    ]  # fmt: skip


@pytest.mark.parametrize(("edition", "merged"), [(2024, False), (2025, True), (2026, True)])
def test_later_call_shows_pajottegem(edition, merged):
    call = load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml", edition=edition).call

    shown = names(queries.municipalities_of(call))

    assert ("Pajottegem" in shown) is merged
    assert ("Herne" in shown) is not merged
    assert sum(each.inhabitants for each in queries.municipalities_of(call)) == 94960


def test_call_without_calendar_shows_every_municipality(pajotarl):
    pajotarl.milestones.all().delete()

    assert queries.municipalities_of(pajotarl).count() == 11


def test_personas_of_a_call_come_once_in_their_order(pajotarl):
    assert names(queries.personas_of(pajotarl)) == [
        "Chadia", "John", "Cornel", "Albena", "Saled", "Jeroen", "Roy", "Anita",
    ]  # fmt: skip


def test_service_types_name_the_heaviest_challenge_first(pajotarl):
    network = queries.service_types_of(pajotarl).get(slug="sociaal-netwerk")

    needs = [(need.challenge.number, need.weight) for need in network.needs.all()]
    assert needs == [(2, 3), (1, 2), (3, 2), (5, 2), (4, 1)]


def test_question_without_publication_stays_inside(pajotarl):
    Question.objects.create(call=pajotarl, question="Mag het?", answer="Ja.")
    public = Question.objects.create(
        call=pajotarl, question="En dit?", answer="Ook.", published_at=brussels(2023, 7, 1)
    )

    assert list(queries.published_questions(pajotarl)) == [public]


def test_milestone_passes_once_at_its_end(pajotarl):
    end = brussels(2023, 9, 2)
    moment = timedelta(microseconds=1)

    def passed(after, until):
        return [each.kind for each in queries.milestones_passed_between(after, until)]

    assert passed(end - moment, end) == ["filing"]
    assert passed(end - timedelta(days=1), end - moment) == []
    assert passed(end, end + moment) == []


def test_milestone_without_end_passes_at_its_beginning(pajotarl):
    before, after = brussels(2023, 6, 22), brussels(2023, 6, 24)

    assert [each.kind for each in queries.milestones_passed_between(before, after)] == ["launch"]


def test_contact_of_two_editions_is_named_once(pajotarl):
    later = load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml", edition=2026).call

    contacts = list(queries.contacts_of_every_region())

    assert [(contact.name, contact.call) for contact in contacts] == [
        ("Jo Discart", later),
        ("Silke Van Esch", later),
    ]

"""Help while writing: who is here too, what still lacks, what looks like a client's data."""

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from submissions import presence, sections
from tests.factories import MembershipFactory, brussels, complete_proposal

pytestmark = pytest.mark.django_db

IN_TIME = brussels(2023, 8, 28, 14, 3)
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def in_august():
    cache.clear()
    with time_machine.travel(IN_TIME, tick=False) as clock:
        yield clock


@pytest.fixture
def member():
    return MembershipFactory(user__name="An")


@pytest.fixture
def draft(member):
    return complete_proposal(organisation=member.organisation)


@pytest.fixture
def partner(client, member):
    client.force_login(member.user)
    return client


@pytest.fixture
def colleague(draft):
    return MembershipFactory(organisation=draft.organisation, user__name="Bo").user


def section_page(draft, slug="samenvatting"):
    return reverse("submissions:section", args=[draft.pk, slug])


def present(draft, slug="samenvatting"):
    return reverse("submissions:present", args=[draft.pk, slug])


def test_colleague_in_the_same_section_is_named_on_its_page_and_on_the_overview(partner, draft, colleague):
    presence.arrive(proposal=draft, section=sections.SUMMARY, user=colleague)

    here = partner.get(section_page(draft)).content.decode()
    elsewhere = partner.get(section_page(draft, "budget")).content.decode()
    overview = partner.get(reverse("submissions:proposal", args=[draft.pk])).content.decode()

    assert "Bo heeft dit onderdeel ook open." in here
    assert "Bo heeft" not in elsewhere
    assert "Bo heeft dit onderdeel ook open." in overview


def test_who_opens_a_section_is_seen_by_a_colleague_until_the_page_falls_silent(
    partner, draft, colleague, in_august
):
    partner.get(section_page(draft))

    assert presence.others(proposal=draft, user=colleague) == {"samenvatting": ["An"]}
    in_august.shift(presence.OPENED + 1)
    assert presence.others(proposal=draft, user=colleague) == {}


def test_open_page_tells_of_itself_hears_who_is_there_and_says_goodbye(partner, draft, colleague):
    presence.arrive(proposal=draft, section=sections.SUMMARY, user=colleague)

    told = partner.post(present(draft)).json()["company"]
    seen = presence.others(proposal=draft, user=colleague)
    partner.post(present(draft), {"leave": "1"})

    assert "Bo heeft dit onderdeel ook open." in told
    assert seen == {"samenvatting": ["An"]}
    assert presence.others(proposal=draft, user=colleague) == {}


def test_presence_in_a_part_that_is_no_section_is_not_there(partner, draft):
    assert partner.post(present(draft, "bijlagen")).status_code == 404


def test_company_of_three_is_one_sentence():
    from django.utils import translation

    with translation.override("en"):
        assert presence.sentence(["An", "Bo", "Cem"]) == "An, Bo and Cem have this section open as well."


def test_save_by_itself_answers_with_what_still_lacks_and_what_looks_like_a_client(partner, draft):
    typed = {"title": "", "summary": "Chadia, 85.07.30-033.28", "revision": 0, "editor": ""}

    answer = partner.post(section_page(draft), typed, **JSON).json()

    assert '<a href="#id_title">de titel</a>' in answer["help"]
    assert "“85.07.30-033.28” lijkt op een rijksregisternummer." in answer["help"]
    draft.refresh_from_db()
    assert draft.summary == "Chadia, 85.07.30-033.28"


def test_check_links_each_gap_to_its_field_and_warns_without_blocking(partner, member):
    draft = complete_proposal(
        organisation=member.organisation,
        answers={
            "approach": "",
            "experience": "Bel haar op 0475 12 34 56.",
            "service_types": [{"slug": "dienst-2", "how": "Zo.", "clients_per_year": None}],
            "challenges": [{"number": 2, "how": " "}],
            "municipalities": [],
            "contact": {"name": "", "email": "a@b.example", "phone": None},
        },
    )

    text = partner.get(reverse("submissions:check", args=[draft.pk])).content.decode()

    assert f"{section_page(draft, 'aanpak')}#id_approach" in text
    assert f"{section_page(draft, 'diensten')}#id_clients_dienst-2" in text
    assert f"{section_page(draft, 'uitdagingen')}#id_challenge_2" in text
    assert f"{section_page(draft, 'gemeenten')}#fields" in text
    assert f"{section_page(draft, 'organisatie')}#id_contact_name" in text
    assert "“0475 12 34 56” lijkt op een telefoonnummer." in text


def test_stale_save_marks_what_differs_side_by_side(partner, draft, colleague):
    from submissions import actions

    actions.save_section(
        proposal=draft,
        section=sections.SUMMARY,
        values={"title": "Samen op weg", "summary": "Wij helpen mensen vandaag."},
        revision=0,
        by=colleague,
        received_at=IN_TIME,
    )
    typed = {"title": "Samen op weg", "summary": "Wij helpen mensen morgen.", "revision": 0, "editor": ""}

    page = partner.post(section_page(draft), typed)

    assert page.status_code == 409
    assert [pair.label for pair in page.context["pairs"]] == ["Samenvatting"]
    text = page.content.decode()
    assert "<mark>vandaag.</mark>" in text
    assert "<mark>morgen.</mark>" in text

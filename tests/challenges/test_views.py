import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from icalendar import Calendar

from challenges.actions import load_call
from challenges.models import Question
from tests.challenges.call_file.samples import bent, sized, small
from tests.factories import brussels

pytestmark = pytest.mark.django_db
ADDENDUM = settings.BASE_DIR / "data" / "pajotarl-2023.yaml"


def page(client, name, *arguments) -> str:
    response = client.get(reverse(f"challenges:{name}", args=arguments))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def home_at(client, call, moment) -> str:
    with time_machine.travel(moment, tick=False):
        return page(client, "home", call.slug)


def test_front_door_leads_to_the_only_call(client, pajotarl):
    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"] == "/oproep/pajotarl-2023/"


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [("/contact/", "/oproep/pajotarl-2023/contact/"), ("/privacy/", "/oproep/pajotarl-2023/privacy/")],
)
def test_shared_address_leads_to_the_page_of_the_only_call(client, pajotarl, address, leads_to):
    assert client.get(address)["Location"] == leads_to


def test_front_door_lets_choose_between_calls(client, pajotarl):
    load_call(small())

    content = page(client, "home")

    assert 'href="/oproep/pajotarl-2023/"' in content
    assert 'href="/oproep/oefenregio-2024/"' in content


def test_shared_address_lets_choose_between_calls(client, pajotarl):
    load_call(small())

    assert 'href="/oproep/oefenregio-2024/privacy/"' in page(client, "privacy")


def test_portal_without_calls_says_so(client):
    assert "Nog geen oproepen" in page(client, "home")


def test_home_counts_down_in_words(client, pajotarl):
    content = home_at(client, pajotarl, brussels(2023, 8, 21, 10))

    assert "Samen mensen weer op weg helpen in het Pajottenland" in content
    assert "Tien gemeenten zoeken organisaties" in content
    assert "<strong>11 dagen en 14 uur</strong>" in content
    assert "tot en met vrijdag 1 september 2023, 23u59 (Brusselse tijd)" in content
    assert "Stel uw organisatie kandidaat" in content
    assert "Vijf uitdagingen, acht mensen voor ogen" in content


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (brussels(2023, 6, 1), "Kandidaturen zijn welkom vanaf"),
        (brussels(2023, 9, 1, 23, 59, 30), "minder dan een minuut"),
        (brussels(2023, 9, 2), "De kandidaturen worden gelezen"),
        (brussels(2023, 9, 13), "De pitches komen eraan"),
        (brussels(2023, 9, 20), "De beslissing wordt genomen"),
        (brussels(2023, 10, 10), "Het wederwoord loopt"),
        (brussels(2023, 10, 20), "Deze oproep is afgelopen"),
    ],
)
def test_home_says_what_the_call_waits_for(client, pajotarl, moment, says):
    assert says in home_at(client, pajotarl, moment)


def test_home_invites_to_file_only_while_filing_is_open(client, pajotarl):
    open_then = home_at(client, pajotarl, brussels(2023, 9, 1, 23, 59, 59))
    closed_then = home_at(client, pajotarl, brussels(2023, 9, 2))

    assert ("Stel uw organisatie kandidaat" in open_then, "Stel uw organisatie kandidaat" in closed_then) == (
        True,
        False,
    )


def test_home_without_own_words_names_the_region(client):
    call = load_call(small()).call

    assert "Samen mensen weer op weg helpen in Oefenregio" in page(client, "home", call.slug)


def test_home_of_a_call_without_calendar_still_opens(client, pajotarl):
    pajotarl.milestones.all().delete()

    assert "een datum die nog volgt" in page(client, "home", pajotarl.slug)


def test_list_names_the_phase_of_each_call(client, pajotarl):
    load_call(small())

    with time_machine.travel(brussels(2023, 8, 1), tick=False):
        content = page(client, "calls")

    assert content.count("Open voor kandidaturen") == 1
    assert content.count("Aangekondigd") == 1


def test_challenge_shows_everything_of_the_addendum(client, pajotarl):
    content = page(client, "challenge", pajotarl.slug, 3)

    challenge = pajotarl.challenges.get(number=3)
    for text in [challenge.title, challenge.target_group, *challenge.barriers, *challenge.questions]:
        assert text in content
    assert "Chadia" in content and "Albena" in content and "Saled" not in content
    assert content.index("Kinderopvang mogelijk maken") < content.index("Een sociaal netwerk ontwikkelen")
    assert "Galmaarden" in content
    assert 'rel="prev"' in content and 'rel="next"' in content


@pytest.mark.parametrize(("number", "rel"), [(1, 'rel="prev"'), (5, 'rel="next"')])
def test_first_and_last_challenge_have_one_neighbour(client, pajotarl, number, rel):
    assert rel not in page(client, "challenge", pajotarl.slug, number)


def test_service_types_name_what_they_help(client, pajotarl):
    content = page(client, "service_types", pajotarl.slug)

    assert content.count('<li id="') == 11
    assert content.count("onmisbaar") == 2 * 11 + 1


def test_municipalities_of_a_later_edition_name_what_merged(client):
    call = load_call(ADDENDUM, edition=2026).call

    content = page(client, "municipalities", call.slug)

    assert "8 gemeenten met 94.960 inwoners" in content
    assert "vroeger Galmaarden, Gooik, Herne" in content


def test_question_is_public_once_published(client, pajotarl):
    Question.objects.create(call=pajotarl, question="Nog geheim?", answer="Ja")
    Question.objects.create(
        call=pajotarl, question="Mag een vzw?", answer="Zeker.", published_at=brussels(2023, 7, 3, 14, 3)
    )

    content = page(client, "questions", pajotarl.slug)

    assert "Mag een vzw?" in content
    assert "maandag 3 juli 2023, 14u03 (Brusselse tijd)" in content
    assert "Nog geheim?" not in content


def test_page_without_questions_says_where_to_ask(client, pajotarl):
    assert 'href="/oproep/pajotarl-2023/contact/"' in page(client, "questions", pajotarl.slug)


def test_contacts_tell_whom_to_ask_what(client, pajotarl):
    content = page(client, "contacts", pajotarl.slug)

    assert 'href="mailto:silke.vanesch@vdab.be"' in content
    assert 'href="tel:+32494624242"' in content
    assert "Indienen per e-mail" in content


def test_call_without_contacts_says_so(client):
    call = load_call(bent("contacts", [])).call

    assert "Nog geen contactpersonen" in page(client, "contacts", call.slug)


def test_privacy_notice_tells_what_the_region_filled_in(client):
    tree = bent("call.controller", "Oefenregio\nDorpsplein 1")
    tree["call"] |= {"privacy_email": "privacy@oefenregio.example", "keep_until": "2031-01-31"}
    call = load_call(tree).call

    content = page(client, "privacy", call.slug)

    assert "Oefenregio<br>Dorpsplein 1" in content
    assert "privacy@oefenregio.example" in content
    assert "tot en met vrijdag 31 januari 2031" in content


def test_privacy_notice_says_what_is_not_filled_in(client, pajotarl):
    content = page(client, "privacy", pajotarl.slug)

    assert "De regio heeft dit nog niet ingevuld." in content
    assert "De regio heeft de dag van wissen nog niet bepaald." in content


def test_accessibility_statement_names_norm_and_complaint(client, pajotarl):
    content = page(client, "accessibility")

    assert "EN 301 549" in content
    assert "jo.discart@vdab.be" in content
    assert "vlaamseombudsdienst.be" in content


def test_calendar_feed_is_a_calendar(client, pajotarl):
    response = client.get(reverse("challenges:calendar", args=[pajotarl.slug]))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert len(events) == 8
    assert {str(event["url"]) for event in events} == {"http://testserver/oproep/pajotarl-2023/"}


@pytest.mark.parametrize(
    "name",
    [
        "home", "challenges", "service_types", "principles", "municipalities",
        "questions", "contacts", "calendar", "privacy",
    ],
)  # fmt: skip
def test_unknown_call_is_not_found(client, name):
    assert client.get(reverse(f"challenges:{name}", args=["geen-oproep"])).status_code == 404


def test_unknown_challenge_is_not_found(client, pajotarl):
    assert client.get(reverse("challenges:challenge", args=[pajotarl.slug, 6])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("home", 11),
        ("challenges", 7),
        ("challenge", 10),
        ("service_types", 8),
        ("principles", 7),
        ("municipalities", 7),
        ("questions", 6),
        ("contacts", 6),
        ("calendar", 3),
        ("privacy", 5),
    ],
)
def test_page_asks_the_same_number_of_queries(client, django_assert_num_queries, count, name, queries):
    call = load_call(sized(count)).call
    for number in range(count):
        Question.objects.create(
            call=call, question=f"{number}?", answer="Ja", published_at=brussels(2023, 7, 1)
        )
    arguments = [call.slug, 1] if name == "challenge" else [call.slug]

    with django_assert_num_queries(queries):
        client.get(reverse(f"challenges:{name}", args=arguments))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("calls", 5), ("accessibility", 4)])
def test_list_of_calls_asks_the_same_number_of_queries(
    client, django_assert_num_queries, count, name, queries
):
    for edition in range(2024, 2024 + count):
        load_call(sized(count), edition=edition)

    with django_assert_num_queries(queries):
        client.get(reverse(f"challenges:{name}"))

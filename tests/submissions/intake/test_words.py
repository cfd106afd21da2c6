from types import SimpleNamespace

import pytest

from challenges.models import ServiceType
from submissions.intake.words import answers_of, found_in, kbo_numbers_in
from tests.factories import kbo_number
from tests.submissions.intake import mails

pytestmark = pytest.mark.django_db

SENDER = SimpleNamespace(sender="mia@debrug.example", sender_name="Mia Mailster")


def read(call, *texts):
    return answers_of(found_in(list(texts), call=call), mail=SENDER, call=call)


def test_answers_come_under_the_headings_in_the_senders_own_words(call):
    found = found_in([mails.BODY, mails.CANDIDACY], call=call)

    assert answers_of(found, mail=SENDER, call=call) == {
        "contact": {"name": "Mia Mailster", "email": "mia@debrug.example", "phone": "02 000 00 01"},
        "title": "Een brug naar werk",
        "summary": "Wij begeleiden mensen van thuis tot op de werkvloer.",
        "challenges": [
            {"number": 1, "how": "oefenuitdaging\nWij gaan bij de mensen thuis langs en blijven bellen."}
        ],
        "approach": "Eerst een koffie, dan een plan.\nDaarna samen op pad.",
        "experience": "Negen jaar in drie dorpen.",
        "budget_eur_per_year": 48500,
        "clients_per_year": 35,
    }
    assert found.organisation == {"organisation": "De Brug (fictief) vzw", "kbo_number": "0900.000.147"}


def test_services_and_municipalities_are_recognised_by_the_calls_own_names(call):
    place = call.region.municipalities.first().name
    text = f"Nood 2: in groep\n\nNOOD 1\nThuis\n\nGemeenten\n{place} en Elders\nUitdaging 9\nBestaat niet"

    values = read(call, text)

    assert values["municipalities"] == [place]
    assert [(row["slug"], row["how"]) for row in values["service_types"]] == [
        ("dienst-1", "Thuis"),
        ("dienst-2", "in groep"),
    ]
    assert values.get("challenges", []) == []
    assert ServiceType.objects.count() == 2


def test_text_without_headings_is_the_approach_as_a_whole(call):
    assert read(call, "Dag", "Wij doen dit al jaren.\n\nZonder titels.")["approach"] == (
        "Wij doen dit al jaren.\n\nZonder titels."
    )


def test_what_does_not_fit_is_told_and_not_cut_off(call):
    found = found_in(["Titel: " + "x" * 121 + "\nAanpak: " + "y" * 6001 + "\nErvaring: negen"], call=call)

    assert found.too_long == {"title": (121, 120), "approach": (6001, 6000)}
    assert found.answers == {"experience": "negen"}


def test_the_first_text_that_answers_wins_and_odd_values_are_left_out(call):
    text = (
        "Titel: A\nTitel: B\nBudget: nog te bepalen\nAantal cliënten: 0\nE-mail: geen\nTelefoon: " + "1" * 60
    )

    values = read(call, text)

    assert values["title"] == "A"
    assert values["contact"] == {"name": "Mia Mailster", "email": "mia@debrug.example", "phone": None}
    assert "budget_eur_per_year" not in values
    assert "clients_per_year" not in values


def test_kbo_numbers_are_found_by_their_check_digits():
    one, two = kbo_number(1), kbo_number(2)
    text = (
        f"BE {one[:4]}.{one[4:7]}.{one[7:]}, BTW BE{two}, tel 0470 12 34 56, IBAN BE68 5390 0754 7034, {one}"
    )

    assert kbo_numbers_in(text) == [one, two]

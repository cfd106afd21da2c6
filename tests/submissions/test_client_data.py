import pytest
from django.utils import translation

from submissions import sections
from submissions.client_data import suspicions, suspicions_in
from tests.factories import CallFactory, complete_answers


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def found_in(text):
    return [(typed, str(kind)) for typed, kind in suspicions(text, year=2023)]


REGISTER, BIRTH, TELEPHONE = "a national register number", "a date of birth", "a telephone number"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Chadia, 85.07.30-033.28, komt", [("85.07.30-033.28", REGISTER)]),
        ("nummer 85073003328.", [("85073003328", REGISTER)]),
        ("85 07 30 033 28", [("85 07 30 033 28", REGISTER)]),
        ("17073003384", [("17073003384", REGISTER)]),
        ("85.07.30-033.29", []),
        ("rekening BE68 5390 0754 7034", []),
        ("KBO 0900.000.147 en 0900000147", []),
        ("budget 58.500 euro, 1.250.000 in totaal", []),
        ("geboren op 12/03/1985", [("12/03/1985", BIRTH)]),
        ("An (° 3 maart 2021)", [("3 maart 2021", BIRTH)]),
        ("Mo, 1985-03-12", [("1985-03-12", BIRTH)]),
        ("Mo, 12.3.1985, alleen", [("12.3.1985", BIRTH)]),
        ("31/02/1985", []),
        ("opgericht op 12/03/1985", []),
        ("het decreet van 5 april 1995", []),
        ("van 1/9/2023 tot 31/12/2025", []),
        ("in 1985 en 112 keer", []),
        ("bel haar op 0475 12 34 56", [("0475 12 34 56", TELEPHONE)]),
        ("+32 2 555 12 12 of 054/33.44.55", [("+32 2 555 12 12", TELEPHONE), ("054/33.44.55", TELEPHONE)]),
        ("", []),
    ],
)
def test_suspicions_name_what_was_typed_and_what_it_looks_like(text, found):
    assert found_in(text) == found


@pytest.mark.parametrize(("year", "count"), [(2009, 1), (2010, 0), (1933, 1), (1932, 0)])
def test_date_is_a_birth_when_somebody_of_14_to_90_was_born_on_it(year, count):
    assert len(found_in(f"12/03/{year}")) == count


@pytest.mark.django_db
def test_suspicions_are_sought_in_every_free_text_but_not_in_the_contact():
    number = "85.07.30-033.28"
    call = CallFactory()
    answers = complete_answers(
        call,
        contact={"name": "An", "email": "an@organisatie.example", "phone": "0475 12 34 56"},
        title=number,
        summary=number,
        challenges=[{"number": 1, "how": number}],
        service_types=[{"slug": "dienst-1", "how": number, "clients_per_year": 3}],
        working_principles=[{"slug": "nazorg", "how": number}],
        approach=f"{number}, of bel ons op +32 475 12 34 56",
        experience=number,
    )

    found = [(each.section, each.text) for each in suspicions_in(answers, year=2023)]

    places = (
        sections.SUMMARY,
        sections.SUMMARY,
        sections.CHALLENGES,
        sections.SERVICES,
        sections.PRINCIPLES,
        sections.APPROACH,
        sections.APPROACH,
    )
    assert found == [(section, number) for section in places]

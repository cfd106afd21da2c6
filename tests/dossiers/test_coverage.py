import pytest
from django.utils import translation

from dossiers.coverage import Needs
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def needs(db):
    """Challenge 1 asks for service 1, challenge 2 for service 2."""
    return Needs(CallFactory())


def offer(*pairs) -> dict:
    return {
        "challenges": [{"number": number} for number, _service in pairs],
        "service_types": [{"slug": f"dienst-{service}"} for _number, service in pairs],
    }


def test_picture_fills_what_is_covered_and_says_so_in_words(needs):
    with translation.override("nl"):
        picture = needs.picture([offer((1, 1))])

    assert [[dot["met"] for dot in column["dots"]] for column in picture["columns"]] == [[True], [False]]
    assert picture["alt"] == "Noden die gedekt zijn. uitdaging 1: 1 van 1; uitdaging 2: 0 van 1."
    assert (picture["met"], picture["needs"]) == (1, 2)


def test_a_need_is_covered_only_by_a_proposal_that_offers_both(needs):
    apart = [offer((1, 2)), offer((2, 1))]

    assert needs.picture(apart)["met"] == 0


def test_rows_tell_covered_open_and_not_asked(needs):
    assert [row["cells"] for row in needs.rows(offer((1, 1)))] == [["met", None], [None, "open"]]


def test_matrix_names_the_chapters_behind_each_need(needs):
    matrix = needs.matrix([offer((1, 1)), offer((2, 2)), offer((1, 1), (2, 2))])

    assert [[cell and cell["chapters"] for cell in row["cells"]] for row in matrix] == [
        [[1, 3], None],
        [None, [2, 3]],
    ]

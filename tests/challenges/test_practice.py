import pytest

from challenges.actions import load_call
from challenges.practice import moments
from tests.challenges.call_file.samples import small
from tests.factories import brussels

pytestmark = pytest.mark.django_db


def test_moments_of_the_only_call(pajotarl):
    offered = {moment.label: moment.at for moment in moments()}

    assert offered == {
        "de oproep opent": brussels(2023, 6, 23, 10),
        "een week vóór de deadline": brussels(2023, 8, 26),
        "één minuut vóór de deadline": brussels(2023, 9, 1, 23, 59),
        "één minuut na de deadline": brussels(2023, 9, 2, 0, 1),
        "Lezen": brussels(2023, 9, 4, 10),
        "Pitches": brussels(2023, 9, 13, 10),
        "Beslissing: de laatste dag": brussels(2023, 10, 5, 10),
        "Beslissing: voorbij": brussels(2023, 10, 6, 10),
        "Wederwoord: de laatste dag": brussels(2023, 10, 19, 10),
        "Wederwoord: voorbij": brussels(2023, 10, 20, 10),
    }


def test_moments_name_their_call_when_there_are_more(pajotarl):
    load_call(small())

    assert sum(moment.label.startswith("Oefenregio 2024: ") for moment in moments()) == 5

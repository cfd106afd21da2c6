from datetime import timedelta

import pytest
from django.utils import translation

from challenges.templatetags import calls
from tests.factories import brussels

UNTIL = brussels(2023, 9, 2)


@pytest.mark.parametrize(
    ("left", "dutch", "english"),
    [
        (timedelta(days=11, hours=14), "11 dagen en 14 uur", "11 days and 14 hours"),
        (timedelta(days=1, hours=1, minutes=5), "1 dag en 1 uur", "1 day and 1 hour"),
        (timedelta(days=2, minutes=5), "2 dagen", "2 days"),
        (timedelta(hours=3, minutes=1), "3 uur en 1 minuut", "3 hours and 1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minuten", "59 minutes"),
        (timedelta(seconds=59), "minder dan een minuut", "less than a minute"),
        (timedelta(0), "minder dan een minuut", "less than a minute"),
    ],
)
def test_remaining_reads_in_its_two_largest_units(left, dutch, english):
    assert calls.remaining(UNTIL, UNTIL - left) == dutch
    with translation.override("en"):
        assert calls.remaining(UNTIL, UNTIL - left) == english


@pytest.mark.parametrize(("number", "word"), [(0, "geen"), (5, "vijf"), (12, "twaalf"), (13, "13")])
def test_small_numbers_are_words(number, word):
    assert calls.in_words(number) == word


def test_weights_are_words():
    assert [calls.weight_in_words(weight) for weight in (1, 2, 3)] == ["helpt", "belangrijk", "onmisbaar"]

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from journal.templatetags import moments

DEADLINE = datetime(2023, 9, 1, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("nl", "vrijdag 1 september 2023, 23u59 (Brusselse tijd)"),
        ("en", "Friday 1 September 2023, 23:59 (Brussels time)"),
    ],
)
def test_last_minute_reads_as_the_minute_before_the_half_open_end(language, read):
    with translation.override(language):
        assert moments.last_minute(DEADLINE) == read


def test_exact_moment_shows_milliseconds():
    moment = datetime(2023, 9, 1, 21, 59, 59, 999_000, tzinfo=UTC)

    with translation.override("nl"):
        assert moments.exact_moment(moment) == "1 september 2023, 23:59:59,999 (Brusselse tijd)"


def test_short_forms():
    with translation.override("nl"):
        assert moments.hour(DEADLINE) == "00u00"
        assert moments.day(date(2023, 9, 1)) == "vrijdag 1 september 2023"
        assert moments.short_moment(DEADLINE) == "2 sep 2023, 00u00 (Brusselse tijd)"


@pytest.mark.parametrize("name", ["moment", "short_moment", "last_minute", "day", "hour"])
def test_no_moment_reads_as_nothing(name):
    assert getattr(moments, name)(None) == ""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

import pytest
from django.utils import translation

from pajotarl_portal.templatetags.components import cover, percent_of
from pajotarl_portal.timeline import LEFT, RIGHT, drawn
from tests.factories import brussels


@dataclass
class Milestone:
    kind: str
    starts: datetime | None
    until: datetime | None
    reserve: list[date] = field(default_factory=list)
    says: str = ""
    extended_until: datetime | None = None

    def get_kind_display(self):
        return self.kind.capitalize()


@pytest.fixture(autouse=True)
def dutch():
    with translation.override("nl"):
        yield


@pytest.fixture
def milestones():
    return [
        Milestone("launch", brussels(2023, 6, 23), None),
        Milestone("filing", brussels(2023, 6, 23), brussels(2023, 9, 2)),
        Milestone("reading", brussels(2023, 9, 4), brussels(2023, 9, 9)),
        Milestone(
            "pitches",
            brussels(2023, 9, 13),
            brussels(2023, 9, 14),
            [date(2023, 9, 14), date(2023, 9, 15)],
        ),
        Milestone("decision", None, brussels(2023, 10, 6), says="vóór 6 oktober 2023"),
    ]


def test_each_milestone_says_its_days_in_short(milestones):
    phases = drawn(milestones, at=brussels(2023, 8, 21)).phases

    assert [phase.when for phase in phases] == [
        "23 juni tot 1 september, 23u59",
        "4–8 sep",
        "13 (14, 15) sep",
        "vóór 6 okt",
    ]
    assert [phase.says for phase in phases][-1] == "vóór 6 oktober 2023"


def test_a_moved_end_takes_the_place_of_the_first_and_of_its_words(milestones):
    milestones[1].says, milestones[1].extended_until = "1 september 2023, 23u59", brussels(2023, 9, 4)

    filing = drawn(milestones, at=brussels(2023, 9, 2, 12)).phases[0]

    assert (filing.state, filing.when) == ("current", "23 juni tot 3 september, 23u59")
    assert filing.says == filing.when


def test_words_of_the_call_are_not_mixed_into_another_language(milestones):
    milestones[1].says = "1 september 2023, 23u59"

    with translation.override("en"):
        filing = drawn(milestones, at=brussels(2023, 8, 1)).phases[0]

    assert filing.says == "23 June to 1 September, 23:59"


def test_a_phase_under_way_is_filled_up_to_the_present(milestones):
    drawing = drawn(milestones, at=brussels(2023, 7, 28))
    filing = drawing.phases[0]

    assert [phase.state for phase in drawing.phases] == ["current", "future", "future", "future"]
    assert filing.x + filing.done == drawing.here


@pytest.mark.parametrize(
    ("at", "states", "here"),
    [
        (brussels(2023, 1, 1), ["future"] * 4, LEFT),
        (brussels(2023, 9, 2), ["past", "future", "future", "future"], None),
        (brussels(2026, 1, 1), ["past"] * 4, RIGHT),
    ],
)
def test_the_present_stays_on_the_line(milestones, at, states, here):
    drawing = drawn(milestones, at=at)

    assert [phase.state for phase in drawing.phases] == states
    assert here is None or drawing.here == here


def test_the_list_puts_the_present_after_what_has_begun(milestones):
    entries = drawn(milestones, at=brussels(2023, 9, 5)).entries

    assert [entry["phase"].kind if "phase" in entry else "here" for entry in entries] == [
        "filing",
        "reading",
        "here",
        "pitches",
        "decision",
    ]


def test_labels_never_touch(milestones):
    crowd = [Milestone(f"mijlpaal {day}", None, brussels(2023, 9, day)) for day in range(3, 12)]

    phases = drawn(milestones + crowd, at=brussels(2023, 9, 5)).phases

    for lane in {phase.lane for phase in phases}:
        spans = [phase.span for phase in phases if phase.lane == lane]
        assert all(left[1] < right[0] for left, right in pairwise(spans))


def test_a_call_without_dates_is_an_empty_line():
    drawing = drawn([], at=brussels(2023, 9, 5))

    assert (drawing.phases, drawing.here) == ([], LEFT)


@pytest.mark.parametrize(
    ("value", "of", "percent"), [(16, 20, "80.00"), (3, 0, "0.00"), (9, 4, "100.00"), (None, 5, "0.00")]
)
def test_percent_of_is_written_for_svg(value, of, percent):
    assert percent_of(value, of) == percent


def test_cover_has_four_steps():
    assert [cover(count) for count in (0, 1, 2, 3, 9)] == ["c0", "c1", "c2", "c3", "c3"]

import os
import signal

import pytest

from dossiers.printing import press_room
from dossiers.printing.press_room import Press, PrintingFailed, Sheet, print_all
from submissions.press import AskedForMore
from submissions.recipe import fingerprint_of
from tests.dossiers.printing.conftest import page


@pytest.fixture
def sheet(tmp_path):
    def make(html, name="een"):
        text = tmp_path / f"{name}.html"
        text.write_text(html)
        return Sheet(text, tmp_path / f"{name}.pdf", fingerprint_of(html))

    return make


OUTSIDE = [
    '<img src="file:///etc/passwd" alt="">',
    '<img src="http://127.0.0.1:9/elders.png" alt="">',
    '<link rel="stylesheet" href="https://elders.example/x.css">',
    '<link rel="attachment" href="file:///etc/hostname">',
    '<link rel="stylesheet" href="../manage.py">',
    "<style>@import url(css/%2e%2e/%2e%2e/manage.py);</style>",
]


@pytest.mark.parametrize("markup", OUTSIDE)
def test_a_sheet_that_asks_for_something_outside_is_not_printed(sheet, markup):
    with pytest.raises(AskedForMore, match="Error fetching"):
        list(print_all([sheet(page("Stil").replace("<p>", f"{markup}<p>", 1))]))


def test_a_press_lives_through_bad_sheets_and_is_replaced_when_it_ended_or_grew(sheet, monkeypatch):
    press = Press()
    bad = sheet(page("Stil").replace("<p>", f"{OUTSIDE[0]}<p>", 1), "slecht")
    good = [sheet(page(f"Goed {i}"), f"goed{i}") for i in range(3)]

    with pytest.raises(PrintingFailed, match="file:///etc/passwd"):
        press.print(bad)
    press.print(good[0])
    os.kill(press.process.pid, signal.SIGKILL)
    press.process.wait()
    with pytest.raises(PrintingFailed, match="ended"):
        press.print(good[1])
    monkeypatch.setattr(press_room, "WORN_OUT_KB", 1)
    press.print(good[2])

    assert press.process is None
    assert press.peak_kb > 1
    assert [one.goal.exists() for one in (bad, *good)] == [False, True, False, True]


def test_a_failing_sheet_stops_the_others_without_leaving_a_press(sheet):
    bad = page("Stil").replace("<p>", f"{OUTSIDE[0]}<p>", 1)
    sheets = [sheet(bad, "slecht"), *(sheet(page(f"Goed {i}"), f"goed{i}") for i in range(2))]

    with pytest.raises(PrintingFailed):
        list(print_all(sheets, presses=2))

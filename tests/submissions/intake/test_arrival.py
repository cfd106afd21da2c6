from datetime import UTC, datetime

import pytest

from submissions.intake.arrival import Arrival, arrival_of
from tests.factories import brussels

OURS_LATE = "from mx.vdab.example by store.vdab.example (Postfix); Sat, 2 Sep 2023 01:30:00 +0200 (CEST)"
OURS = "from mail.debrug.example by mx.vdab.example with ESMTPS; Fri, 1 Sep 2023 23:59:59 +0200"
THEIRS = "from pc by mail.debrug.example with ESMTP; Fri, 1 Sep 2023 09:00:00 +0200"
FORGED = "from pc by mx.vdab.example; Fri, 1 Sep 2023 08:00:00 +0200"


@pytest.mark.parametrize(
    ("received", "trusted", "at", "host"),
    [
        ([OURS_LATE, OURS, THEIRS], [], brussels(2023, 9, 2, 1, 30), "store.vdab.example"),
        ([OURS_LATE, OURS, THEIRS], ["vdab.example"], brussels(2023, 9, 1, 23, 59, 59), "mx.vdab.example"),
        ([OURS_LATE, OURS], ["VDAB.example"], brussels(2023, 9, 1, 23, 59, 59), "mx.vdab.example"),
        ([OURS, THEIRS, FORGED], ["vdab.example"], brussels(2023, 9, 1, 23, 59, 59), "mx.vdab.example"),
        ([THEIRS, OURS], ["vdab.example"], brussels(2023, 9, 1, 9), "mail.debrug.example"),
        ([OURS, "from x; gisteren"], ["vdab.example"], brussels(2023, 9, 1, 23, 59, 59), "mx.vdab.example"),
        (["from x by nietvdab.example; Fri, 1 Sep 2023 09:00:00 +0200", OURS], ["vdab.example"],
         brussels(2023, 9, 1, 9), "nietvdab.example"),
        (["by mx; 1 Sep 2023 09:00:00 -0000"], [], datetime(2023, 9, 1, 9, tzinfo=UTC), "mx"),
        (["; Fri, 1 Sep 2023 09:00:00 +0200"], [], brussels(2023, 9, 1, 9), ""),
    ],
)  # fmt: skip
def test_arrival_is_where_the_mail_entered_our_house(received, trusted, at, host):
    assert arrival_of(received, trusted=trusted) == Arrival(at, host)


@pytest.mark.parametrize("received", [[], ["from x by y"], ["by y; 99 Foo 2023"], ["by y; gisteren", OURS]])
def test_arrival_is_unknown_when_the_last_server_noted_none(received):
    assert arrival_of(received, trusted=["vdab.example"]) is None

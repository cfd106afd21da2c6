"""Filing and reminding while web, worker, beat and Redis are killed at random: nothing lost, nothing doubled.

`make test` runs the short form. `make faults` runs the long one: 500 filings and 2,000 reminders.
"""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import connection

from journal.queries import verify_everything
from notifications.actions import resend_message
from notifications.models import BouncedAddress, Message
from submissions.models import Proposal, Version
from tests.factories import UserFactory
from tests.faults import scene
from tests.faults.post import mail_server
from tests.faults.processes import Processes
from tests.portal.processes import wait_until
from tests.smtp import free_port


@dataclass(frozen=True)
class Scale:
    """How much happens, in how many seconds, and how many seconds lie between two kills.

    Each victim falls at least once; with `goes_on` they keep falling for as long as somebody files.
    """

    filings: int
    reminders: int
    waves: int
    seconds: float
    between: tuple[float, float]
    goes_on: bool


SHORT = Scale(filings=12, reminders=40, waves=2, seconds=4, between=(0.2, 0.4), goes_on=False)
LONG = Scale(filings=500, reminders=2000, waves=20, seconds=480, between=(1.0, 6.0), goes_on=True)
SCALE = LONG if os.environ.get("FAULTS") == "long" else SHORT
AFTER_250 = "worker after 250"
VICTIMS = ("web", "beat", "redis", "web child", "worker child", AFTER_250)
DRAIN_SECONDS = 300


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_whatever_is_killed(tmp_path, capsys):
    seed = int(os.environ.get("FAULTS_SEED", "1"))
    people = scene.filers(SCALE.filings)
    port = free_port()
    with (
        mail_server(seed=seed) as (post, smtp_port),
        Processes(tmp_path / "data", port=port, smtp_port=smtp_port) as portal,
    ):
        expected = SCALE.filings + scene.reminded(
            SCALE.reminders, waves=SCALE.waves, apart=SCALE.seconds / SCALE.waves
        )
        hands = scene.at_work(people, port=port, seconds=SCALE.seconds, hands=4)
        kill_around(portal, post, hands, chance=random.Random(seed))
        portal.revive()
        drained = portal.wait_until(
            lambda: count("sent") + count("failed") == expected, seconds=DRAIN_SECONDS
        )
        refused = list(Message.objects.filter(status="failed"))
        post.calm = True
        send_again(refused)
        arrived = portal.wait_until(lambda: count("sent") == expected, seconds=DRAIN_SECONDS)
        said = portal.last_words()
    with capsys.disabled():
        print(report(portal, post, people, refused))

    assert (drained, arrived) == (True, True), said
    assert_every_filing_holds(people)
    assert_every_mail_arrived_once(post, portal)
    assert_refusals_were_shown(refused)
    assert verify_everything()["ok"]


def kill_around(portal: Processes, post, hands, *, chance: random.Random):
    """Kill each victim once in random order, and more of them for as long as somebody is filing."""
    to_do = chance.sample(VICTIMS, len(VICTIMS))
    while to_do or (SCALE.goes_on and any(hand.is_alive() for hand in hands)):
        time.sleep(chance.uniform(*SCALE.between))
        portal.revive()
        strike(portal, post, to_do.pop() if to_do else chance.choice((*VICTIMS, "worker")), chance)
    for hand in hands:
        hand.join()


def strike(portal: Processes, post, victim: str, chance: random.Random):
    name, _, how = victim.partition(" ")
    if how == "child":
        portal.kill_child(name, chance=chance)
        return
    if victim == AFTER_250:
        kill_between_answer_and_commit(portal, post)
    else:
        portal.kill(name)
    if name == "redis":
        time.sleep(chance.uniform(*SCALE.between))
    portal.start(name)
    if name == "redis":
        portal.wait_for_redis()


def kill_between_answer_and_commit(portal: Processes, post):
    """The one moment in which a mail is doubled: the server has it, and the worker never records that."""
    post.trap = lambda: portal.kill("worker")
    if not wait_until(lambda: post.trap is None and "worker" not in portal.running, seconds=20):
        post.trap = None
        portal.kill("worker")


def count(status: str) -> int:
    return Message.objects.filter(status=status).count()


def send_again(messages):
    """What a member of staff does with what failed."""
    staff = UserFactory()
    for message in messages:
        resend_message(message, by=staff)


def assert_every_filing_holds(people):
    """Whatever was confirmed stands in the one version; every attempt was answered without an error."""
    versions = {version.proposal_id: version for version in Version.objects.all()}
    references = set(Proposal.objects.exclude(reference=None).values_list("reference", flat=True))
    assert len(versions) == Version.objects.count() == len(references) == len(people)
    assert [person.typed for person in people] == [
        scene.frozen_summary(versions[person.proposal.pk]) for person in people
    ]
    assert all(f"/kandidaturen/{person.proposal.pk}/versies/1/" == person.receipt for person in people)
    assert {status for person in people for status in person.answers} <= {200, 302}


def assert_every_mail_arrived_once(post, portal):
    """A second copy has the same Message-ID, and a worker was killed between the first one and it."""
    moments = {}
    for key, at in post.arrived:
        moments.setdefault(key, []).append(at)
    assert set(moments) == {str(pk) for pk in Message.objects.values_list("pk", flat=True)}
    kills = [at for name, at in portal.killed if name.startswith("worker")]
    for first, *more in moments.values():
        for again in more:
            assert any(first <= kill <= again for kill in kills), "doubled without a kill"
            first = again
    assert len(post.arrived) - len(moments) <= len(kills) * 2


def assert_refusals_were_shown(refused):
    assert {message.last_error for message in refused} <= {"550 no such person"}
    assert not BouncedAddress.objects.filter(address__in=[m.recipient for m in refused]).exists()


def report(portal, post, people, refused) -> str:
    arrived = Counter(key for key, _at in post.arrived)
    killed = Counter(name for name, _at in portal.killed)
    rows = {
        "filed": f"{Version.objects.count()} of {len(people)}",
        "mails arrived": f"{len(arrived)} of {Message.objects.count()}",
        "arrived twice": f"{sum(arrived.values()) - len(arrived)} (same Message-ID)",
        "killed": ", ".join(f"{name} {n}" for name, n in sorted(killed.items())),
        "ended by itself": ", ".join(portal.ended) or "none",
        "the mail server": ", ".join(f"{said} {n}" for said, n in sorted(post.refusals.items())),
        "refused for good": f"{len(refused)}, shown to staff and sent again",
        "most attempts": max(Message.objects.values_list("attempts", flat=True), default=0),
    }
    connection.close()
    return "\n" + "\n".join(f"  {name:17} {value}" for name, value in rows.items())

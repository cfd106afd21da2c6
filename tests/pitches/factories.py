"""A call whose shortlisted proposals, jury, days and rooms are ready to be scheduled."""

from datetime import date, time

import factory
from factory.django import DjangoModelFactory

from accounts.models import Role
from pitches.models import Pitch, PitchDay, Room, Timetable
from reviews.models import ConflictOfInterest, Criterion
from submissions.models import Proposal
from tests.factories import (
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    RoleFactory,
    UserFactory,
    brussels,
    person_with_role,
)

MORNING = brussels(2023, 9, 13, 9)


class ShortlistedFactory(ProposalFactory):
    """A proposal that is invited to pitch, of an organisation with one member."""

    reference = factory.Sequence(lambda n: f"OEF-{n:04}")
    status = Proposal.Status.SHORTLISTED
    organisation = factory.LazyFunction(lambda: MembershipFactory().organisation)


class TimetableFactory(DjangoModelFactory):
    class Meta:
        model = Timetable

    call = factory.SubFactory(CallFactory)
    quorum = 1
    place = factory.Sequence(lambda n: f"Oefenzaal, Dorpsplein {n}")


def pitching_call(*, proposals: int = 3, jurors: int = 2, rooms: int = 1, **timetable):
    """A call with one pitch day of four turns, and everybody who is needed."""
    timetable = TimetableFactory(**timetable)
    call = timetable.call
    PitchDay.objects.create(timetable=timetable, date=date(2023, 9, 13), opens=time(9), closes=time(11))
    for number in range(rooms):
        Room.objects.create(timetable=timetable, name=f"Zaal {number + 1}", position=number)
    ShortlistedFactory.create_batch(proposals, call=call)
    for _ in range(jurors):
        juror_of(call)
    return call


class JurorFactory(UserFactory):
    """With a mail domain of its own: sharing one with an organisation is a conflict of interest."""

    email = factory.Sequence(lambda n: f"jurylid{n}@jury.example")
    name = factory.Sequence(lambda n: f"Jurylid {n}")


def juror_of(call):
    return RoleFactory(user=JurorFactory(), kind=Role.Kind.JURY, region=call.region, call=call).user


def coordinator_of(call):
    return person_with_role(Role.Kind.COORDINATOR, call)


def declare_nothing(juror, call) -> None:
    """The juror says to have no conflict with anybody who filed."""
    for proposal in call.proposals.all():
        conflict(juror, proposal, kind=ConflictOfInterest.Kind.NONE)


def conflict(juror, proposal, *, kind=ConflictOfInterest.Kind.FAMILY) -> None:
    ConflictOfInterest.objects.update_or_create(
        user=juror,
        organisation=proposal.organisation,
        call=proposal.call,
        defaults={"kind": kind, "explanation": "Mijn zus werkt er.", "at": brussels(2023, 9, 4)},
    )


def place_of(pitch: Pitch) -> tuple[str, str]:
    """("09:30", "Zaal 1")"""
    return f"{pitch.during.lower.astimezone(MORNING.tzinfo):%H:%M}", pitch.room.name


def criterion(call, slug: str = "aanpak", weight: int = 100) -> Criterion:
    return Criterion.objects.create(
        call=call, slug=slug, name=slug.capitalize(), weight=weight, anchors=[f"Anker {n}" for n in range(6)]
    )

"""What an organisation reads about its pitch on the page of its proposal."""

from django.urls import reverse
from django.utils.translation import gettext as _

from journal import clock
from journal.templatetags.moments import moment
from pitches.queries import announced_pitch_of
from submissions.next_steps import NextStep, provider


@provider
def invitation_to_pitch(proposal) -> NextStep | None:
    pitch = announced_pitch_of(proposal)
    if pitch is None or pitch.told_during.upper <= clock.now():
        return None
    return NextStep(
        title=_("You are invited to pitch"),
        text=_("The jury expects you on %(moment)s.") % {"moment": moment(pitch.told_during.lower)},
        url=reverse("pitches:slot", args=[proposal.pk]),
        label=_("Place, length and calendar file"),
    )

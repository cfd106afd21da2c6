"""States of the draft and of a release in words."""

from django import template
from django.utils.translation import gettext as _

from pitches import agenda, release, rules, wording

register = template.Library()


@register.inclusion_tag("components/status.html")
def pitch_state(pitch):
    """How the draft stands to what the organisation knows."""
    words = {
        "new": (_("not announced"), ""),
        "told": (_("announced"), "good"),
        "changed": (_("changed"), "busy"),
    }
    label, tone = words[agenda.state_of(pitch)]
    return {"label": label, "tone": tone}


@register.inclusion_tag("components/status.html")
def news_kind(item):
    """What somebody gets at a release."""
    words = {
        release.NEW: (_("an invitation"), "good"),
        release.CHANGED: (_("a changed invitation"), "busy"),
        release.CANCELLED: (_("a cancellation"), "bad"),
    }
    label, tone = words[item.kind]
    return {"label": label, "tone": tone}


@register.simple_tag
def proof(timetable) -> str:
    """How good the draft is, as far as it was proven."""
    return wording.proof_in_words(timetable.status, timetable.gap or 0)


@register.simple_tag
def is_chair(user, call) -> bool:
    """Whether this person is chair or deputy chair of the call's jury."""
    return rules.is_chair(user, call=call)

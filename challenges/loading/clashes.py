"""What a file says against what the portal already holds."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from challenges.call_file.problems import Problem
from challenges.call_file.schema import CallFile
from challenges.models import Call, Milestone
from challenges.retention import earliest_keep_until
from personas.models import Persona


def clashes(document: CallFile) -> Iterator[Problem]:
    """Problems between `document` and other calls, before anything is written."""
    yield from _call_of_another_region(document)
    yield from _second_call_of_the_edition(document)
    yield from _persona_of_other_regions(document)
    yield from _kept_too_short(document)


def _call_of_another_region(document) -> Iterator[Problem]:
    other = Call.objects.filter(slug=document.call.slug).exclude(region__slug=document.region.slug).first()
    if other:
        yield Problem(
            "call.slug",
            _("“%(slug)s” is already the call of the region %(region)s.")
            % {"slug": other.slug, "region": other.region},
            _("Give this call another slug."),
        )


def _second_call_of_the_edition(document) -> Iterator[Problem]:
    same = Call.objects.filter(region__slug=document.region.slug, edition=document.call.edition)
    if other := same.exclude(slug=document.call.slug).first():
        yield Problem(
            "call.edition",
            _("The region already has a call of %(edition)s: “%(slug)s”.")
            % {"edition": other.edition, "slug": other.slug},
            _("Use that slug to update it, or another edition."),
        )


def _persona_of_other_regions(document) -> Iterator[Problem]:
    elsewhere = Persona.objects.exclude(challenges__call__region__slug=document.region.slug)
    shared = elsewhere.filter(challenges__isnull=False, slug__in=[each.slug for each in document.personas])
    names = dict(shared.values_list("slug", "name"))
    for index, persona in enumerate(document.personas):
        if names.get(persona.slug, persona.name) != persona.name:
            yield Problem(
                f"personas[{index}].name",
                _("Other regions know the persona “%(slug)s” as “%(name)s”.")
                % {"slug": persona.slug, "name": names[persona.slug]},
                _("Use that name, or give your persona another slug."),
            )


def _kept_too_short(document) -> Iterator[Problem]:
    """Data may not go before the last right: the database refuses it as well."""
    known = Call.objects.filter(slug=document.call.slug).first()
    zone = ZoneInfo(document.call.timezone)
    replies = [m.until for m in document.milestones if m.kind == Milestone.Kind.REPLY and m.until]
    days = [(until.astimezone(zone) if until.tzinfo else until).date() for until in replies]
    days += [day for day in [known and earliest_keep_until(known)] if day]
    earliest, wanted = max(days, default=None), document.call.keep_until
    if wanted and earliest and wanted < earliest:
        yield Problem(
            "call.keep_until",
            _("A right still runs until %(day)s.") % {"day": earliest.isoformat()},
            _("Choose that day or a later one."),
        )

"""The municipalities of a region, each for as long as it exists.

A region keeps both the municipalities that merged and the one they merged into; the date of a call
tells which of them it shows.
"""

from django.utils.translation import gettext as _

from challenges.call_file.problems import Problem
from challenges.call_file.schema import CallFile, Merger
from challenges.call_file.schema import Municipality as Part
from challenges.loading.tally import Tally, is_used
from challenges.models import Call, Municipality, Region, RegionMunicipality

PLACE = "region.municipalities"


def save_municipalities(tally: Tally, document: CallFile, call: Call, mergers: tuple[Merger, ...]):
    """Write the municipalities of the file and their successors, and tie them to the region."""
    listed = {part.nis: position for position, part in enumerate(document.region.municipalities)}
    came = {merger.nis: merger for merger in mergers}
    went = {nis: merger for merger in mergers for nis in merger.merges}
    kept = []
    for merger in mergers:
        if merger.nis not in listed and (
            positions := [listed[nis] for nis in merger.merges if nis in listed]
        ):
            kept.append(_successor(tally, merger))
            _link(tally, call.region, kept[-1], position=min(positions))
    for position, part in enumerate(document.region.municipalities):
        kept.append(_municipality(tally, part, came.get(part.nis), went.get(part.nis)))
        _link(tally, call.region, kept[-1], position=position)
    _unlink_others(tally, call, kept)


def _successor(tally, merger: Merger) -> Municipality:
    values = merger.model_dump(include={"name", "postcodes", "inhabitants"})
    return tally.put(Municipality, nis=merger.nis, values={**values, "valid_from": merger.since})


def _municipality(tally, part: Part, came: Merger | None, went: Merger | None) -> Municipality:
    values = part.model_dump(include={"name", "postcodes", "inhabitants"})
    dates = {
        "valid_from": came.since if came else None,
        "valid_until": went.since if went else None,
        "merged_into": Municipality.objects.get(nis=went.nis) if went else None,
    }
    return tally.put(Municipality, nis=part.nis, values=values | dates)


def _link(tally, region: Region, municipality: Municipality, *, position: int):
    tally.put(RegionMunicipality, region=region, municipality=municipality, values={"position": position})


def _unlink_others(tally, call: Call, kept: list[Municipality]):
    links = RegionMunicipality.objects.filter(region=call.region).select_related("municipality")
    for link in links.exclude(municipality__in=kept).exclude(municipality__merged_into__in=kept):
        if is_used(link.municipality) or call.region.calls.exclude(pk=call.pk).exists():
            tally.problems.append(_still_needed(link.municipality))
        else:
            link.delete()
            tally.removed += 1


def _still_needed(municipality: Municipality) -> Problem:
    return Problem(
        PLACE,
        _("“%s” is no longer in the file, but other calls or candidacies of the region build on it.")
        % municipality,
        _("Put it back; a municipality that took part cannot be removed."),
    )

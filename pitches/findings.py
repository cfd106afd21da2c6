"""What the jury made of the pitches, for who decides and for the archive: never who voted what."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from pitches import queries, table
from pitches.models import Ballot, Deliberation, Pitch, ScoreSheet
from reviews.queries import criteria_of


@dataclass(frozen=True)
class Finding:
    """One pitch: its deliberation with the counted ballot, if one was held, and the panel's scores."""

    pitch: Pitch
    deliberation: Deliberation
    ballot: Ballot | None
    scores: table.ScoreTable

    @property
    def is_concluded(self) -> bool:
        return self.deliberation.is_concluded


def findings_on(proposals, *, call) -> dict:
    """{proposal id: Finding} of the pitches that the jury of `call` deliberated on: 6 queries.

    Scores are those of jurors who heard the pitch and have no conflict of interest. Nobody's notes
    are in it: those stay with their juror.
    """
    found = list(_deliberations(proposals))
    if not found:
        return {}
    criteria, panels = list(criteria_of(call)), queries.panels_of(call)
    sheets = _sheets(found)
    return {
        each.pitch.proposal_id: Finding(
            pitch=each.pitch,
            deliberation=each,
            ballot=next(iter(each.counted), None),
            scores=table.side_by_side(_of_the_panel(each.pitch, sheets, panels), criteria),
        )
        for each in found
    }


def _deliberations(proposals):
    counted = Prefetch("ballots", Ballot.objects.filter(state=Ballot.State.COUNTED), to_attr="counted")
    found = Deliberation.objects.filter(pitch__proposal__in=proposals).prefetch_related(counted)
    return found.select_related("pitch__organisation", "concluded_by")


def _sheets(deliberations) -> dict:
    """{pitch: its score sheets with scores, by juror}"""
    pitches = [each.pitch_id for each in deliberations]
    grouped = defaultdict(list)
    found = ScoreSheet.objects.filter(pitch__in=pitches).defer("notes").select_related("juror")
    for sheet in found.prefetch_related("scores").order_by("juror__email"):
        grouped[sheet.pitch_id].append(sheet)
    return grouped


def _of_the_panel(pitch, sheets: dict, panels: dict) -> list:
    panel = {juror.pk for juror in panels.get(pitch.pk, ())}
    return [sheet for sheet in sheets[pitch.pk] if sheet.juror_id in panel]


def advised_against(call) -> set:
    """The proposals on which the advice of the jury of `call` is unfavourable."""
    advices = queries.advices_of(call).filter(advice=Deliberation.Advice.UNFAVOURABLE)
    return set(advices.values_list("pitch__proposal", flat=True))

"""What a revised decision does to the partnership, before anybody confirms it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from decisions.models import Assessment, Decision
from journal.chain import canonical_json, sha256
from matching import basis, documents
from matching import queries as scored
from matching.models import Run

Outcome = Decision.Outcome


@dataclass(frozen=True)
class Effect:
    """Partnership, reserve list and figures `before` and `after`, as JSON; `digest` names what was shown."""

    before: dict
    after: dict

    @property
    def document(self) -> dict:
        return {"before": self.before, "after": self.after}

    @property
    def digest(self) -> str:
        return sha256(canonical_json(self.document))

    @property
    def lost(self) -> list:
        """Needs that a member covered before and none after."""
        return [gap for gap in self.after["uncovered"] if gap not in self.before["uncovered"]]

    @property
    def gained(self) -> list:
        return [gap for gap in self.before["uncovered"] if gap not in self.after["uncovered"]]


def effect_of(decision: Decision, *, revised_to: str) -> Effect:
    """The partnership of the call of `decision` as it stands, and with `decision` revised to `revised_to`."""
    outcomes = standing_outcomes(decision.call)
    before = _picture(decision.call, outcomes)
    proposal = outcomes[decision.proposal_id][0]
    after = _picture(decision.call, outcomes | {decision.proposal_id: (proposal, revised_to, None)})
    return Effect(before, after)


def standing_outcomes(call) -> dict:
    """{proposal id: (proposal, outcome, rank)} of what was decided, with what was revised since."""
    decided = Decision.objects.filter(call=call, status=Decision.Status.RELEASED)
    revised = dict(
        Assessment.objects.filter(reply__decision__call=call)
        .exclude(revised_to="")
        .values_list("reply__decision", "revised_to")
    )
    return {
        d.proposal_id: (d.proposal, revised.get(d.pk, d.outcome), None if d.pk in revised else d.rank)
        for d in decided.select_related("proposal__organisation").order_by("proposal__reference")
    }


def _picture(call, outcomes: dict) -> dict:
    members = [p for p, outcome, _rank in outcomes.values() if outcome == Outcome.SELECTED]
    reserve = [(rank or 999, p) for p, outcome, rank in outcomes.values() if outcome == Outcome.RESERVE]
    return {
        "members": [str(p.organisation) for p in members],
        "reserve": [str(p.organisation) for _rank, p in sorted(reserve, key=lambda pair: pair[0])],
        **_figures(call, [p.key for p in members]),
    }


def _figures(call, keys: list[str]) -> dict:
    """Coverage in percent, cost in euro a year and uncovered needs; nothing when never matched."""
    run = Run.objects.filter(call=call).first()
    if run is None:
        return {"coverage": None, "cost": None, "uncovered": []}
    rows = scored.offers_of(run)
    known = {row.key for row in rows}
    document = documents.chosen(basis.problem_in(run, rows), sorted(known & set(keys)))
    names = {s.slug: s.need for s in call.service_types.all()}
    return {
        "coverage": round(100 * document["objective"]["coverage"], 1),
        "cost": document["objective"]["cost"],
        "uncovered": sorted(
            _("challenge %(number)s: %(need)s")
            % {"number": gap["challenge"], "need": names.get(gap["service_type"], gap["service_type"])}
            for gap in [*document["gaps"]["nobody"], *document["gaps"]["missed"]]
        ),
    }

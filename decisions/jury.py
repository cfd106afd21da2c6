"""The jury as a body: its members say openly whether they agree, its chair confirms in its name."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.queries import people_with_role
from decisions.errors import NotAllowed, Refused
from decisions.models import Agreement, Partnership
from journal import actions as journal
from journal import clock
from pitches.models import Timetable
from reviews.conflicts import conflict_between
from reviews.models import ConflictOfInterest
from submissions.models import Proposal


@dataclass(frozen=True)
class Standing:
    """Who of the jury may speak on a partnership, what each said, and what is still needed."""

    body: tuple
    said: dict
    quorum: int
    leader: object | None

    @property
    def rows(self) -> list[tuple]:
        """(juror, what they said or None) of everybody who may speak."""
        return [(juror, self.said.get(juror.pk)) for juror in self.body]

    @property
    def agreed(self) -> int:
        return sum(voice.agrees for voice in self._counted)

    @property
    def objections(self) -> list:
        return [voice for voice in self._counted if not voice.agrees]

    @property
    def _counted(self) -> list:
        return [voice for _juror, voice in self.rows if voice]

    @property
    def problem(self) -> str:
        """Why the chair can't confirm now, in words; empty when all stands ready."""
        numbers = {"quorum": self.quorum, "count": len(self.body), "agreed": self.agreed}
        if self.leader is None:
            return _(
                "Nobody can confirm: chair and deputy have a conflict of interest, did not declare, or are "
                "not named. A coordinator names another chair in the timetable of the pitches."
            )
        if len(self.body) < self.quorum:
            return _(
                "There is no quorum: %(count)s jury members may speak on it, and %(quorum)s are needed."
            ) % (numbers)
        if self.agreed < self.quorum:
            return _("%(agreed)s agreed; at least %(quorum)s are needed.") % numbers
        if self.agreed <= len(self.objections):
            return _("As many disagree as agree. Deliberate again, or have the record changed.")
        return ""

    @property
    def obstacle(self) -> str:
        """The problem that waiting for more members to agree does not solve; empty without one."""
        waits = self.leader is not None and len(self.body) >= self.quorum and self.agreed < self.quorum
        return "" if waits else self.problem


def body_of(partnership) -> list:
    """The jury members who may see everything the partnership is about, and did not record it."""
    call = partnership.call
    placed = Proposal.objects.filter(pk__in=partnership.places.values("proposal"))
    conflict = conflict_between(
        user=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"), call=call.pk
    )
    declared = ConflictOfInterest.objects.filter(
        user=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"), call=call.pk
    )
    jury = people_with_role(call=call, kinds=[Role.Kind.JURY]).exclude(pk=partnership.recorded_by_id)
    hidden = placed.filter(conflict) | placed.exclude(Exists(declared))
    return list(jury.exclude(Exists(hidden)).order_by("email"))


def standing_of(partnership) -> Standing:
    """How the jury stands to `partnership`: 4 queries. Who has a conflict by now does not count."""
    timetable = Timetable.objects.filter(call=partnership.call).first() or Timetable()
    body = body_of(partnership)
    known = {juror.pk: juror for juror in body}
    able = [known[pk] for pk in (timetable.chair_id, timetable.deputy_id) if pk in known]
    return Standing(
        body=tuple(body),
        said={voice.juror_id: voice for voice in partnership.agreements.all()},
        quorum=timetable.quorum,
        leader=next(iter(able), None),
    )


@transaction.atomic
def speak_on_partnership(*, partnership: Partnership, agrees: bool, by, why: str = "") -> Agreement:
    """Say as a member of the jury whether one agrees with what was recorded; saying it again replaces it.

    Raises NotAllowed for who may not speak on it, Refused once it was confirmed, or for an objection
    without its reason.
    """
    partnership = _locked(partnership)
    if by not in body_of(partnership):
        raise NotAllowed(_("Only jury members without a conflict of interest speak on the partnership."))
    _require_open(partnership)
    if not agrees and not why.strip():
        raise Refused(_("Say why you do not agree: the jury and the coordinator read it."), field="why")
    said = {"agrees": agrees, "why": "" if agrees else why.strip(), "at": clock.now()}
    voice, _new = Agreement.objects.update_or_create(partnership=partnership, juror=by, defaults=said)
    journal.record(
        f"partnership.{'agreed' if agrees else 'objected'}", about=partnership, by=by, call=partnership.call
    )
    return voice


@transaction.atomic
def confirm_partnership(*, partnership: Partnership, by) -> Partnership:
    """Confirm in the jury's name, as its chair; who says nothing before agrees by confirming.

    Raises NotAllowed for anybody but who leads, Refused while no quorum of jurors without a conflict of
    interest agreed, while as many disagree, or when it was confirmed. The database asks for the chair
    and the quorum once more (trigger `partnership_is_the_jurys`).
    """
    partnership = _locked(partnership)
    standing = standing_of(partnership)
    if standing.leader is not None and standing.leader != by:
        raise NotAllowed(_("The chair of the jury confirms the partnership in the jury's name."))
    _require_open(partnership)
    if standing.leader == by and by.pk not in standing.said:
        speak_on_partnership(partnership=partnership, agrees=True, by=by)
        standing = standing_of(partnership)
    if standing.problem:
        raise Refused(standing.problem)
    partnership.confirmed_by, partnership.confirmed_at = by, clock.now()
    partnership.save()
    journal.record(
        "partnership.confirmed", about=partnership, by=by, call=partnership.call,
        agreed=standing.agreed, objected=len(standing.objections), quorum=standing.quorum,
    )  # fmt: skip
    return partnership


def _locked(partnership: Partnership) -> Partnership:
    rows = Partnership.objects.select_for_update(of=("self",))
    return rows.select_related("call__region").get(pk=partnership.pk)


def _require_open(partnership: Partnership) -> None:
    if partnership.is_confirmed:
        raise Refused(_("The partnership was confirmed already."))

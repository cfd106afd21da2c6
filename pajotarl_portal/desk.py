"""What needs a member of staff now: read from the rooms, in one place, for the start of the staff desk."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.queries import calls_of_staff, roles_to_approve
from accounts.rules import is_coordinator
from challenges.models import Call, Milestone
from challenges.rules import Phase, phase, takes_candidacies
from decisions import queries as decisions
from matching.queries import scorings_to_approve
from notifications.queries import counts_by_status as mails_by_status
from pajotarl_portal.purging import running_purge
from pitches.queries import unannounced
from reviews import assignments
from reviews import queries as reviews
from submissions.intake.queries import mails_to_handle
from submissions.queries import draft_counts, extensions_to_approve, filed_proposals

ALARM, CALLS, QUIET = "alarm", "calls", ""


@dataclass(frozen=True)
class Need:
    """A number that may ask for somebody's hand, and the page where that hand is given."""

    label: str
    count: int
    url: str = ""
    tone: str = QUIET
    note: str = ""


@dataclass(frozen=True)
class CallDesk:
    """One call as its staff start the day: what runs now, what asks something, what lies ahead."""

    call: Call
    phase: Phase
    ahead: list[tuple[Milestone, datetime, bool]]
    needs: list[Need]

    @property
    def asking(self) -> list[Need]:
        """What asks for a hand now."""
        return [need for need in self.needs if need.tone]

    @property
    def standing(self) -> list[Need]:
        """What is only good to know."""
        return [need for need in self.needs if not need.tone]

    @property
    def phase_name(self) -> str:
        outside = {Phase.ANNOUNCED: _("Announced"), Phase.ENDED: _("Ended")}
        return outside.get(self.phase) or Milestone.Kind(self.phase).label


def desks_of(user, *, at: datetime) -> list[CallDesk]:
    """A desk for each call of `user`, the newest first. A fixed number of queries for each call."""
    calls = calls_of_staff(user).select_related("region").prefetch_related("milestones", "service_types")
    return [_desk(user, call, at=at) for call in calls]


def _desk(user, call: Call, *, at: datetime) -> CallDesk:
    milestones, now = list(call.milestones.all()), phase(call, at=at)
    reading = CALLS if now not in (Phase.ANNOUNCED, Phase.FILING) else QUIET
    return CallDesk(
        call=call,
        phase=now,
        ahead=sorted(_moments_after(milestones, at), key=lambda row: row[1])[:4],
        needs=[
            *_of_a_reader(user, call, reading=reading),
            *_of_a_coordinator(user, call, reading=reading, at=at),
            *_of_the_call(user, call, at=at),
        ],
    )


def _moments_after(milestones, at: datetime):
    """(milestone, moment, whether it ends then) for each beginning and end after `at`."""
    for milestone in milestones:
        for moment, ends in ((milestone.starts, False), (milestone.until, True)):
            if moment and moment > at:
                yield milestone, moment, ends


def _of_a_reader(user, call, *, reading: str) -> list[Need]:
    """`reading` is the tone of what waits until filing has closed."""
    undeclared = reviews.undeclared(user=user, call=call).count()
    mine = assignments.open_assignments(call=call, reviewer=user).count()
    return [
        Need(
            ngettext("conflict of interest to declare", "conflicts of interest to declare", undeclared),
            undeclared,
            reverse("admin:reviews_conflicts", args=[call.slug]),
            reading if undeclared else QUIET,
        ),
        Need(
            ngettext("candidacy for me to score", "candidacies for me to score", mine),
            mine,
            _list("reviews_reviewedproposal", mijn="todo"),
            reading if mine else QUIET,
        ),
    ]


def _of_a_coordinator(user, call, *, reading: str, at: datetime) -> list[Need]:
    if not is_coordinator(user, call=call):
        return []
    unread = assignments.without_review(call).count()
    undecided = decisions.undecided(call).count()
    mailed = mails_to_handle(call)
    replies = decisions.replies_to_assess(call).count()
    release = decisions.running_release(call)
    needs = [
        Need(
            ngettext("candidacy without a score", "candidacies without a score", unread),
            unread,
            _list("reviews_reviewedproposal"),
            reading if unread else QUIET,
        ),
        Need(
            ngettext("decision to write", "decisions to write", undecided),
            undecided,
            _list("decisions_proposaltodecide"),
            reading if undecided else QUIET,
        ),
        Need(
            ngettext("candidacy by e-mail to handle", "candidacies by e-mail to handle", mailed),
            mailed,
            _list("submissions_intake"),
            CALLS if mailed else QUIET,
        ),
        Need(
            ngettext("reply to assess", "replies to assess", replies),
            replies,
            _list("decisions_reply"),
            CALLS if replies else QUIET,
        ),
    ]
    if asked := scorings_to_approve(user, call).count():
        page = reverse("admin:matching_scoring_page", args=[call.pk])
        needs.append(Need(_("change of the scoring to approve or refuse"), asked, page, CALLS))
    if roles := roles_to_approve(call, user=user):
        page = _list("accounts_rolerequest")
        needs.append(Need(ngettext("role to approve", "roles to approve", roles), roles, page, CALLS))
    if extensions := extensions_to_approve(call, user=user, at=at):
        page = _list("submissions_extension")
        needs.append(
            Need(
                ngettext("extension to approve", "extensions to approve", extensions), extensions, page, CALLS
            )
        )
    if untold := unannounced(call).count():
        page = _list("pitches_timetable")
        needs.append(Need(_("pitches to plan or to announce"), untold, page, CALLS))
    if release:
        page = reverse("admin:decisions_release_call", args=[call.slug])
        needs.append(Need(_("release under way"), 1, page, CALLS, release.get_status_display()))
    if purge := running_purge(call):
        page = reverse("purge", args=[call.slug])
        needs.append(Need(_("erasure under way"), 1, page, CALLS, purge.get_status_display()))
    return needs


def _of_the_call(user, call, *, at: datetime) -> list[Need]:
    is_open = takes_candidacies(call, at=at)
    drafts, mails = draft_counts(call), mails_by_status(call)
    waiting, lost = (
        mails.get(a, 0) + mails.get(b, 0) for a, b in (("waiting", "claimed"), ("failed", "bounced"))
    )
    runs_it = is_coordinator(user, call=call)
    cockpit = reverse("admin:submissions_cockpit", args=[call.slug]) if runs_it else ""
    return [
        Need(ngettext("draft", "drafts", drafts["drafts"]), drafts["drafts"], cockpit),
        Need(
            _("complete but not filed"),
            drafts["complete"],
            cockpit,
            tone=CALLS if drafts["complete"] and is_open and runs_it else QUIET,
            note=_("They get a reminder before filing closes.") if is_open else _("Filing has closed."),
        ),
        Need(_("filed"), filed_proposals(call).count()),
        Need(
            ngettext("mail waiting", "mails waiting", waiting),
            waiting,
            _list("notifications_message", status__exact="waiting"),
        ),
        Need(
            ngettext("mail failed or came back", "mails failed or came back", lost),
            lost,
            _list("notifications_message", status__in="failed,bounced"),
            ALARM if lost else QUIET,
        ),
    ]


def _list(name: str, **filters) -> str:
    return reverse(f"admin:{name}_changelist", query=filters or None)

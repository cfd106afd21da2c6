"""What needs a member of staff now: read from the rooms, in one place, for the start of the staff desk."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.queries import calls_of_staff
from accounts.rules import is_coordinator
from challenges.models import Call, Milestone
from challenges.rules import Phase, phase, takes_candidacies
from decisions import queries as decisions
from notifications.queries import counts_by_status as mails_by_status
from reviews import assignments
from reviews import queries as reviews
from submissions.intake.queries import mails_to_handle
from submissions.queries import draft_counts, filed_proposals

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
    def phase_name(self) -> str:
        outside = {Phase.ANNOUNCED: _("Announced"), Phase.ENDED: _("Ended")}
        return outside.get(self.phase) or Milestone.Kind(self.phase).label


def desks_of(user, *, at: datetime) -> list[CallDesk]:
    """A desk for each call of `user`, the newest first. A fixed number of queries for each call."""
    calls = calls_of_staff(user).select_related("region").prefetch_related("milestones", "service_types")
    return [_desk(user, call, at=at) for call in calls]


def _desk(user, call: Call, *, at: datetime) -> CallDesk:
    milestones = list(call.milestones.all())
    return CallDesk(
        call=call,
        phase=phase(call, at=at),
        ahead=sorted(_moments_after(milestones, at), key=lambda row: row[1])[:4],
        needs=[*_of_a_reader(user, call), *(_of_a_coordinator(user, call)), *_of_the_call(user, call, at=at)],
    )


def _moments_after(milestones, at: datetime):
    """(milestone, moment, whether it ends then) for each beginning and end after `at`."""
    for milestone in milestones:
        for moment, ends in ((milestone.starts, False), (milestone.until, True)):
            if moment and moment > at:
                yield milestone, moment, ends


def _of_a_reader(user, call) -> list[Need]:
    undeclared = reviews.undeclared(user=user, call=call).count()
    mine = assignments.open_assignments(call=call, reviewer=user).count()
    return [
        Need(
            _("conflicts of interest to declare"),
            undeclared,
            reverse("admin:reviews_conflicts", args=[call.slug]),
            CALLS if undeclared else QUIET,
        ),
        Need(
            _("candidacies for me to score"),
            mine,
            _list("reviews_reviewedproposal", mijn="todo"),
            CALLS if mine else QUIET,
        ),
    ]


def _of_a_coordinator(user, call) -> list[Need]:
    if not is_coordinator(user, call=call):
        return []
    unread = assignments.without_review(call).count()
    undecided = decisions.undecided(call).count()
    mailed = mails_to_handle(call)
    replies = decisions.replies_to_assess(call).count()
    release = decisions.running_release(call)
    needs = [
        Need(
            _("candidacies without a score"),
            unread,
            _list("reviews_reviewedproposal"),
            CALLS if unread else QUIET,
        ),
        Need(
            _("decisions to write"),
            undecided,
            _list("decisions_proposaltodecide"),
            CALLS if undecided else QUIET,
        ),
        Need(
            _("candidacies by e-mail to handle"),
            mailed,
            _list("submissions_intake"),
            CALLS if mailed else QUIET,
        ),
        Need(_("replies to assess"), replies, _list("decisions_reply"), CALLS if replies else QUIET),
    ]
    if release:
        page = reverse("admin:decisions_release_call", args=[call.slug])
        needs.append(Need(_("release under way"), 1, page, CALLS, release.get_status_display()))
    return needs


def _of_the_call(user, call, *, at: datetime) -> list[Need]:
    is_open = takes_candidacies(call, at=at)
    drafts, mails = draft_counts(call), mails_by_status(call)
    lost = mails.get("failed", 0) + mails.get("bounced", 0)
    runs_it = is_coordinator(user, call=call)
    cockpit = reverse("admin:submissions_cockpit", args=[call.slug]) if runs_it else ""
    return [
        Need(_("drafts"), drafts["drafts"], cockpit),
        Need(
            _("complete but not filed"),
            drafts["complete"],
            cockpit,
            tone=CALLS if drafts["complete"] and is_open else QUIET,
            note=_("They get a reminder before filing closes.") if is_open else _("Filing has closed."),
        ),
        Need(_("filed"), filed_proposals(call).count()),
        Need(
            _("mails waiting"),
            mails.get("waiting", 0) + mails.get("claimed", 0),
            _list("notifications_message", status__exact="waiting"),
        ),
        Need(
            _("mails failed or came back"),
            lost,
            _list("notifications_message", status__in="failed,bounced"),
            ALARM if lost else QUIET,
        ),
    ]


def _list(name: str, **filters) -> str:
    return reverse(f"admin:{name}_changelist", query=filters or None)

"""The partnership that was confirmed, and the decisions with their reasons, letters and release."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from submissions.models import Proposal


class ProposalToDecide(Proposal):
    """A proposal as coordinators decide on it in the staff desk."""

    class Meta:
        proxy = True
        verbose_name = _("candidacy to decide on")
        verbose_name_plural = _("candidacies to decide on")


def person(verbose, **kwargs):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=verbose, **kwargs
    )


class Remedy(models.Model):
    """Where and until when one can appeal: without it the term does not start."""

    call = models.OneToOneField(
        "challenges.Call", models.CASCADE, related_name="remedy", verbose_name=_("call")
    )
    where = models.TextField(_("where to appeal"))
    days = models.PositiveSmallIntegerField(_("within how many days of receiving the letter"))
    reply_words = models.PositiveSmallIntegerField(
        _("a reply counts at most this many words"), default=900, help_text=_("Our assumption.")
    )
    assessing_days = models.PositiveSmallIntegerField(
        _("days kept for assessing replies"),
        default=5,
        help_text=_(
            "Replies close this many days before the right of reply of the call ends, so that each can be "
            "assessed in time, unless the calendar of the call says when they close. Our assumption."
        ),
    )
    assumed = models.BooleanField(
        _("assumed"), default=False, help_text=_("The portal's own proposal, until staff confirm it.")
    )

    class Meta:
        verbose_name = _("remedy clause")
        verbose_name_plural = _("remedy clauses")
        constraints = [
            models.CheckConstraint(condition=~Q(where=""), name="remedy_says_where"),
            models.CheckConstraint(condition=Q(days__gt=0), name="remedy_gives_time"),
            models.CheckConstraint(condition=Q(reply_words__gt=0), name="reply_may_say_something"),
            models.CheckConstraint(condition=Q(assessing_days__gt=0), name="reply_can_be_assessed"),
        ]

    def __str__(self):
        return str(self.call)


class Release(models.Model):
    """Letting the decisions of a call out, as one act of two people: asked, approved, let go."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waiting for a second coordinator")
        APPROVED = "approved", _("Approved, letters held")
        RELEASED = "released", _("Released")
        CANCELLED = "cancelled", _("Cancelled")

    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="releases", verbose_name=_("call")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = person(_("requested by"))
    requested_at = models.DateTimeField(_("requested at"))
    approved_by = person(_("approved by"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    goes_at = models.DateTimeField(_("goes out by itself at"), null=True, blank=True)
    scheduled_by = person(_("scheduled by"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        verbose_name = _("release of decisions")
        verbose_name_plural = _("releases of decisions")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(status__in=["requested", "approved"]),
                name="one_running_release_per_call",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="release_is_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_release_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "released"]) | Q(approved_by__isnull=False),
                name="release_goes_out_approved",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True)),
                name="released_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(goes_at__isnull=True, scheduled_by__isnull=True)
                | (
                    Q(goes_at__isnull=False, scheduled_by__isnull=False)
                    & Q(status__in=["approved", "released"])
                ),
                name="scheduled_release_is_approved_and_names_who",
            ),
        ]

    def __str__(self):
        return f"{self.call}: {self.get_status_display()}"


class Partnership(models.Model):
    """Who forms the partnership and who stands in reserve, as the jury confirmed it.

    A coordinator records what the jury found; its members say whether they agree, and its chair confirms
    it in their name. It stands beside the suggestion of the matching, and says why it departs from that.
    """

    call = models.OneToOneField(
        "challenges.Call", models.PROTECT, related_name="partnership", verbose_name=_("call")
    )
    composition = models.ForeignKey(
        "matching.Composition", models.PROTECT, related_name="+", verbose_name=_("suggested partnership")
    )
    account = models.TextField(_("how the jury came to this"), max_length=6000)
    recorded_by = person(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    confirmed_by = person(_("confirmed by"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.CheckConstraint(condition=~Q(account=""), name="partnership_is_accounted_for"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="confirmed_partnership_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="partnership_is_confirmed_by_somebody_else",
            ),
        ]

    def __str__(self):
        return str(self.call)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class PartnershipPlace(models.Model):
    """One proposal's place in the partnership: a member, or a number on the reserve list."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="places")
    proposal = models.ForeignKey("submissions.Proposal", models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(
        _("place on the reserve list"), null=True, blank=True, help_text=_("Empty for a member.")
    )
    member = models.BooleanField(_("member"))
    suggested = models.BooleanField(_("suggested"))
    reason = models.TextField(_("why otherwise than suggested"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("place in the partnership")
        verbose_name_plural = _("places in the partnership")
        ordering = ["-member", "rank", "proposal__reference"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "proposal"], name="proposal_once_per_partnership"),
            models.UniqueConstraint(fields=["partnership", "rank"], name="one_proposal_per_reserve_place"),
            models.CheckConstraint(
                condition=Q(member=True, rank__isnull=True) | Q(member=False), name="member_is_no_reserve"
            ),
            models.CheckConstraint(
                condition=Q(member=F("suggested")) | ~Q(reason=""), name="departure_has_a_reason"
            ),
        ]

    def __str__(self):
        return self.proposal.reference

    @property
    def outcome(self) -> str:
        if self.member:
            return Decision.Outcome.SELECTED
        return Decision.Outcome.RESERVE if self.rank else Decision.Outcome.REJECTED


class Agreement(models.Model):
    """What one member of the jury says to the recorded partnership, openly: agreed, or not and why."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="agreements")
    juror = person(_("jury member"))
    agrees = models.BooleanField(_("agrees"))
    why = models.TextField(_("why not"), blank=True, max_length=2000)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("agreement of the jury")
        verbose_name_plural = _("agreements of the jury")
        ordering = ["partnership", "juror__email"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "juror"], name="juror_speaks_once"),
            models.CheckConstraint(
                condition=Q(agrees=True, why="") | (Q(agrees=False) & ~Q(why="")),
                name="objection_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.partnership} · {self.juror}"


class Decision(models.Model):
    """What was decided on one proposal; once released it never changes (trigger)."""

    class Outcome(models.TextChoices):
        SELECTED = "selected", _("Selected")
        RESERVE = "reserve", _("Reserve")
        REJECTED = "rejected", _("Rejected")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        RELEASED = "released", _("Released")

    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="decisions", verbose_name=_("call")
    )
    proposal = models.OneToOneField(
        "submissions.Proposal", models.PROTECT, related_name="decision", verbose_name=_("proposal")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    rank = models.PositiveSmallIntegerField(_("place on the reserve list"), null=True, blank=True)
    motivation = models.TextField(_("overall reasons"), blank=True, max_length=6000)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    drafted_by = person(_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted at"))
    release = models.ForeignKey(
        Release, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("release")
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    letter = models.TextField(_("letter"), blank=True, help_text=_("Frozen when it is approved."))
    reply_until = models.DateTimeField(
        _("right of reply until"), null=True, blank=True, help_text=_("As the letter says; not included.")
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["call", "proposal__reference"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="reserve", rank__isnull=False, rank__gt=0)
                | (~Q(outcome="reserve") & Q(rank__isnull=True)),
                name="reserve_has_a_place_on_the_list",
            ),
            models.UniqueConstraint(
                fields=["call", "rank"],
                name="one_reserve_per_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(status="draft", release__isnull=True)
                | (~Q(status="draft") & Q(release__isnull=False)),
                name="approved_decision_belongs_to_a_release",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", letter="", reply_until__isnull=True)
                | (~Q(status="draft") & ~Q(letter="") & Q(reply_until__isnull=False)),
                name="approved_decision_has_a_letter_and_a_right_of_reply",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True)),
                name="released_decision_has_a_moment",
            ),
        ]

    def __str__(self):
        return f"{self.proposal.reference}: {self.get_outcome_display()}"


class DecisionReason(models.Model):
    """Why, for one criterion, in words a person wrote or confirmed."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="reasons")
    criterion = models.ForeignKey("reviews.Criterion", models.PROTECT, related_name="+")
    text = models.TextField(_("reason"), blank=True, max_length=4000)
    written_by = person(_("written by"))
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "criterion"], name="one_reason_per_criterion")
        ]

    def __str__(self):
        return f"{self.decision} · {self.criterion}"

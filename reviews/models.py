"""Reading and scoring what was filed: criteria, conflicts of interest, assignments, reviews."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from submissions.models import Proposal

HIGHEST = 5


class ReviewedProposal(Proposal):
    """A filed proposal as readers meet it in the staff desk."""

    class Meta:
        proxy = True
        verbose_name = _("candidacy to read")
        verbose_name_plural = _("candidacies to read")


class Criterion(models.Model):
    """What a proposal is judged on, with a written anchor for each value from 0 to 5."""

    call = models.ForeignKey("challenges.Call", models.PROTECT, related_name="criteria")
    slug = models.SlugField(_("slug"))
    name = models.CharField(_("name"), max_length=120)
    question = models.TextField(_("question to the reader"), blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight (%)"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    anchors = ArrayField(models.TextField(), verbose_name=_("anchors for 0 to 5"), size=HIGHEST + 1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    assumed = models.BooleanField(
        _("assumed"), default=False, help_text=_("The portal's own proposal, until staff confirm it.")
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["call", "position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "slug"], name="criterion_once_per_call"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="criterion_weight_is_1_to_100"),
            models.CheckConstraint(
                condition=Q(anchors__len=HIGHEST + 1), name="criterion_has_an_anchor_per_value"
            ),
        ]

    def __str__(self):
        return self.name


class ReadingRules(models.Model):
    """How the scores of a call are read: from when readers disagree, and who is invited to pitch."""

    class Ties(models.TextChoices):
        ALL = "all", _("Invite everybody who shares the last place")
        NONE = "none", _("Invite nobody who shares the last place")
        JUDGED = "judged", _("A coordinator chooses among them, with reasons")

    call = models.OneToOneField("challenges.Call", models.CASCADE, related_name="reading_rules")
    readers = models.PositiveSmallIntegerField(
        _("readers per candidacy"), default=2, validators=[MinValueValidator(1)]
    )
    disagreement = models.PositiveSmallIntegerField(
        _("readers disagree from (points between lowest and highest)"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    threshold = models.PositiveSmallIntegerField(
        _("invited from (average points of 100)"), default=60, validators=[MaxValueValidator(100)]
    )
    seats = models.PositiveSmallIntegerField(
        _("at most how many pitches"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    ties = models.CharField(
        _("who shares the last place"), max_length=8, choices=Ties.choices, default=Ties.ALL
    )
    assumed = models.BooleanField(
        _("assumed"), default=True, help_text=_("The portal's own proposal, until staff confirm it.")
    )

    class Meta:
        verbose_name = _("rules of the shortlist")
        verbose_name_plural = _("rules of the shortlist")
        constraints = [
            models.CheckConstraint(condition=Q(threshold__lte=100), name="threshold_is_points_of_100"),
            models.CheckConstraint(
                condition=Q(disagreement__range=(1, 100)), name="disagreement_is_points_of_100"
            ),
            models.CheckConstraint(condition=Q(readers__gt=0), name="a_candidacy_has_a_reader"),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats__gt=0), name="shortlist_has_a_seat"
            ),
        ]

    def __str__(self):
        return str(self.call)


class Admissibility(models.Model):
    """Whether a filed proposal meets the formal conditions, judged once filing has closed."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="admissibility")
    admissible = models.BooleanField(_("admissible"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("admissibility")
        verbose_name_plural = _("admissibility")
        constraints = [
            models.CheckConstraint(
                condition=Q(admissible=True) | ~Q(reason=""), name="inadmissible_has_a_reason"
            )
        ]

    def __str__(self):
        return f"{self.proposal.reference}: {self.admissible}"


class Shortlisting(models.Model):
    """Whether a proposal is invited to pitch; it may change until pitches or decisions follow from it."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="shortlisting")
    shortlisted = models.BooleanField(_("shortlisted"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("shortlisting")
        verbose_name_plural = _("shortlistings")
        constraints = [
            models.CheckConstraint(
                condition=Q(shortlisted=True) | ~Q(reason=""), name="not_shortlisted_has_a_reason"
            )
        ]

    def __str__(self):
        return f"{self.proposal.reference}: {self.shortlisted}"


class ConflictOfInterest(models.Model):
    """What a reader or juror has to do with an organisation, for one call.

    A row of kind `none` is the declaration that there is nothing. What was found from data is
    pinned: only a coordinator, never the person in question, lifts it.
    """

    class Kind(models.TextChoices):
        NONE = "none", _("No conflict of interest")
        MEMBER = "member", _("Member or board member")
        EMPLOYMENT = "employment", _("Works or worked there")
        FAMILY = "family", _("Family or household")
        FINANCIAL = "financial", _("Financial interest")
        MAIL_DOMAIN = "mail_domain", _("Same mail domain")
        OTHER = "other", _("Something else")

    class Source(models.TextChoices):
        DECLARED = "declared", _("Declared")
        FOUND = "found", _("Found from data")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="conflicts")
    call = models.ForeignKey("challenges.Call", models.PROTECT, related_name="conflicts")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    explanation = models.TextField(_("explanation"), blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.DECLARED)
    at = models.DateTimeField(_("at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lift_reason = models.TextField(_("reason for lifting"), blank=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["call", "user__email", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "call"], name="one_declaration_per_person_and_organisation"
            ),
            models.CheckConstraint(
                condition=Q(kind="none") | Q(source="found") | ~Q(explanation=""),
                name="declared_conflict_is_explained",
            ),
            models.CheckConstraint(
                condition=~Q(source="found") | Q(kind__in=["member", "mail_domain"]),
                name="found_conflict_has_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="lifted_conflict_names_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("user")),
                name="conflict_is_lifted_by_somebody_else",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.organisation}: {self.get_kind_display()}"

    @property
    def pinned(self) -> bool:
        return self.source == self.Source.FOUND and self.lifted_at is None

    @property
    def stands(self) -> bool:
        return self.kind != self.Kind.NONE and self.lifted_at is None


class Assignment(models.Model):
    """A proposal that a reviewer is asked to read and score."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField(_("assigned at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["proposal__reference", "reviewer__email"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "reviewer"], name="reviewer_once_per_proposal")
        ]

    def __str__(self):
        return f"{self.proposal.reference} · {self.reviewer}"


class Opening(models.Model):
    """That somebody of staff or jury opened a candidacy, for the first time. It never changes (trigger)."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="openings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("opening of a candidacy")
        verbose_name_plural = _("openings of candidacies")
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="opened_first_once")]

    def __str__(self):
        return f"{self.proposal.reference} · {self.person}"


class Review(models.Model):
    """One reader's judgement of one frozen version. Once submitted it never changes (trigger)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Begun")
        SUBMITTED = "submitted", _("Scored")
        ABSTAINED = "abstained", _("Abstained")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="reviews")
    version = models.ForeignKey("submissions.Version", models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    saved_at = models.DateTimeField(_("saved at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    total = models.DecimalField(_("total (of 100)"), max_digits=4, decimal_places=1, null=True, blank=True)
    abstain_reason = models.TextField(_("reason for abstaining"), blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["proposal__reference", "submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "reviewer"], name="one_review_per_reader"),
            models.CheckConstraint(
                condition=Q(status="submitted", submitted_at__isnull=False, total__isnull=False)
                | (~Q(status="submitted") & Q(submitted_at__isnull=True, total__isnull=True)),
                name="submitted_review_has_a_moment_and_a_total",
            ),
            models.CheckConstraint(
                condition=~Q(status="abstained") | ~Q(abstain_reason=""), name="abstention_has_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.proposal.reference} · {self.reviewer}"


class Score(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(
        _("score"), null=True, blank=True, validators=[MaxValueValidator(HIGHEST)]
    )
    justification = models.TextField(_("justification"), blank=True, max_length=4000)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__lte=HIGHEST), name="score_is_0_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.value}"

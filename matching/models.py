from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Weights(models.Model):
    """What each signal of a score can earn in a call, and how many clients a service type wants."""

    call = models.OneToOneField(
        "challenges.Call", models.CASCADE, related_name="weights", verbose_name=_("call")
    )
    chosen = models.PositiveSmallIntegerField(_("challenge chosen"), default=30)
    services = models.PositiveSmallIntegerField(_("services"), default=25)
    text = models.PositiveSmallIntegerField(_("support in the text"), default=20)
    municipalities = models.PositiveSmallIntegerField(_("municipalities"), default=10)
    principles = models.PositiveSmallIntegerField(_("working principles"), default=10)
    expertise = models.PositiveSmallIntegerField(_("priority expertise"), default=5)
    capacity_wanted = models.PositiveIntegerField(
        _("clients per year that cover a service type"),
        default=20,
        help_text=_("An assumption until staff confirm it. 0: capacity does not count."),
    )
    municipalities_alike = models.BooleanField(
        _("every municipality counts alike"),
        default=False,
        help_text=_("Otherwise a municipality counts by its inhabitants."),
    )

    class Meta:
        verbose_name = _("weights")
        verbose_name_plural = _("weights")
        ordering = ["call"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chosen__gt=0)
                | Q(services__gt=0)
                | Q(text__gt=0)
                | Q(municipalities__gt=0)
                | Q(principles__gt=0)
                | Q(expertise__gt=0),
                name="some_signal_has_weight",
                violation_error_message=_("Give at least one signal a weight above zero."),
            )
        ]

    def __str__(self):
        return str(self.call)


class Run(models.Model):
    """One scoring of the filed proposals of a call. The same recipe and versions give the same digest."""

    call = models.ForeignKey("challenges.Call", models.PROTECT, related_name="runs", verbose_name=_("call"))
    created_at = models.DateTimeField(_("scored at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    scoring_version = models.CharField(_("scoring version"), max_length=64)
    recipe = models.TextField(
        _("recipe"), help_text=_("Canonical JSON: the call, its weights, lexicon and code.")
    )
    versions = models.ManyToManyField("submissions.Version", through="ScoredProposal", related_name="runs")
    digest = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("matching")
        verbose_name_plural = _("matching runs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "digest"], name="run_once_per_outcome"),
        ]

    def __str__(self):
        return f"{self.call} · {self.key}"

    @property
    def key(self) -> str:
        """How documents name this run."""
        return self.digest[:16]


class ScoredProposal(models.Model):
    """One frozen version in a run, with what stands out about it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="scored")
    version = models.ForeignKey("submissions.Version", models.PROTECT, related_name="scored")
    flags = ArrayField(models.CharField(max_length=120), verbose_name=_("stands out"), default=list)
    offer = models.JSONField(
        _("offer"), default=dict, help_text=_("What it brings to a partnership, as the engine counts it.")
    )

    class Meta:
        ordering = ["version__proposal__reference"]
        constraints = [models.UniqueConstraint(fields=["run", "version"], name="version_scored_once_per_run")]

    def __str__(self):
        return f"{self.run} · {self.version}"


class Match(models.Model):
    """The score of one proposal for one challenge, 0 to 100, with the words behind every part."""

    class Label(models.TextChoices):
        CLEAR = "clear", _("clearly relevant")
        POSSIBLE = "possible", _("possibly")
        NOT_SHOWN = "not_shown", _("not shown")

    scored = models.ForeignKey(ScoredProposal, models.CASCADE, related_name="matches")
    challenge = models.ForeignKey("challenges.Challenge", models.PROTECT, related_name="matches")
    points = models.PositiveSmallIntegerField(_("points"))
    low = models.PositiveSmallIntegerField(_("lowest"))
    high = models.PositiveSmallIntegerField(_("highest"))
    label = models.CharField(_("how sure"), max_length=10, choices=Label.choices)
    parts = models.JSONField(_("parts"))

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["challenge__number"]
        constraints = [
            models.UniqueConstraint(fields=["scored", "challenge"], name="score_once_per_challenge"),
            models.CheckConstraint(
                condition=Q(low__lte=F("points")) & Q(points__lte=F("high")) & Q(high__lte=100),
                name="score_lies_in_its_band",
            ),
        ]

    def __str__(self):
        return f"{self.challenge.number}: {self.points}"


class ServiceSupport(models.Model):
    """How far a proposal's text alone shows that it offers a service type."""

    scored = models.ForeignKey(ScoredProposal, models.CASCADE, related_name="supports")
    service_type = models.ForeignKey("challenges.ServiceType", models.PROTECT, related_name="supports")
    chosen = models.BooleanField(_("chosen"))
    support = models.FloatField(_("support in the text"))
    evidence = models.JSONField(_("evidence"), default=list)

    class Meta:
        ordering = ["service_type__position"]
        constraints = [
            models.UniqueConstraint(fields=["scored", "service_type"], name="support_once_per_service_type"),
            models.CheckConstraint(condition=Q(support__range=(0, 1)), name="support_is_a_share"),
        ]

    def __str__(self):
        return f"{self.service_type}: {self.support:.2f}"


class Composition(models.Model):
    """A set of proposals as one partnership: suggested by the solver, or chosen by staff with a reason."""

    class Kind(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        CHOSEN = "chosen", _("chosen by staff")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits for its turn")
        SOLVING = "solving", _("being calculated")
        OPTIMAL = "optimal", _("proven optimal")
        FEASIBLE = "feasible", _("best found in time")
        INFEASIBLE = "infeasible", _("impossible under these wishes")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    RUNNING = (Status.WAITING, Status.SOLVING)

    run = models.ForeignKey(Run, models.PROTECT, related_name="compositions", verbose_name=_("matching"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SUGGESTED)
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="chosen", verbose_name=_("instead of")
    )
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("made at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    budget = models.PositiveBigIntegerField(_("budget (euro per year)"), null=True, blank=True)
    minimum = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    maximum = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    include = ArrayField(models.CharField(max_length=80), verbose_name=_("with"), default=list, blank=True)
    exclude = ArrayField(models.CharField(max_length=80), verbose_name=_("without"), default=list, blank=True)
    twice = ArrayField(models.CharField(max_length=80), verbose_name=_("met twice"), default=list, blank=True)
    waived = models.JSONField(_("given up"), default=list, blank=True)
    seconds = models.PositiveSmallIntegerField(_("seconds at most"), default=60)
    basis = models.JSONField(
        _("basis"),
        default=dict,
        help_text=_("Legal groups and released scores by proposal, as they stood when it was asked."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, blank=True)
    members = models.ManyToManyField(
        "submissions.Proposal", related_name="compositions", verbose_name=_("members"), blank=True
    )
    document = models.JSONField(_("document"), default=dict)
    studies = models.JSONField(_("how firm it is"), default=dict)
    studied = models.BooleanField(_("studied"), default=False)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    touched_at = models.DateTimeField(
        _("last sign of life"), null=True, help_text=_("By the machine's clock.")
    )

    class Meta:
        verbose_name = _("composition")
        verbose_name_plural = _("compositions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="suggested", instead_of__isnull=True, reason="") & ~Q(status="")
                | Q(kind="chosen", instead_of__isnull=False, by__isnull=False, status="") & ~Q(reason=""),
                name="chosen_composition_has_a_reason",
            )
        ]

    def __str__(self):
        return f"{self.run.call} · {self.get_kind_display()} · {self.created_at:%Y-%m-%d %H:%M}"


class LegalGroup(models.Model):
    """Organisations that belong to one legal group: a partnership takes at most one of them."""

    call = models.ForeignKey(
        "challenges.Call", models.CASCADE, related_name="legal_groups", verbose_name=_("call")
    )
    name = models.CharField(_("name"), max_length=80)
    organisations = models.ManyToManyField(
        "accounts.Organisation", related_name="legal_groups", verbose_name=_("organisations"), blank=True
    )

    class Meta:
        verbose_name = _("legal group")
        verbose_name_plural = _("legal groups")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="legal_group_once_per_call")]

    def __str__(self):
        return self.name


class Scoring(models.Model):
    """How a call scores, frozen: published with the call, and after the deadline changed only with
    a reason and by two people. The newest approved one holds."""

    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="scorings", verbose_name=_("call")
    )
    version = models.CharField(_("scoring version"), max_length=64)
    recipe = models.TextField(_("recipe"))
    frozen_at = models.DateTimeField(_("frozen at"))
    reason = models.TextField(_("reason"), blank=True)
    effect = models.JSONField(
        _("effect"), default=list, help_text=_("Who moves and how far, when it was asked.")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("holds since"), null=True)
    refused = models.BooleanField(_("refused"), default=False)

    class Meta:
        verbose_name = _("scoring version")
        verbose_name_plural = _("scoring versions")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, approved_at__isnull=False, reason="")
                | (Q(asked_by__isnull=False) & ~Q(reason="")),
                name="asked_scoring_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="scoring_is_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True)
                | Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_scoring_names_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(approved_at__isnull=True, refused=False),
                name="one_asked_scoring_per_call",
            ),
        ]

    def __str__(self):
        return f"{self.call} · {self.version[:16]}"


class Visibility(models.Model):
    """A candidate who lets other candidates count it, before the deadline: `with_name` or not."""

    proposal = models.OneToOneField(
        "submissions.Proposal", models.CASCADE, related_name="visibility", verbose_name=_("proposal")
    )
    with_name = models.BooleanField(_("with our name"), default=False)
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("visible to other candidates")
        verbose_name_plural = _("visible to other candidates")
        ordering = ["since"]

    def __str__(self):
        return str(self.proposal)

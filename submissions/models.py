import json
import uuid

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from journal.templatetags.moments import short_moment
from submissions.intake.models import Intake
from submissions.scanning import Scan

__all__ = ["Intake"]

IN_THE_RUNNING = (
    "filed",
    "admissible",
    "shortlisted",
    "not_shortlisted",
    "selected",
    "reserve",
    "rejected",
)
FILED_STATUSES = (*IN_THE_RUNNING, "inadmissible")


def attachment_path(attachment, name) -> str:
    return f"proposals/{attachment.proposal_id}/{attachment.pk}"


class Proposal(models.Model):
    """What one organisation offers one call. Its fields are the draft; what counts is its last version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        FILED = "filed", _("Filed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ADMISSIBLE = "admissible", _("Admissible")
        INADMISSIBLE = "inadmissible", _("Not admissible")
        SHORTLISTED = "shortlisted", _("Shortlisted")
        NOT_SHORTLISTED = "not_shortlisted", _("Not shortlisted")
        SELECTED = "selected", _("Selected")
        RESERVE = "reserve", _("Reserve")
        REJECTED = "rejected", _("Rejected")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="proposals", verbose_name=_("call")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="proposals", verbose_name=_("organisation")
    )
    external_id = models.CharField(_("sender's key"), max_length=80, null=True, blank=True)
    serial = models.PositiveIntegerField(_("serial number"), null=True, blank=True, editable=False)
    reference = models.CharField(_("reference"), max_length=40, null=True, blank=True, unique=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(_("revision"), default=0, help_text=_("Grows with every save."))
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), max_length=600, blank=True)
    approach = models.TextField(_("approach"), max_length=6000, blank=True)
    experience = models.TextField(_("experience"), max_length=6000, blank=True)
    budget_eur_per_year = models.PositiveIntegerField(_("budget per year (euro)"), null=True, blank=True)
    clients_per_year = models.PositiveIntegerField(_("clients per year"), null=True, blank=True)
    municipalities = models.ManyToManyField(
        "challenges.Municipality", related_name="proposals", verbose_name=_("municipalities"), blank=True
    )
    priority_expertise = models.ManyToManyField(
        "challenges.PriorityExpertise",
        related_name="proposals",
        verbose_name=_("priority expertise"),
        blank=True,
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("last saved at"))
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["call", "organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"], name="one_proposal_per_organisation_and_call"
            ),
            models.UniqueConstraint(fields=["call", "external_id"], name="sender_key_once_per_call"),
            models.UniqueConstraint(fields=["call", "serial"], name="serial_once_per_call"),
            models.CheckConstraint(
                condition=models.Q(serial__isnull=True) | models.Q(reference__isnull=False),
                name="serial_stands_in_a_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(reference__isnull=False),
                name="filed_proposal_has_a_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(budget_eur_per_year__isnull=True) | models.Q(budget_eur_per_year__gt=0),
                name="budget_is_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(clients_per_year__isnull=True) | models.Q(clients_per_year__gt=0),
                name="clients_per_year_is_positive",
            ),
        ]

    def __str__(self):
        return self.title or str(self.organisation)

    @property
    def key(self) -> str:
        """How documents name this proposal: the sender's key, else the reference."""
        return self.external_id or self.reference


class SectionSave(models.Model):
    """When a section of a draft was last saved, at which revision, by whom and from which page."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="section_saves")
    section = models.CharField(_("section"), max_length=20)
    revision = models.PositiveIntegerField(_("revision"))
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    editor = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["proposal", "section"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "section"], name="section_once_per_proposal")
        ]

    def __str__(self):
        return f"{self.proposal} · {self.section} · {self.revision}"


class ProposalChallenge(models.Model):
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="challenge_answers")
    challenge = models.ForeignKey("challenges.Challenge", models.PROTECT, related_name="answers")
    how = models.TextField(_("how"), max_length=1500, blank=True)

    class Meta:
        ordering = ["challenge__number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "challenge"], name="challenge_once_per_proposal")
        ]

    def __str__(self):
        return f"{self.proposal} · {self.challenge}"


class ProposalService(models.Model):
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="service_answers")
    service_type = models.ForeignKey("challenges.ServiceType", models.PROTECT, related_name="answers")
    how = models.TextField(_("how"), max_length=1500, blank=True)
    clients_per_year = models.PositiveIntegerField(_("clients per year"), null=True, blank=True)

    class Meta:
        ordering = ["service_type__position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "service_type"], name="service_once_per_proposal")
        ]

    def __str__(self):
        return f"{self.proposal} · {self.service_type}"


class ProposalPrinciple(models.Model):
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="principle_answers")
    working_principle = models.ForeignKey(
        "challenges.WorkingPrinciple", models.PROTECT, related_name="answers"
    )
    how = models.TextField(_("how"), max_length=1500, blank=True)

    class Meta:
        ordering = ["working_principle__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "working_principle"], name="principle_once_per_proposal"
            )
        ]

    def __str__(self):
        return f"{self.proposal} · {self.working_principle}"


class Attachment(models.Model):
    """A file of the draft. Removing it hides it; a frozen version may still name its digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=attachment_path)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField("SHA-256", max_length=64)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    scan = models.CharField(_("virus scan"), max_length=12, choices=Scan.choices, default=Scan.NONE)
    finding = models.CharField(_("found by the scanner"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scan=Scan.QUARANTINED, finding__gt="")
                | (~models.Q(scan=Scan.QUARANTINED) & models.Q(finding="")),
                name="quarantine_names_what_was_found",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_quarantined(self) -> bool:
        return self.scan == Scan.QUARANTINED

    @property
    def is_offered(self) -> bool:
        """Whether a filing takes it along: it was not removed and holds nothing harmful."""
        return self.removed_at is None and not self.is_quarantined

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].lower()


class Version(models.Model):
    """What was filed, frozen: a canonical JSON document and its digest. A trigger refuses every change."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    received_at = models.DateTimeField(_("received at"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    document = models.TextField(_("document"), help_text=_("Canonical JSON; its bytes give the digest."))
    digest = models.CharField("SHA-256", max_length=64)
    attachments = models.ManyToManyField(Attachment, related_name="versions")
    purged_at = models.DateTimeField(_("purged at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["proposal", "-number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="version_number_once")]

    def __str__(self):
        return f"{self.proposal.reference} v{self.number}"

    @cached_property
    def content(self) -> dict:
        """The frozen document as data: its answers by the keys of the proposal document, and `filing`."""
        return json.loads(self.document)


class Extension(models.Model):
    """A later deadline, for one organisation or for everyone; it holds once a second person approved it."""

    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="extensions", verbose_name=_("call")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="extensions",
        verbose_name=_("organisation"), help_text=_("Empty: everyone."),
    )  # fmt: skip
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("requested at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["-requested_at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="extension_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_extension_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | ~models.Q(approved_by=models.F("requested_by")),
                name="extension_is_approved_by_somebody_else",
            ),
        ]

    def __str__(self):
        return f"{self.call} · {short_moment(self.until)}"


class LateAttempt(models.Model):
    """An attempt to file after the deadline, with what was missing then; `intake` when it came by mail, and
    `by` is then who noted it."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="late_attempts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("received at"))
    deadline = models.DateTimeField(_("deadline that held"))
    missing = models.JSONField(_("missing then"), default=list)
    intake = models.ForeignKey(Intake, models.PROTECT, null=True, related_name="late_attempts")

    class Meta:
        verbose_name = _("late attempt")
        verbose_name_plural = _("late attempts")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received_at__gte=models.F("deadline")), name="late_attempt_came_late"
            )
        ]

    def __str__(self):
        return f"{self.proposal} · {self.received_at:%Y-%m-%d %H:%M:%S}"

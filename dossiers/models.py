import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def rendering_path(rendering, name) -> str:
    return f"dossiers/{rendering.call_id}/{rendering.pk}.pdf"


def volume_path(rendering, name) -> str:
    return f"dossiers/{rendering.call_id}/{rendering.pk}-2.pdf"


class Rendering(models.Model):
    """A PDF somebody asked for: the dossier of one proposal, or the bundle as this person may read it."""

    class Kind(models.TextChoices):
        DOSSIER = "dossier", _("Dossier of a proposal")
        BUNDLE = "bundle", _("Bundle for the jury")
        ARCHIVE = "archive", _("Archive copy of a proposal")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RENDERING = "rendering", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="renderings", verbose_name=_("call")
    )
    proposal = models.ForeignKey(
        "submissions.Proposal", models.PROTECT, null=True, blank=True, related_name="renderings"
    )
    day = models.DateField(
        _("pitch day"), null=True, blank=True, help_text=_("Only the pitches of this day; empty: all.")
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="renderings")
    requested_at = models.DateTimeField(_("requested at"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    chapters_done = models.PositiveSmallIntegerField(_("chapters done"), default=0)
    chapters = models.PositiveSmallIntegerField(_("chapters"), default=1)
    holds = ArrayField(
        models.CharField(max_length=40), verbose_name=_("proposals in it"), default=list, blank=True
    )
    file = models.FileField(upload_to=rendering_path, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    volume = models.FileField(_("second volume"), upload_to=volume_path, blank=True)
    volume_pages = models.PositiveSmallIntegerField(_("pages of the second volume"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True)
    error = models.TextField(_("error"), blank=True)
    touched_at = models.DateTimeField(_("last sign of life"), help_text=_("By the machine's clock."))

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-requested_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["dossier", "archive"], proposal__isnull=False, day__isnull=True)
                | Q(kind="bundle", proposal__isnull=True),
                name="dossier_is_about_a_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | (~Q(file="") & ~Q(sha256="") & Q(pages__isnull=False)),
                name="finished_rendering_has_its_file",
            ),
            models.UniqueConstraint(
                fields=["kind", "call", "proposal", "day", "requested_by"],
                condition=Q(status__in=["waiting", "rendering"]),
                nulls_distinct=False,
                name="one_running_rendering_per_person",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.proposal.reference if self.proposal else self.call}"

    @property
    def name(self) -> str:
        """The name under which the file is downloaded."""
        if self.kind == self.Kind.BUNDLE:
            day = f"-{self.day:%Y-%m-%d}" if self.day else ""
            return f"bundel-{self.call.slug}{day}.pdf"
        kind = "archief" if self.kind == self.Kind.ARCHIVE else "dossier"
        return f"{kind}-{self.proposal.reference}.pdf"

    @property
    def volume_name(self) -> str:
        """The name under which the second volume is downloaded."""
        return f"bijlagen-{self.proposal.reference}.pdf"

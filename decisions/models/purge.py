from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from decisions.models.decision import person


class Purge(models.Model):
    """Erasing personal data of a call, as one act of two people: asked after a dry run, approved, done.

    `plan` is what the dry run showed: references, counts and digests, no personal data.
    """

    class Stage(models.TextChoices):
        REJECTED = "rejected", _("Who was not selected")
        EVERYTHING = "everything", _("Everybody")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Waiting for a second coordinator")
        APPROVED = "approved", _("Approved")
        DONE = "done", _("Erased")
        CANCELLED = "cancelled", _("Cancelled")

    call = models.ForeignKey("challenges.Call", models.PROTECT, related_name="purges", verbose_name=_("call"))
    stage = models.CharField(_("of whom"), max_length=10, choices=Stage.choices)
    plan = models.JSONField(_("what the dry run showed"))
    digest = models.CharField(_("digest of the dry run"), max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_by = person(_("requested by"))
    requested_at = models.DateTimeField(_("requested at"))
    approved_by = person(_("approved by"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    done_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    why_not = models.TextField(_("why it was not done"), blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(status__in=["requested", "approved"]),
                name="one_running_purge_per_call",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="purge_is_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_purge_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "done"]) | Q(approved_by__isnull=False),
                name="purge_is_done_approved",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False)
                | (~Q(status="done") & Q(done_at__isnull=True)),
                name="purge_that_is_done_has_a_moment",
            ),
        ]

    def __str__(self):
        return f"{self.call}: {self.get_stage_display()}"

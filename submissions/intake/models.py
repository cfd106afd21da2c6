import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def message_path(intake, name) -> str:
    return f"intake/{intake.pk}"


class Intake(models.Model):
    """A mail that holds a candidacy: kept as it came; registered for its organisation, noted as late, or
    set aside. Where it took the place of a draft, `earlier` keeps what that said."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be registered")
        REGISTERED = "registered", _("Registered")
        LATE = "late", _("Came too late")
        SET_ASIDE = "set_aside", _("Put aside")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="intakes", verbose_name=_("call")
    )
    file = models.FileField(upload_to=message_path)
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField("SHA-256", max_length=64)
    message_id = models.CharField("Message-ID", max_length=300, blank=True)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    sender = models.EmailField(_("sender"))
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"))
    arrived_by = models.CharField(_("arrival noted by"), max_length=200)
    taken_at = models.DateTimeField(_("taken in at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Empty: the mailbox."),
    )
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.WAITING)
    proposal = models.ForeignKey("submissions.Proposal", models.PROTECT, null=True, related_name="intakes")
    handled_at = models.DateTimeField(_("handled at"), null=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    texts = models.JSONField(default=list, help_text=_("What was read: a name and a text for each part."))
    took_over_at = models.DateTimeField(_("took the place of a draft at"), null=True)
    agreed = models.CharField(_("agreed with"), max_length=200, blank=True)
    earlier = models.JSONField(null=True, help_text=_("What the draft said whose place it took."))

    class Meta:
        verbose_name = _("candidacy by e-mail")
        verbose_name_plural = _("candidacies by e-mail")
        ordering = ["-arrived_at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "sha256"], name="mail_is_taken_in_once_per_call"),
            models.UniqueConstraint(
                fields=["call", "message_id"],
                condition=~Q(message_id=""),
                name="message_id_once_per_call",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", handled_at__isnull=True, handled_by__isnull=True)
                | ~Q(state="waiting") & Q(handled_at__isnull=False, handled_by__isnull=False),
                name="handled_mail_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["registered", "late"], proposal__isnull=False)
                | ~Q(state__in=["registered", "late"]) & Q(proposal__isnull=True),
                name="registered_mail_has_a_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(state="set_aside") | ~Q(reason=""), name="mail_set_aside_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(took_over_at__isnull=True, earlier__isnull=True, agreed="")
                | Q(took_over_at__isnull=False, earlier__isnull=False, state="registered") & ~Q(agreed=""),
                name="draft_gave_way_by_agreement_and_is_kept",
            ),
        ]

    def __str__(self):
        return self.subject or self.sender

    @property
    def name(self) -> str:
        return f"{self.pk}.eml"

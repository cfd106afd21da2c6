import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One mail in the outbox, written in the transaction of the change it tells about."""

    class Status(models.TextChoices):
        HELD = "held", _("Held until released")
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Dropped: no longer useful")
        BOUNCED = "bounced", _("Came back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    recipient = models.EmailField(_("recipient"))
    about = models.CharField(_("about"), max_length=120)
    occurrence = models.CharField(_("occurrence"), max_length=80, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    call = models.ForeignKey(
        "challenges.Call",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("call"),
    )
    language = models.CharField(_("language"), max_length=5, default="nl")
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    attachments = models.JSONField(default=list, blank=True)
    secret = models.BooleanField(
        _("secret"), default=False, help_text=_("Holds a personal link: the body is wiped once sent.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(_("created at"))
    retry_at = models.DateTimeField(
        _("tried again at"), null=True, blank=True, help_text=_("By the machine's clock, like the two below.")
    )
    useful_until = models.DateTimeField(_("useful until"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("outbox")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["status", "created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "recipient", "about", "occurrence"], name="nothing_is_sent_twice"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False),
                name="sent_message_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="claimed") | models.Q(claimed_at__isnull=False),
                name="claimed_message_has_a_moment",
            ),
        ]

    def __str__(self):
        return f"{self.subject} → {self.recipient}"


class BouncedAddress(models.Model):
    """An address that refused mail, at the moment it last did so."""

    address = models.EmailField(_("address"), unique=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"))
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, related_name="bounces", verbose_name=_("message")
    )

    class Meta:
        verbose_name = _("address that refuses mail")
        verbose_name_plural = _("addresses that refuse mail")
        ordering = ["-at"]

    def __str__(self):
        return self.address

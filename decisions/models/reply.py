"""The right of reply: what an organisation answers to a decision, and what is made of it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from decisions.models.decision import Decision, person

REPLY_LENGTH = 9000
REPLY_FILES = 3


class Reply(models.Model):
    """The organisation's answer to its decision, within its right of reply. It never changes (trigger)."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="reply")
    text = models.TextField(_("reply"), max_length=REPLY_LENGTH)
    disputes = models.ManyToManyField(
        "reviews.Criterion", related_name="+", verbose_name=_("reasons it disputes"), blank=True
    )
    by = person(_("by"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("right of reply")
        ordering = ["received_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reply_says_something")]

    def __str__(self):
        return self.decision.proposal.reference


def reply_file_path(attachment, name) -> str:
    return f"replies/{attachment.reply_id}/{attachment.pk}"


class ReplyAttachment(models.Model):
    """A document that goes with a reply. It never changes (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reply = models.ForeignKey(Reply, models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=reply_file_path)
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].lower()


class LateReply(models.Model):
    """An attempt to reply after the right of reply had ended, with what was written."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="late_replies")
    text = models.TextField(_("reply"), max_length=REPLY_LENGTH, blank=True)
    by = person(_("by"))
    received_at = models.DateTimeField(_("received at"))
    deadline = models.DateTimeField(_("deadline that held"))

    class Meta:
        verbose_name = _("late reply")
        verbose_name_plural = _("late replies")
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(condition=Q(received_at__gte=F("deadline")), name="late_reply_came_late")
        ]

    def __str__(self):
        return f"{self.decision.proposal.reference} · {self.received_at:%Y-%m-%d %H:%M:%S}"


class Assessment(models.Model):
    """What somebody who had no part in the decision finds of the reply to it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Decision upheld")
        REVISED = "revised", _("Decision revised")

    reply = models.OneToOneField(Reply, models.PROTECT, related_name="assessment")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    revised_to = models.CharField(
        _("new outcome"), max_length=10, choices=Decision.Outcome.choices, blank=True
    )
    reasons = models.TextField(_("reasons"), max_length=6000)
    effect = models.JSONField(_("effect on the partnership"), null=True, blank=True)
    letter = models.TextField(_("letter"), blank=True)
    by = person(_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("assessment of a reply")
        verbose_name_plural = _("assessments of replies")
        constraints = [
            models.CheckConstraint(condition=~Q(reasons=""), name="assessment_has_reasons"),
            models.CheckConstraint(
                condition=(Q(outcome="revised") & ~Q(revised_to="")) | Q(outcome="upheld", revised_to=""),
                name="revised_decision_has_a_new_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="upheld", effect__isnull=True)
                | Q(outcome="revised", effect__isnull=False),
                name="revision_was_shown_its_effect",
            ),
        ]

    def __str__(self):
        return f"{self.reply}: {self.get_outcome_display()}"

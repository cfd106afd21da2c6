from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models import HIGHEST


class ScoreSheet(models.Model):
    """A juror's own notes and scores at one pitch."""

    pitch = models.ForeignKey("pitches.Pitch", models.PROTECT, related_name="sheets")
    juror = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="score_sheets")
    notes = models.TextField(_("notes"), blank=True, max_length=6000)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    editor = models.CharField(_("open page that saved last"), max_length=40, blank=True)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["pitch", "juror__email"]
        constraints = [
            models.UniqueConstraint(fields=["pitch", "juror"], name="one_score_sheet_per_pitch_and_juror")
        ]

    def __str__(self):
        return f"{self.juror} · {self.pitch}"


class SheetScore(models.Model):
    """A juror's score for one criterion at one pitch."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("reviews.Criterion", models.PROTECT, related_name="pitch_scores")
    value = models.PositiveSmallIntegerField(_("score"), validators=[MaxValueValidator(HIGHEST)])

    class Meta:
        verbose_name = _("score of a jury member")
        verbose_name_plural = _("scores of jury members")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="one_pitch_score_per_criterion"),
            models.CheckConstraint(condition=Q(value__lte=HIGHEST), name="pitch_score_is_0_to_5"),
        ]

    def __str__(self):
        return f"{self.criterion}: {self.value}"

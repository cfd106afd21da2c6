from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Deliberation(models.Model):
    """What the jury made of one pitch, led by its chair: notes, then one advice with reasons."""

    class Advice(models.TextChoices):
        FAVOURABLE = "favourable", _("Favourable")
        UNFAVOURABLE = "unfavourable", _("Unfavourable")

    class Method(models.TextChoices):
        CONSENSUS = "consensus", _("by consensus")
        BALLOT = "ballot", _("by secret ballot")
        CASTING_VOTE = "casting_vote", _("by the casting vote of the chair, after a tie")

    pitch = models.OneToOneField("Pitch", models.PROTECT, related_name="deliberation")
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    notes = models.TextField(_("notes"), blank=True, max_length=8000)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    editor = models.CharField(_("open page that saved last"), max_length=40, blank=True)
    advice = models.CharField(_("advice"), max_length=12, choices=Advice.choices, blank=True)
    method = models.CharField(_("how it was reached"), max_length=12, choices=Method.choices, blank=True)
    reasons = models.TextField(_("reasons"), blank=True, max_length=4000)
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("deliberation")
        verbose_name_plural = _("deliberations")
        ordering = ["pitch"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    advice="", method="", reasons="", concluded_at__isnull=True, concluded_by__isnull=True
                )
                | (
                    ~Q(advice="")
                    & ~Q(method="")
                    & ~Q(reasons="")
                    & Q(concluded_at__isnull=False, concluded_by__isnull=False)
                ),
                name="advice_comes_with_method_reasons_who_and_when",
            )
        ]

    def __str__(self):
        return str(self.pitch)

    @property
    def is_concluded(self) -> bool:
        return self.concluded_at is not None


class Ballot(models.Model):
    """A secret ballot. All that remains of the votes are three totals, written when it closes."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COUNTED = "counted", _("counted")
        VOID = "void", _("void")

    deliberation = models.ForeignKey(Deliberation, models.PROTECT, related_name="ballots")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    favourable = models.PositiveSmallIntegerField(_("favourable"), null=True, blank=True)
    unfavourable = models.PositiveSmallIntegerField(_("unfavourable"), null=True, blank=True)
    blank = models.PositiveSmallIntegerField(_("blank"), null=True, blank=True)

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deliberation"], condition=~Q(state="void"), name="one_ballot_that_counts"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="ballot_that_ended_says_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="counted",
                    favourable__isnull=False,
                    unfavourable__isnull=False,
                    blank__isnull=False,
                )
                | ~Q(state="counted")
                & Q(favourable__isnull=True, unfavourable__isnull=True, blank__isnull=True),
                name="only_a_counted_ballot_has_totals",
            ),
        ]

    def __str__(self):
        return f"{self.deliberation} · {self.get_state_display()}"

    @property
    def majority(self) -> str:
        """The advice that more people voted for; empty when as many voted for each."""
        if self.favourable == self.unfavourable:
            return ""
        won = self.favourable > self.unfavourable
        return Deliberation.Advice.FAVOURABLE if won else Deliberation.Advice.UNFAVOURABLE


class Voter(models.Model):
    """Somebody on the roll of a ballot. `envelope` is their sealed vote until the ballot ends.

    The key of the seal is never in the database (`pitches/seal.py`). A trigger empties no envelope
    by itself, but refuses to end a ballot that still holds one.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="roll")
    juror = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    envelope = models.BinaryField(_("envelope"), null=True, blank=True)
    has_voted = models.BooleanField(_("has voted"), default=False)

    class Meta:
        verbose_name = _("voter")
        verbose_name_plural = _("voters")
        ordering = ["juror__email"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "juror"], name="once_on_the_roll"),
            models.CheckConstraint(
                condition=Q(envelope__isnull=True) | Q(has_voted=True), name="envelope_is_of_who_voted"
            ),
        ]

    def __str__(self):
        return str(self.juror)

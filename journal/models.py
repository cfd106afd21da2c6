from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Something that happened. Append-only: a database trigger refuses every change."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"), help_text=_("The portal's time at which it happened."))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    actor = models.CharField(_("actor"), max_length=80, help_text=_("Key of the person, or “system”."))
    verb = models.CharField(_("verb"), max_length=60)
    object = models.CharField(_("object"), max_length=120)
    call = models.CharField(_("call"), max_length=80, blank=True)
    payload = models.JSONField(_("payload"), default=dict)
    previous_hash = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-number"]
        # Nobody looks for the beginning of a word in them, for which Django would add an index to each.
        constraints = [models.UniqueConstraint(fields=["hash"], name="journal_hash_once")]
        indexes = [models.Index(fields=[name], name=f"journal_{name}") for name in ("verb", "object", "call")]

    def __str__(self):
        return f"{self.number} {self.verb} {self.object}"


class PracticeClock(models.Model):
    """How far the portal clock is moved in practice mode: one row at most."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField(_("offset"), default=timedelta(0))

    class Meta:
        verbose_name = _("practice clock")
        verbose_name_plural = _("practice clock")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="practice_clock_is_single")]

    def __str__(self):
        return str(self.offset)

    @classmethod
    def current_offset(cls) -> timedelta:
        return cls.objects.values_list("offset", flat=True).first() or timedelta(0)

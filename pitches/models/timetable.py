from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

FROM_START_TO_END = {
    "isempty": False,
    "lower_inf": False,
    "upper_inf": False,
}


class Key(Func):
    """A name or an address without regard to capitals, punctuation and spaces, to know it again."""

    template = "btrim(regexp_replace(lower(%(expressions)s), '[[:punct:][:space:]]+', ' ', 'g'))"
    output_field = models.TextField()


def whole(field: str) -> Q:
    """The range in `field` has a start, an end, and something in between."""
    return Q(**{f"{field}__{lookup}": value for lookup, value in FROM_START_TO_END.items()})


class Timetable(models.Model):
    """How the pitches of one call are held, how the last search ended, and what was released."""

    call = models.OneToOneField(
        "challenges.Call", models.CASCADE, related_name="timetable", verbose_name=_("call")
    )
    pitch_minutes = models.PositiveSmallIntegerField(
        _("minutes of pitch"), default=15, help_text=_("The addendum names no length: our assumption.")
    )
    question_minutes = models.PositiveSmallIntegerField(
        _("minutes of questions"), default=10, help_text=_("Our assumption.")
    )
    pause_minutes = models.PositiveSmallIntegerField(
        _("minutes of pause"), default=5, help_text=_("After every pitch. Our assumption.")
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum"), default=3, help_text=_("Jurors without a conflict at every pitch. Our assumption.")
    )
    travel_minutes = models.PositiveSmallIntegerField(
        _("minutes of travel"),
        default=60,
        help_text=_(
            "Kept free between pitches in two regions; the mean of what both calls say. Our assumption."
        ),
    )
    place = models.CharField(
        _("place"),
        max_length=200,
        blank=True,
        help_text=_(
            "The address in the invitations. Calls that give the same address share its rooms, and nobody"
            " travels between them."
        ),
    )
    site = models.GeneratedField(
        expression=Key("place"), output_field=models.TextField(), db_persist=True, verbose_name=_("building")
    )
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chair of the jury"),
        help_text=_("Leads the deliberations, and decides when a ballot ends in a tie."),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy chair"),
        help_text=_("Takes over where the chair has a conflict of interest or did not hear the pitch."),
    )
    solved_at = models.DateTimeField(_("last scheduled at"), null=True, blank=True)
    status = models.CharField(_("outcome of the last search"), max_length=12, blank=True)
    gap = models.FloatField(_("gap"), null=True, blank=True)
    unplaced = models.JSONField(_("not placed"), default=list, blank=True)
    relief = models.JSONField(
        _("what to give up"), null=True, blank=True, help_text=_("So that every pitch finds a place.")
    )
    releases = models.PositiveSmallIntegerField(_("releases"), default=0)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("pitch timetable")
        verbose_name_plural = _("pitch timetables")
        ordering = ["call"]
        constraints = [
            models.CheckConstraint(condition=Q(pitch_minutes__gt=0), name="pitch_takes_a_minute"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | (Q(chair__isnull=False) & ~Q(chair=F("deputy"))),
                name="deputy_stands_beside_a_chair",
            ),
            models.CheckConstraint(
                condition=Q(releases=0, released_at__isnull=True, released_by__isnull=True)
                | Q(releases__gt=0, released_at__isnull=False, released_by__isnull=False),
                name="released_timetable_names_who_and_when",
            ),
        ]

    def __str__(self):
        return str(self.call)


class PitchDay(models.Model):
    """Hours in which pitches may be heard; a date with a lunch break has two."""

    timetable = models.ForeignKey(
        Timetable, models.CASCADE, related_name="days", verbose_name=_("pitch timetable")
    )
    date = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), help_text=_("Local time of the call."))
    closes = models.TimeField(_("closes"))
    reserve = models.BooleanField(
        _("reserve day"), default=False, help_text=_("Used only when the other days are full.")
    )

    class Meta:
        verbose_name = _("pitch day")
        verbose_name_plural = _("pitch days")
        ordering = ["date", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="pitch_day_closes_later"),
            ExclusionConstraint(
                name="pitch_days_of_a_call_do_not_overlap",
                expressions=[
                    ("timetable", RangeOperators.EQUAL),
                    (Func(template="tsrange(date + opens, date + closes)"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These hours overlap with other hours of the same day."),
            ),
        ]

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.opens:%H:%M}-{self.closes:%H:%M}"

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Opening and closing, as aware datetimes in `zone`."""
        opens, closes = (datetime.combine(self.date, t, tzinfo=zone) for t in (self.opens, self.closes))
        return opens, closes


class Room(models.Model):
    timetable = models.ForeignKey(
        Timetable, models.CASCADE, related_name="rooms", verbose_name=_("pitch timetable")
    )
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    key = models.GeneratedField(expression=Key("name"), output_field=models.TextField(), db_persist=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["timetable", "name"], name="room_name_once_per_call"),
            models.UniqueConstraint(fields=["timetable", "key"], name="room_once_per_call"),
        ]

    def __str__(self):
        return self.name


class Unavailability(models.Model):
    """When a juror or an organisation cannot, or would rather not, be at a pitch."""

    call = models.ForeignKey(
        "challenges.Call", models.CASCADE, related_name="unavailabilities", verbose_name=_("call")
    )
    juror = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="unavailabilities",
        verbose_name=_("jury member"),
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="unavailabilities",
        verbose_name=_("organisation"),
    )
    during = DateTimeRangeField(_("from and until"))
    rather_not = models.BooleanField(
        _("possible, but rather not"), default=False, help_text=_("A wish; otherwise it is impossible.")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    declared_at = models.DateTimeField(_("declared at"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("declared by")
    )

    class Meta:
        verbose_name = _("unavailability")
        verbose_name_plural = _("unavailabilities")
        ordering = ["during"]
        constraints = [
            models.CheckConstraint(
                condition=Q(juror__isnull=True) ^ Q(organisation__isnull=True),
                name="unavailability_is_of_a_juror_or_an_organisation",
            ),
            models.CheckConstraint(condition=whole("during"), name="unavailability_starts_and_ends"),
            models.CheckConstraint(
                condition=Q(juror__isnull=True) | Q(rather_not=False), name="only_organisations_wish"
            ),
        ]

    def __str__(self):
        return f"{self.juror or self.organisation} {self.during.lower:%Y-%m-%d %H:%M}"


class Pitch(models.Model):
    """One proposal before the jury: its place in the draft, and the place its organisation was told."""

    call = models.ForeignKey(
        "challenges.Call", models.PROTECT, related_name="pitches", verbose_name=_("call")
    )
    proposal = models.OneToOneField(
        "submissions.Proposal", models.PROTECT, related_name="pitch", verbose_name=_("proposal")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="pitches", verbose_name=_("organisation")
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="pitches", verbose_name=_("room")
    )
    during = DateTimeRangeField(_("during"), null=True, blank=True)
    site = models.TextField(
        _("building"), editable=False, default="", help_text=_("Written by the database, like the next two.")
    )
    hall = models.TextField(_("room in its building"), editable=False, default="")
    journey = DateTimeRangeField(_("with half the journey"), editable=False, null=True)
    by_hand = models.BooleanField(
        _("placed by hand"), default=False, help_text=_("The scheduler leaves it where it is.")
    )
    jurors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Seat", related_name="pitches", verbose_name=_("jury members")
    )
    told_room = models.CharField(_("announced room"), max_length=60, blank=True)
    told_during = DateTimeRangeField(_("announced"), null=True, blank=True)
    told_place = models.CharField(_("announced place"), max_length=200, blank=True)
    told_jurors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="told_pitches", verbose_name=_("announced jury members")
    )
    invitations = models.PositiveSmallIntegerField(
        _("invitations"), default=0, help_text=_("Sent so far; the last one carried this number less one.")
    )

    class Meta:
        verbose_name = _("pitch")
        verbose_name_plural = _("pitches")
        ordering = ["during", "room__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["id", "during"], name="pitch_with_its_time"),
            models.CheckConstraint(
                condition=Q(room__isnull=True, during__isnull=True, by_hand=False)
                | (Q(room__isnull=False, during__isnull=False) & whole("during")),
                name="placed_pitch_has_a_room_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(told_room="", told_during__isnull=True)
                | (~Q(told_room="") & Q(invitations__gt=0, told_during__isnull=False) & whole("told_during")),
                name="announced_pitch_has_a_room_and_a_time",
            ),
            ExclusionConstraint(
                name="a_room_hears_one_pitch_at_a_time",
                expressions=[("hall", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="an_organisation_pitches_once_at_a_time",
                expressions=[("organisation", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="an_organisation_has_time_to_travel",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("site", RangeOperators.NOT_EQUAL),
                    ("journey", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.proposal.reference}"

    @property
    def is_announced(self) -> bool:
        return self.told_during is not None

    @property
    def sequence(self) -> int:
        """SEQUENCE of the last invitation (RFC 5545, 3.8.7.4): the first one carries 0."""
        return self.invitations - 1


class Seat(models.Model):
    """A juror at a pitch. `during` follows the pitch by a foreign key, so that nobody sits twice at once.

    The database copies the building and the journey of the pitch along: a juror has time to travel too.
    """

    pitch = models.ForeignKey(Pitch, models.CASCADE, related_name="seats")
    juror = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats", verbose_name=_("jury member")
    )
    during = DateTimeRangeField(_("during"))
    site = models.TextField(_("building"), editable=False, default="")
    journey = DateTimeRangeField(_("with half the journey"), editable=False, null=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["juror__email"]
        constraints = [
            models.UniqueConstraint(fields=["pitch", "juror"], name="juror_once_per_pitch"),
            ExclusionConstraint(
                name="a_juror_sits_once_at_a_time",
                expressions=[("juror", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="a_juror_has_time_to_travel",
                deferrable=models.Deferrable.IMMEDIATE,
                expressions=[
                    ("juror", RangeOperators.EQUAL),
                    ("site", RangeOperators.NOT_EQUAL),
                    ("journey", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.juror} · {self.pitch}"


class JurorDay(models.Model):
    """What a juror was last told about one of their pitch days."""

    call = models.ForeignKey("challenges.Call", models.CASCADE, related_name="juror_days")
    juror = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="juror_days")
    date = models.DateField(_("date"))
    told_during = DateTimeRangeField(_("announced"), null=True, blank=True)
    told_place = models.CharField(_("announced place"), max_length=200, blank=True)
    agenda = models.JSONField(_("agenda"), default=list)
    invitations = models.PositiveSmallIntegerField(_("invitations"), default=0)

    class Meta:
        verbose_name = _("day of a jury member")
        verbose_name_plural = _("days of jury members")
        ordering = ["date", "juror__email"]
        constraints = [
            models.UniqueConstraint(fields=["call", "juror", "date"], name="juror_day_once"),
            models.CheckConstraint(
                condition=Q(told_during__isnull=True, agenda=[])
                | (Q(told_during__isnull=False) & ~Q(agenda=[])),
                name="juror_day_with_hours_has_an_agenda",
            ),
        ]

    def __str__(self):
        return f"{self.juror} {self.date}"

    @property
    def sequence(self) -> int:
        return self.invitations - 1

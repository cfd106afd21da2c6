from datetime import UTC
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Municipality(models.Model):
    """A municipality for as long as it exists: merged ones end, their successor begins."""

    nis = models.CharField(_("NIS code"), max_length=5, unique=True)
    name = models.CharField(_("name"), max_length=80)
    postcodes = ArrayField(models.CharField(max_length=4), verbose_name=_("postcodes"), default=list)
    inhabitants = models.PositiveIntegerField(_("inhabitants"))
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_until = models.DateField(_("exists until"), null=True, blank=True, help_text=_("Not included."))
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(valid_until__isnull=False),
                name="merged_municipality_has_an_end",
            )
        ]

    def __str__(self):
        return self.name


class Region(models.Model):
    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    municipalities = models.ManyToManyField(
        Municipality, through="RegionMunicipality", related_name="regions", verbose_name=_("municipalities")
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self):
        return self.name


class RegionMunicipality(models.Model):
    region = models.ForeignKey(Region, models.CASCADE)
    municipality = models.ForeignKey(Municipality, models.CASCADE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["region", "municipality"], name="municipality_once_per_region")
        ]

    def __str__(self):
        return f"{self.region} · {self.municipality}"


class Call(models.Model):
    """One region's call for candidates in one edition, with its own calendar."""

    slug = models.SlugField(_("slug"), unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="calls", verbose_name=_("region"))
    title = models.CharField(_("title"), max_length=160)
    programme = models.CharField(_("programme"), max_length=160)
    edition = models.PositiveSmallIntegerField(_("edition"))
    timezone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    filing_rule = models.TextField(_("filing rule"), blank=True)
    headline = models.CharField(
        _("headline"), max_length=160, blank=True, help_text=_("The first words of the call's home page.")
    )
    introduction = models.TextField(
        _("introduction"), max_length=600, blank=True, help_text=_("One or two sentences under the headline.")
    )
    controller = models.TextField(
        _("data controller"),
        max_length=400,
        blank=True,
        help_text=_("Who answers for the personal data in this call: name and address."),
    )
    privacy_email = models.EmailField(
        _("privacy contact"), blank=True, help_text=_("Where people ask about their personal data.")
    )
    keep_until = models.DateField(
        _("keep data until"),
        null=True,
        blank=True,
        help_text=_("After this day personal data are erased; not before the last right has ended."),
    )

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-edition", "region__name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "edition"], name="one_call_per_region_and_edition")
        ]

    def __str__(self):
        return f"{self.title} {self.edition}"

    def get_absolute_url(self) -> str:
        return reverse("challenges:home", args=[self.slug])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Milestone(models.Model):
    """A half-open interval of the call's calendar: a moment counts when it lies before `until`."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("Launch")
        FILING = "filing", _("Candidacies")
        WRITTEN_REVIEW = "written_review", _("Reading")
        PITCHES = "pitches", _("Pitches")
        DECISION = "decision", _("Decision")
        REPLY = "reply", _("Right of reply")

    call = models.ForeignKey(Call, models.CASCADE, related_name="milestones", verbose_name=_("call"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    starts = models.DateTimeField(_("starts"), null=True, blank=True)
    until = models.DateTimeField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("Not included: for the end of 1 September fill in 2 September, 0:00."),
    )
    extended_until = models.DateTimeField(
        _("extended until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("A later end that an approved extension gave to everyone."),
    )
    extension_reason = models.TextField(_("why it was extended"), blank=True, editable=False)
    closes = models.DateTimeField(
        _("received until"),
        null=True,
        blank=True,
        help_text=_(
            "Right of reply only, not included: until when a reply is received. Empty: so many days before "
            "the end as the remedy clause says."
        ),
    )
    reserve = ArrayField(models.DateField(), verbose_name=_("reserve days"), default=list, blank=True)
    says = models.CharField(_("as published"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "kind"], name="one_milestone_per_kind"),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=False) | models.Q(until__isnull=False),
                name="milestone_has_a_moment",
                violation_error_message=_("Give this milestone a beginning, an end, or both."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True)
                | models.Q(until__isnull=True)
                | models.Q(starts__lt=models.F("until")),
                name="milestone_starts_before_it_ends",
                violation_error_message=_("The end does not lie after the beginning."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="filing") | models.Q(until__isnull=False),
                name="filing_has_a_deadline",
                violation_error_message=_("Give the candidacies an end: nobody could file without it."),
            ),
            models.CheckConstraint(
                condition=models.Q(closes__isnull=True)
                | models.Q(kind="reply", until__isnull=False, closes__lt=models.F("until"))
                & (models.Q(starts__isnull=True) | models.Q(closes__gt=models.F("starts"))),
                name="replies_close_before_the_right_of_reply_ends",
                violation_error_message=_(
                    "Replies close before the right of reply ends, and nothing else does."
                ),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def contains(self, moment) -> bool:
        """Whether `moment` (aware) lies in this half-open interval."""
        moment = moment.astimezone(UTC)
        return (self.starts is None or self.starts <= moment) and (self.until is None or moment < self.until)


class PartOfCall(models.Model):
    """Something the call lists in a fixed order."""

    slug = models.SlugField(_("slug"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position"]


class ServiceType(PartOfCall):
    call = models.ForeignKey(Call, models.CASCADE, related_name="service_types", verbose_name=_("call"))
    need = models.CharField(_("need"), max_length=160)
    service = models.TextField(_("service"))

    class Meta(PartOfCall.Meta):
        verbose_name = _("service type")
        verbose_name_plural = _("service types")
        constraints = [models.UniqueConstraint(fields=["call", "slug"], name="service_type_once_per_call")]

    def __str__(self):
        return self.need


class WorkingPrinciple(PartOfCall):
    call = models.ForeignKey(Call, models.CASCADE, related_name="working_principles", verbose_name=_("call"))
    name = models.CharField(_("name"), max_length=160)
    note = models.TextField(_("note"), blank=True)

    class Meta(PartOfCall.Meta):
        verbose_name = _("working principle")
        verbose_name_plural = _("working principles")
        constraints = [
            models.UniqueConstraint(fields=["call", "slug"], name="working_principle_once_per_call")
        ]

    def __str__(self):
        return self.name


class PriorityExpertise(PartOfCall):
    call = models.ForeignKey(Call, models.CASCADE, related_name="priority_expertise", verbose_name=_("call"))
    name = models.CharField(_("name"), max_length=160)

    class Meta(PartOfCall.Meta):
        verbose_name = _("priority expertise")
        verbose_name_plural = _("priority expertise")
        constraints = [models.UniqueConstraint(fields=["call", "slug"], name="expertise_once_per_call")]

    def __str__(self):
        return self.name


class Challenge(models.Model):
    """People who want to work but are held back, and what the region asks for them."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="challenges", verbose_name=_("call"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=160)
    target_group = models.TextField(_("target group"))
    barriers = ArrayField(models.TextField(), verbose_name=_("barriers"), default=list)
    questions = ArrayField(models.TextField(), verbose_name=_("what is asked"), default=list)
    personas = models.ManyToManyField(
        "personas.Persona", through="ChallengePersona", related_name="challenges", verbose_name=_("personas")
    )
    service_types = models.ManyToManyField(
        ServiceType, through="Need", related_name="challenges", verbose_name=_("service types")
    )

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="challenge_number_once_per_call")
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    @property
    def people(self) -> list:
        """Its personas in the addendum's order; `personas` follows the order of all personas."""
        return [link.persona for link in self.persona_links.all()]


class ChallengePersona(models.Model):
    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="persona_links")
    persona = models.ForeignKey("personas.Persona", models.PROTECT)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "persona"], name="persona_once_per_challenge")
        ]

    def __str__(self):
        return f"{self.challenge} · {self.persona}"


class Need(models.Model):
    """How much a challenge needs a service type: 1 helpful, 2 important, 3 essential."""

    challenge = models.ForeignKey(
        Challenge, models.CASCADE, related_name="needs", verbose_name=_("challenge")
    )
    service_type = models.ForeignKey(
        ServiceType, models.CASCADE, related_name="needs", verbose_name=_("service type")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    assumed = models.BooleanField(
        _("assumed"), default=True, help_text=_("Our reading of the addendum, until staff confirm it.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["challenge__number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "service_type"], name="need_once_per_challenge"),
            models.CheckConstraint(condition=models.Q(weight__range=(1, 3)), name="need_weight_is_1_to_3"),
        ]

    def __str__(self):
        return f"{self.challenge.number} · {self.service_type} ({self.weight})"


class Contact(models.Model):
    class Role(models.TextChoices):
        CONTENT = "content", _("Questions about the addendum")
        FILING = "filing", _("Filing by e-mail")

    call = models.ForeignKey(Call, models.CASCADE, related_name="contacts", verbose_name=_("call"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "role", "email"], name="contact_once_per_call_and_role")
        ]

    def __str__(self):
        return self.name


class Question(models.Model):
    """A question of an organisation with the answer of staff; public once answered and published."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="questions", verbose_name=_("call"))
    question = models.TextField(_("question"))
    answer = models.TextField(_("answer"), blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | ~models.Q(answer=""),
                name="published_question_is_answered",
            )
        ]

    def __str__(self):
        return self.question[:80]

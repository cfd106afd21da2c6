import secrets

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.managers import UserManager
from journal import clock


class User(AbstractBaseUser, PermissionsMixin):
    """A person: partner, staff or jury. What they may do follows from memberships and roles."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=5, default="nl", choices=[("nl", _("Dutch")), ("en", _("English"))]
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("maintainer"),
        default=False,
        help_text=_("Maintains the portal itself; people of a region get a role."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case")]

    def __str__(self):
        return self.name or self.email


class Organisation(models.Model):
    """Who files: a single organisation, with a KBO number unless it is an association or a public body."""

    class LegalForm(models.TextChoices):
        VZW = "vzw", _("Non-profit association (vzw)")
        IVZW = "ivzw", _("International non-profit association (ivzw)")
        STICHTING = "stichting", _("Foundation")
        CV = "cv", _("Cooperative (cv)")
        BV = "bv", _("Private company (bv)")
        NV = "nv", _("Public limited company (nv)")
        PUBLIC = "public", _("Public body")
        ASSOCIATION = "association", _("Association without legal personality")
        OTHER = "other", _("Other")

    WITHOUT_KBO = (LegalForm.PUBLIC, LegalForm.ASSOCIATION)

    name = models.CharField(_("name"), max_length=160)
    kbo_number = models.CharField(
        _("KBO number"),
        max_length=10,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^[01]\d{9}$")],
    )
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm.choices)
    city = models.CharField(_("city"), max_length=80)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kbo_number__isnull=False)
                | models.Q(legal_form__in=["public", "association"]),
                name="organisation_has_kbo_number_unless_association_or_public",
            ),
            models.CheckConstraint(
                condition=models.Q(kbo_number__isnull=True) | models.Q(kbo_number__regex=r"^[01]\d{9}$"),
                name="kbo_number_is_10_digits",
            ),
        ]

    def __str__(self):
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        EDITOR = "editor", _("Editor")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.EDITOR)
    since = models.DateTimeField(_("since"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation__name", "user__email"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="member_once_per_organisation")
        ]

    def __str__(self):
        return f"{self.user} · {self.organisation}"


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Invitation(models.Model):
    """A colleague asked by mail to join an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(
        _("role"), max_length=10, choices=Membership.Role.choices, default=Membership.Role.EDITOR
    )
    token = models.CharField(max_length=64, unique=True, default=new_token)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="invitations_accepted"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_invitation_names_who",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
        ]

    def __str__(self):
        return f"{self.email} · {self.organisation}"


class Role(models.Model):
    """What a person does for a region: in every call of it, or in one."""

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        REVIEWER = "reviewer", _("Reviewer")
        JURY = "jury", _("Jury member")

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    region = models.ForeignKey(
        "challenges.Region", models.CASCADE, related_name="roles", verbose_name=_("region")
    )
    call = models.ForeignKey(
        "challenges.Call",
        models.CASCADE,
        verbose_name=_("call"),
        null=True,
        blank=True,
        related_name="roles",
        help_text=_("Empty: every call."),
    )
    kind = models.CharField(_("role"), max_length=12, choices=Kind.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["region__name", "kind", "user__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "region", "call", "kind"], name="role_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="jury") | models.Q(call__isnull=False),
                name="jury_member_belongs_to_a_call",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_kind_display()}"


class RoleRequest(models.Model):
    """A reader or jury member whom one coordinator asks for; there is no role before another approves."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    region = models.ForeignKey(
        "challenges.Region", models.CASCADE, related_name="+", verbose_name=_("region")
    )
    call = models.ForeignKey(
        "challenges.Call", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("call")
    )
    kind = models.CharField(_("role"), max_length=12, choices=Role.Kind.choices)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("requested role")
        verbose_name_plural = _("requested roles")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "region", "call", "kind"], name="role_asked_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(kind="reviewer") | models.Q(kind="jury", call__isnull=False),
                name="reader_or_juror_is_asked",
            ),
        ]

    def __str__(self):
        return f"{self.name or self.email} · {self.get_kind_display()}"

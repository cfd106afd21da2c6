"""How people, organisations and roles change."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import rules, signals
from accounts.models import Invitation, Membership, Organisation, Role, RoleRequest, User
from journal import clock
from journal.actions import record


class OrganisationExists(ValidationError):
    """The KBO number belongs to an organisation in the portal; whose, is not told."""

    def __init__(self):
        super().__init__(
            _(
                "This organisation exists already in the portal. "
                "Ask the owner within your organisation to invite you."
            ),
            code="organisation_exists",
        )


@transaction.atomic
def create_organisation(*, by: User, **facts) -> Organisation:
    """Add an organisation with `by` as its first owner. Raises OrganisationExists."""
    organisation = _saved(Organisation(**facts))
    Membership.objects.create(organisation=organisation, user=by, role=Membership.Role.OWNER)
    record("organisation.created", about=organisation, by=by)
    return organisation


@transaction.atomic
def register_organisation(*, by: User, owner: str, **facts) -> Organisation:
    """Add an organisation that applied by mail, and invite the person behind `owner` as its first owner.

    Raises NotAllowed for who is no coordinator, OrganisationExists.
    """
    if not rules.is_coordinator(by):
        raise rules.NotAllowed(_("Only a coordinator registers an organisation for somebody else."))
    organisation = _saved(Organisation(**facts))
    record("organisation.created", about=organisation, by=by)
    _invite(organisation, email=owner, role=Membership.Role.OWNER, by=by)
    return organisation


@transaction.atomic
def change_organisation(*, organisation: Organisation, by: User, **facts) -> Organisation:
    """Correct what is known of an organisation.

    Raises NotAllowed for who is neither owner nor maintainer, OrganisationExists when the new KBO
    number is taken.
    """
    organisation = _locked(organisation)
    if not by.is_superuser:
        rules.require_owner(by, organisation=organisation)
    changed = sorted(name for name, value in facts.items() if getattr(organisation, name) != value)
    for name in changed:
        setattr(organisation, name, facts[name])
    if changed:
        _saved(organisation)
        record("organisation.changed", about=organisation, by=by, changed=changed)
    return organisation


def _saved(organisation: Organisation) -> Organisation:
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        if (
            "kbo_number" in str(error)
            and Organisation.objects.filter(kbo_number=organisation.kbo_number).exists()
        ):
            raise OrganisationExists from error
        raise
    return organisation


def _locked(organisation: Organisation) -> Organisation:
    """Members and invitations of one organisation change one at a time."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


@transaction.atomic
def invite_colleague(*, organisation: Organisation, email: str, role: str, by: User) -> Invitation:
    """Ask a colleague by mail to join, valid for fourteen days.

    Raises NotAllowed for a non-owner, ValidationError for who is a member or invited already.
    """
    organisation = _locked(organisation)
    rules.require_owner(by, organisation=organisation)
    _require_not_known(organisation, email)
    return _invite(organisation, email=email, role=role, by=by)


def _invite(organisation: Organisation, *, email: str, role: str, by: User) -> Invitation:
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.lower(),
        role=role,
        invited_by=by,
        expires_at=clock.now() + rules.INVITATION_VALID,
    )
    record("invitation.sent", about=invitation, by=by, role=role)
    signals.invitation_sent.send(sender=Invitation, invitation=invitation)
    return invitation


def _require_not_known(organisation: Organisation, email: str) -> None:
    if organisation.members.filter(email__iexact=email).exists():
        raise ValidationError(_("This person is a member already."), code="member")
    unanswered = organisation.invitations.filter(accepted_at=None, withdrawn_at=None)
    unanswered.filter(email__iexact=email, expires_at__lte=clock.now()).update(withdrawn_at=clock.now())
    if unanswered.filter(email__iexact=email).exists():
        raise ValidationError(
            _("This person has an open invitation. You can send it again from the list of members."),
            code="invited",
        )
    if unanswered.count() >= rules.OPEN_INVITATIONS:
        raise ValidationError(
            _("Too many invitations are open. Withdraw the ones that are no longer needed first."),
            code="too_many",
        )


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Mail the same link again and give it fourteen new days.

    Raises NotAllowed for a non-owner, ValidationError when it was accepted or withdrawn.
    """
    invitation = _locked_invitation(invitation)
    rules.require_owner(by, organisation=invitation.organisation)
    at = clock.now()
    invitation.expires_at = at + rules.INVITATION_VALID
    rules.require_open_invitation(invitation, at=at)
    invitation.save(update_fields=["expires_at"])
    record("invitation.sent_again", about=invitation, by=by)
    signals.invitation_sent.send(sender=Invitation, invitation=invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make the link useless. Withdrawing twice is harmless.

    Raises NotAllowed for a non-owner, ValidationError when it was accepted already.
    """
    invitation = _locked_invitation(invitation)
    rules.require_owner(by, organisation=invitation.organisation)
    if invitation.withdrawn_at:
        return
    if invitation.accepted_at:
        raise ValidationError(
            _("This invitation was accepted already. You can remove the member instead."),
            code="accepted",
        )
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    record("invitation.withdrawn", about=invitation, by=by)


def _locked_invitation(invitation: Invitation) -> Invitation:
    """Locked through its organisation, in the same order everywhere, so that nobody waits in a ring."""
    organisation = _locked(invitation.organisation)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.organisation = organisation
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Join the organisation; who clicks twice joins once.

    Raises NotAllowed when the invitation is for another address, ValidationError when it is no
    longer open.
    """
    invitation = _locked_invitation(invitation)
    if not rules.is_invited(by, invitation=invitation):
        raise rules.NotAllowed(_("This invitation is for another address."))
    known = Membership.objects.filter(organisation=invitation.organisation, user=by).first()
    if known and invitation.accepted_by_id == by.pk:
        return known
    rules.require_open_invitation(invitation, at=clock.now())
    invitation.accepted_at, invitation.accepted_by = clock.now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    membership = known or Membership.objects.create(
        organisation=invitation.organisation, user=by, role=invitation.role
    )
    record("invitation.accepted", about=invitation, by=by, role=membership.role)
    return membership


@transaction.atomic
def change_member_role(*, membership: Membership, role: str, by: User) -> Membership:
    """Make a member owner or editor.

    Raises NotAllowed for a non-owner, ValidationError when no owner would be left or the person
    is no longer a member.
    """
    membership = _locked_membership(membership)
    rules.require_owner(by, organisation=membership.organisation)
    if role == membership.role:
        return membership
    rules.require_another_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    record("membership.role_changed", about=membership.organisation, by=by, role=role, **_who(membership))
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a member out; everybody may take out themselves.

    Raises NotAllowed for a non-owner, ValidationError when no owner would be left or the person
    is no longer a member.
    """
    membership = _locked_membership(membership)
    if membership.user_id != by.pk:
        rules.require_owner(by, organisation=membership.organisation)
    rules.require_another_owner(membership)
    verb = "membership.left" if membership.user_id == by.pk else "membership.removed"
    payload = _who(membership)
    membership.delete()
    record(verb, about=membership.organisation, by=by, **payload)


def _locked_membership(membership: Membership) -> Membership:
    organisation = _locked(membership.organisation)
    membership = Membership.objects.filter(pk=membership.pk).first()
    if membership is None:
        raise ValidationError(_("This person is no longer a member."), code="no_member")
    membership.organisation = organisation
    return membership


def _who(held: Membership | Role) -> dict:
    return {"user": f"accounts.user:{held.user_id}"}


@transaction.atomic
def grant_role(*, email: str, kind: str, region, by: User, call=None, name: str = "") -> Role:
    """Give the person behind `email` a role for `call`, or for every call of `region`, as a maintainer.

    Who has no account gets one without a password and enters with a code by mail. Giving a role
    twice changes nothing. Raises NotAllowed for anybody else: coordinators ask with `request_role`.
    """
    rules.require_maintainer(by)
    return _grant(email=email, kind=kind, region=region, by=by, call=call, name=name)


@transaction.atomic
def request_role(*, email: str, kind: str, region, by: User, call=None, name: str = "") -> RoleRequest:
    """Ask, as a coordinator, for a reader or a jury member. Asking twice changes nothing.

    Raises NotAllowed outside `by`'s own region, and for a coordinator: a maintainer appoints those.
    """
    rules.require_may_give_roles(by, region=region, call=call)
    rules.require_may_give_kind(by, kind=kind)
    request, is_new = RoleRequest.objects.get_or_create(
        email=email.lower(), kind=kind, region=region, call=call, defaults={"name": name, "asked_by": by}
    )
    if is_new:
        record("role.requested", about=request, by=by, call=call, role=kind)
    return request


@transaction.atomic
def approve_role(*, request: RoleRequest, by: User) -> Role:
    """Give the role that another coordinator asked for, and mail who it is for.

    Raises NotAllowed outside `by`'s own region and for who asked; RoleRequest.DoesNotExist when
    it was approved or withdrawn meanwhile.
    """
    request = _locked_request(request)
    rules.require_may_approve_role(by, request=request)
    role = _grant(
        email=request.email, name=request.name, kind=request.kind, region=request.region, call=request.call,
        by=by, asked_by=f"accounts.user:{request.asked_by_id}",
    )  # fmt: skip
    request.delete()
    return role


@transaction.atomic
def drop_role_request(*, request: RoleRequest, by: User) -> None:
    """Withdraw or refuse what was asked.

    Raises NotAllowed outside `by`'s own region; RoleRequest.DoesNotExist when it was approved or
    withdrawn meanwhile.
    """
    request = _locked_request(request)
    rules.require_may_give_roles(by, region=request.region, call=request.call)
    record("role.dropped", about=request, by=by, call=request.call, role=request.kind)
    request.delete()


def _locked_request(request: RoleRequest) -> RoleRequest:
    """As it stands: two people never approve and drop the same one."""
    return RoleRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _grant(*, email: str, kind: str, region, by: User, call, name: str, **told) -> Role:
    user = _person_behind(email, name=name)
    role, is_new = Role.objects.get_or_create(user=user, region=region, call=call, kind=kind)
    if is_new:
        record("role.granted", about=region, by=by, call=call, role=kind, **_who(role), **told)
        signals.role_granted.send(sender=Role, role=role, by=by)
    return role


def _person_behind(email: str, *, name: str) -> User:
    if user := User.objects.filter(email__iexact=email).first():
        return user
    user = User.objects.create_user(email, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@transaction.atomic
def revoke_role(*, role: Role, by: User) -> None:
    """Take a role away.

    Raises NotAllowed outside `by`'s own region, ValidationError for one's own last role as
    coordinator.
    """
    rules.require_may_give_roles(by, region=role.region, call=role.call)
    by = User.objects.select_for_update().get(pk=by.pk)
    rules.require_keeps_a_coordinator_role(by, role=role)
    payload = _who(role)
    role.delete()
    record("role.revoked", about=role.region, by=by, call=role.call, role=role.kind, **payload)


@transaction.atomic
def change_profile(*, user: User, name: str, language: str) -> User:
    """Change what a person is called and the language they are addressed in."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def reset_second_factor(*, user: User, by: User) -> None:
    """Take away every second factor of who lost theirs; the next login asks to set one up again.

    Only for maintainers of the portal. Raises NotAllowed for anybody else.
    """
    rules.require_maintainer(by)
    user.authenticator_set.all().delete()
    record("second_factor.reset", about=user, by=by)


@transaction.atomic
def set_active(*, user: User, active: bool, by: User) -> None:
    """Close an account, so that the person can't enter any more, or open it again.

    Only for maintainers of the portal. Raises NotAllowed for anybody else, ValidationError for
    their own account.
    """
    rules.require_maintainer(by)
    if user.pk == by.pk:
        raise ValidationError(_("You can not close your own account."), code="own_account")
    if user.is_active != active:
        user.is_active = active
        user.save(update_fields=["is_active"])
        record("person.opened" if active else "person.closed", about=user, by=by)

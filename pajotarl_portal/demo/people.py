"""Who takes part in practice mode. Every address ends in .example: no mail could ever arrive."""

from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.actions import grant_role
from accounts.models import Membership, Organisation, Role, User

PASSWORD = "oefenen-mag-hier"

STAFF = {
    "coordinator@regio.example": ("Karen Coördinator", Role.Kind.COORDINATOR),
    "tweede@regio.example": ("Tom Tweede", Role.Kind.COORDINATOR),
    "wederwoord@regio.example": ("Wies Wederwoord", Role.Kind.COORDINATOR),
    "lezer1@regio.example": ("Lies Lezer", Role.Kind.REVIEWER),
    "lezer2@regio.example": ("Lode Lezer", Role.Kind.REVIEWER),
    "jury1@jury.example": ("Jana Jury", Role.Kind.JURY),
    "jury2@jury.example": ("Joris Jury", Role.Kind.JURY),
    "jury3@jury.example": ("Jamila Jury", Role.Kind.JURY),
}
MAINTAINER = "beheerder@regio.example"


@cache
def _hashed_password() -> str:
    """Hashed once: it is everybody's, and hashing is slow on purpose."""
    return make_password(PASSWORD)


def seed_people(call) -> None:
    """Staff and jury of the region, and one partner for each organisation that was loaded."""
    maintainer = _person(MAINTAINER, "Bea Beheerder", is_superuser=True, is_staff=True)
    for email, (name, kind) in STAFF.items():
        _person(email, name)
        own_call = call if kind == Role.Kind.JURY else None
        grant_role(email=email, kind=kind, region=call.region, call=own_call, by=maintainer)
    for organisation in Organisation.objects.filter(proposals__call=call, memberships__isnull=True):
        domain = organisation.email.partition("@")[2]
        partner = _person(f"partner@{domain}", f"Partner van {organisation.name.partition(' (')[0]}")
        Membership.objects.create(organisation=organisation, user=partner, role=Membership.Role.OWNER)


def partner(domain: str, name: str) -> User:
    return _person(f"partner@{domain}.example", name)


def _person(email: str, name: str, **fields) -> User:
    if known := User.objects.filter(email=email).first():
        return known
    user = User.objects.create(email=email, password=_hashed_password(), name=name, **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user

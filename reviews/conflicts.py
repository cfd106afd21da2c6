"""Who stands in conflict with which organisation, as one condition the database can answer.

Declared rows and live data count alike: a reader who becomes a member tomorrow is in conflict
tomorrow, whether or not anything was recorded.
"""

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Lower

from accounts.models import Membership, Organisation, User
from journal.statements import Condition, Slot
from reviews.models import ConflictOfInterest

PUBLIC_MAIL_DOMAINS = frozenset(
    [
        *("gmail.com", "googlemail.com", "hotmail.com", "hotmail.be", "outlook.com", "outlook.be"),
        *("live.com", "live.be", "msn.com", "yahoo.com", "yahoo.fr", "icloud.com", "me.com", "mac.com"),
        *("proton.me", "protonmail.com", "gmx.com", "gmx.net", "aol.com", "telenet.be", "skynet.be"),
        *("proximus.be", "belgacom.net", "scarlet.be", "pandora.be", "voo.be", "mail.be"),
    ]
)


def mail_domain(email) -> Func:
    """The lower-case domain of an address, as a database expression."""
    return Lower(Func(F(email), Value("@"), Value(2), function="split_part", output_field=CharField()))


def conflict_between(*, user, organisation, call) -> Q:
    """The condition that `user` has a conflict of interest with `organisation` in `call`.

    Each argument is a primary key or an OuterRef to one.
    """
    return CONFLICT.on(user=user, organisation=organisation, call=call)


def _conflict() -> Q:
    both = {"user": Slot("user"), "organisation": Slot("organisation")}
    rows = ConflictOfInterest.objects.filter(**both, call=Slot("call"))
    standing = rows.filter(lifted_at__isnull=True).exclude(kind=ConflictOfInterest.Kind.NONE)
    lifted = rows.filter(lifted_at__isnull=False)
    found = is_member(**both) | shares_mail_domain(**both)
    return Q(Exists(standing)) | (found & ~Q(Exists(lifted)))


CONFLICT = Condition(_conflict)


def kept_away(user, *, organisation: str, call: str) -> Q:
    """The same for rows that name an organisation and a call, for the rooms below (accounts.registry)."""
    return conflict_between(user=user.pk, organisation=OuterRef(organisation), call=OuterRef(call))


def is_member(*, user, organisation) -> Q:
    return Q(Exists(Membership.objects.filter(user=user, organisation=organisation)))


def shares_mail_domain(*, user, organisation) -> Q:
    """The same mail domain as the organisation or a member of it, public providers left out."""
    own = (
        User.objects.filter(pk=_one_deeper(user))
        .annotate(domain=mail_domain("email"))
        .exclude(domain__in=PUBLIC_MAIL_DOMAINS)
        .values("domain")
    )
    house = Organisation.objects.filter(pk=organisation).annotate(domain=mail_domain("email"))
    people = Membership.objects.filter(organisation=organisation).annotate(domain=mail_domain("user__email"))
    return Q(Exists(house.filter(domain__in=own))) | Q(Exists(people.filter(domain__in=own)))


def _one_deeper(reference):
    return OuterRef(reference) if isinstance(reference, OuterRef) else reference

"""Which organisation a mail comes from: by its address, by the KBO number in its text, or a new one."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.kbo import written_kbo_number
from accounts.models import Organisation
from submissions.intake.opening import Mail
from submissions.intake.words import Found, kbo_numbers_in


@dataclass
class Match:
    """An organisation of the portal that the mail may come from, and why it seems so."""

    organisation: Organisation
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Matches:
    """`known` organisations, the likeliest first; `kbo_numbers` that stand in the texts."""

    known: list[Match]
    kbo_numbers: list[str]

    @property
    def disagree(self) -> bool:
        """Whether address and number point at different organisations: then somebody must look."""
        return len(self.known) > 1


def matches_of(mail: Mail, *, typed: str = "") -> Matches:
    """Two queries: by the KBO numbers in the text and the one that staff `typed`, by the sender's address."""
    numbers = kbo_numbers_in("\n".join(text["text"] for text in mail.texts))
    own = kbo_numbers_in(typed)
    found: dict[int, Match] = {}
    for organisation in Organisation.objects.filter(kbo_number__in=[*numbers, *own]):
        number = written_kbo_number(organisation.kbo_number)
        if organisation.kbo_number in numbers:
            reason = _("KBO number %(number)s stands in the text") % {"number": number}
        else:
            reason = _("KBO number %(number)s, which you filled in") % {"number": number}
        found.setdefault(organisation.pk, Match(organisation)).reasons.append(reason)
    for organisation in Organisation.objects.filter(_writes_from(mail.sender)).distinct():
        reason = _("writes from %(address)s") % {"address": mail.sender}
        found.setdefault(organisation.pk, Match(organisation)).reasons.append(reason)
    likeliest = sorted(found.values(), key=lambda match: (-len(match.reasons), match.organisation.name))
    return Matches(likeliest, numbers)


def _writes_from(address: str) -> Q:
    return (
        Q(email__iexact=address)
        | Q(memberships__user__email__iexact=address)
        | Q(proposals__intakes__sender__iexact=address)
    )


def facts_of(mail: Mail, found: Found, *, matches: Matches) -> dict:
    """What the mail tells of an organisation that is new: initial values, to be checked by a person."""
    taken = {match.organisation.kbo_number for match in matches.known}
    new = [number for number in matches.kbo_numbers if number not in taken]
    told = found.organisation
    return {
        "name": told.get("organisation", "")[:160],
        "kbo_number": new[0] if new else None,
        "city": told.get("city", "")[:80],
        "email": mail.sender,
        "phone": found.answers.get("contact", {}).get("phone") or "",
    }

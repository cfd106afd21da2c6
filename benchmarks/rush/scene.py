"""Calls of fictitious regions, and organisations with an almost finished draft and somebody logged in."""

import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import yaml
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.sessions import SessionStore
from challenges.actions import load_call
from challenges.models import Call, Milestone
from submissions.answers import write
from submissions.models import Proposal
from tests.factories import kbo_number

serials = count(1)
ADDENDUM = settings.BASE_DIR / "data" / "pajotarl-2023.yaml"


@dataclass
class Applicant:
    """One organisation in its last hour, and what the portal confirmed to it."""

    proposal: str
    session: str
    revision: int = 0
    typed: str = ""
    confirmed: str = ""
    saves: int = 0
    files: int = 0
    receipt: str = ""
    refused: bool = False
    pressed_at: float = 0.0


def calls(number: int, *, prefix: str) -> list[Call]:
    """`number` calls like the addendum's, each of a region of its own, open for the next days."""
    tree = yaml.safe_load(ADDENDUM.read_text())
    return [_call(copy.deepcopy(tree), f"{prefix}{each:02}") for each in range(number)]


def _call(tree: dict, slug: str) -> Call:
    tree["region"] |= {"slug": slug, "name": f"Oefenregio {slug}"}
    tree["call"] |= {"slug": f"{slug}-2023", "title": f"Oefenpartnerschap {slug}"}
    call = load_call(tree).call
    now = timezone.now()
    Milestone.objects.filter(call=call, kind=Milestone.Kind.FILING).update(
        starts=now - timedelta(days=60), until=now + timedelta(days=60)
    )
    return call


def close_at(calls: list[Call], until: datetime):
    """The moment before which a candidacy must arrive."""
    Milestone.objects.filter(call__in=calls, kind=Milestone.Kind.FILING).update(until=until)


@transaction.atomic
def applicants(calls: list[Call], *, each: int, prefix: str) -> list[Applicant]:
    """`each` organisations per call, with everything answered but the approach."""
    password, people = make_password("een-lang-wachtwoord"), []
    for call in calls:
        call = Call.objects.select_related("region").get(pk=call.pk)
        said = _answers(call)
        for number in range(each):
            people.append(_applicant(call, f"{prefix}-{call.slug}-{number}", password, said))
    return people


def _applicant(call: Call, name: str, password: str, said: dict) -> Applicant:
    user = User.objects.create(email=f"{name}@organisatie.example", name=name, password=password)
    organisation = Organisation.objects.create(
        name=f"Oefenvereniging {name}",
        kbo_number=kbo_number(next(serials)),
        legal_form="vzw",
        city="Gooik",
        email=user.email,
    )
    Membership.objects.create(organisation=organisation, user=user, role="owner")
    # Begun an hour ago: nobody's reminder falls in the rush.
    begun = timezone.now() - timedelta(hours=1)
    proposal = Proposal(call=call, organisation=organisation, created_at=begun, updated_at=begun)
    proposal.save()
    contact = {"name": user.name, "email": user.email, "phone": None}
    write(proposal, {"contact": contact, **said})
    proposal.save()
    return Applicant(str(proposal.pk), _session_of(user))


def _answers(call: Call) -> dict:
    how = "Wij gaan bij de mensen thuis langs, luisteren eerst en maken dan samen een plan. " * 8
    return {
        "title": "Samen op weg naar werk",
        "summary": "Een vertrouwde begeleider gaat mee, van de eerste koffie tot op het werk. " * 7,
        "challenges": [{"number": each.number, "how": how} for each in call.challenges.all()[:3]],
        "service_types": [
            {"slug": each.slug, "how": how, "clients_per_year": 20} for each in call.service_types.all()[:4]
        ],
        "municipalities": [each.name for each in call.region.municipalities.all()[:5]],
        "working_principles": [{"slug": each.slug, "how": how} for each in call.working_principles.all()[:3]],
        "priority_expertise": [],
        "approach": "",
        "experience": "Wij doen dit al negen jaar. " * 60,
        "budget_eur_per_year": 50_000,
        "clients_per_year": 40,
    }


def _session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key

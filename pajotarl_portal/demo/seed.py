"""Fill practice mode: nine filed proposals, one complete, two begun, one that came by e-mail, and the people
around them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.actions import create_organisation
from accounts.models import Organisation
from challenges.models import Call
from journal.actions import set_clock
from journal.models import PracticeClock
from matching.offers import show_candidacy
from pajotarl_portal.demo.people import partner, seed_people
from reviews.actions import ensure_criteria
from submissions import sections
from submissions.actions import save_section, start_proposal
from submissions.intake.actions import take_mail
from submissions.loading.load import load_proposals

OPENS_AT = datetime(2023, 8, 21, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))
BEGUN_AT = datetime(2023, 8, 11, 15, 20, tzinfo=ZoneInfo("Europe/Brussels"))
DOCUMENTS = settings.BASE_DIR / "data" / "demo"

BEGUN = {
    "ademruimte": (
        {
            "name": "Ademruimte (fictief) vzw",
            "kbo_number": "0900051023",
            "legal_form": "vzw",
            "city": "Herne",
        },
        {
            sections.SUMMARY: {
                "title": "Iemand om mee te praten, dicht bij huis",
                "summary": "In drie dorpen houden psychologen en vrijwilligers een praathuis open, "
                "zonder afspraak en zonder rekening.",
            },
            sections.CHALLENGES: {
                "challenges": [
                    {
                        "number": 4,
                        "how": "Achter een verslaving zit vaak verdriet. In het praathuis luistert eerst een "
                        "vrijwilliger; een psycholoog is altijd in de buurt.",
                    },
                    {"number": 5, "how": ""},
                ]
            },
            sections.MUNICIPALITIES: {"municipalities": ["Bever", "Galmaarden", "Herne"]},
        },
    ),
    "bruggenbouw": (
        {"name": "Bruggenbouw Pajot (fictief)", "legal_form": "association", "city": "Gooik"},
        {sections.SUMMARY: {"title": "Een trajectgezel die meegaat", "summary": ""}},
    ),
}

VISIBLE = {"wielewerk": True, "kiekeboe": True, "taaltafel": False, "herwonnen": False, "ademruimte": False}


@transaction.atomic
def seed_demo(call: Call) -> None:
    """Seed `call`, whose filing is open on 21 August 2023; a second time changes nothing.

    Raises PermissionDenied outside practice mode.
    """
    if not settings.PORTAL_DEMO:
        raise PermissionDenied("Demo data is for practice mode only: set PORTAL_DEMO=1.")
    if not PracticeClock.objects.exists():
        set_clock(to=OPENS_AT)
    if call.proposals.exists():
        return
    load_proposals(DOCUMENTS / "filed.json", call=call, file=True)
    load_proposals(DOCUMENTS / "complete.json", call=call)
    for domain, (facts, answers) in BEGUN.items():
        _begin(call, domain, facts, answers)
    seed_people(call)
    for domain, with_name in VISIBLE.items():
        _make_visible(call, domain, with_name)
    with (DOCUMENTS / "kandidatuur.eml").open("rb") as message:
        take_mail(call=call, message=message, by=None, received_at=OPENS_AT)
    ensure_criteria(call=call)


def _make_visible(call, domain, with_name):
    proposal = call.proposals.get(organisation__email=f"info@{domain}.example")
    owner = proposal.organisation.memberships.select_related("user").first().user
    show_candidacy(proposal=proposal, with_name=with_name, by=owner)


def _begin(call, domain, facts, answers):
    user = partner(domain, f"Partner van {facts['name'].partition(' (')[0]}")
    organisation = Organisation.objects.filter(name=facts["name"]).first() or create_organisation(
        by=user, email=f"info@{domain}.example", **facts
    )
    proposal = start_proposal(call=call, organisation=organisation, by=user, received_at=BEGUN_AT)
    for section, values in answers.items():
        proposal = save_section(
            proposal=proposal,
            section=section,
            values=values,
            revision=proposal.revision,
            by=user,
            received_at=BEGUN_AT,
        )

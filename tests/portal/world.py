"""A call that was lived through to the right of reply, and one person of every kind beside it."""

from types import SimpleNamespace

from django.conf import settings
from django.core.files.base import ContentFile

from accounts.actions import invite_colleague
from accounts.models import Membership, Role, User
from decisions.models import Purge
from decisions.replies import assess_reply, reply_to_decision
from dossiers.actions import render, request_bundle, request_dossier
from journal import clock
from matching.models import Composition
from notifications.delivery import deliver_waiting
from notifications.models import Message
from pajotarl_portal.demo.life import REPLY_AT, live_until
from pajotarl_portal.demo.seed import seed_demo
from personas.models import Persona
from pitches.actions import declare_unavailability
from pitches.models import Pitch
from reviews.actions import declare_conflicts
from reviews.queries import organisations_to_declare
from submissions.intake.actions import Choices, register_intake
from submissions.models import Intake, Proposal
from tests.factories import CallFactory, MembershipFactory, ProposalFactory, brussels, person_with_role

SHEET = settings.BASE_DIR / "data" / "demo" / "jaarverslag.pdf"

PEOPLE = {
    "partner": "partner@wielewerk.example",
    "other": "partner@kiekeboe.example",
    "reviewer": "lezer1@regio.example",
    "coordinator": "coordinator@regio.example",
    "jury": "jury1@jury.example",
}


def lived_through(call) -> SimpleNamespace:
    """`people` by kind, and every thing that an address can name."""
    seed_demo(call)
    live_until(call, "reply")
    deliver_waiting()
    people = {kind: User.objects.get(email=email) for kind, email in PEOPLE.items()}
    people["elsewhere"] = person_with_role(Role.Kind.COORDINATOR, CallFactory())
    proposal = Proposal.objects.get(external_id="demo-wielewerk")
    Persona.objects.earliest("position").sheet.save("fiche.pdf", ContentFile(SHEET.read_bytes()))
    return SimpleNamespace(people=people, things=_things(call, proposal, people))


def _registered(call, coordinator) -> Intake:
    """The candidacy that came by e-mail, registered for a new organisation but not filed."""
    facts = {"name": "De Wasdraad (fictief) vzw", "legal_form": "vzw", "kbo_number": "0900052013"}
    choices = Choices(facts=facts | {"city": "Lennik", "email": "info@dewasdraad.example"})
    intake = Intake.objects.get(call=call)
    register_intake(intake=intake, choices=choices, by=coordinator, received_at=clock.now())
    return intake


def _things(call, proposal, people) -> dict:
    house = proposal.organisation
    colleague = MembershipFactory(organisation=house, role=Membership.Role.EDITOR)
    invitation = invite_colleague(
        organisation=house, email="nieuw@elders.example", role="editor", by=people["partner"]
    )
    reply = _replied_and_assessed(proposal, by=people["partner"])
    run = call.runs.latest("pk")
    hours = declare_unavailability(
        call=call,
        juror=people["jury"],
        start=brussels(2023, 9, 14, 9),
        end=brussels(2023, 9, 14, 12),
        by=people["jury"],
    )
    bundle = request_bundle(call=call, by=people["jury"])
    dossier = request_dossier(proposal=proposal, by=people["jury"])
    for rendering in (bundle, dossier):
        render(rendering.pk)
    return {
        "call": call.slug,
        "format": "csv",
        "call_key": call.pk,
        "timetable": call.timetable.pk,
        "run": run.pk,
        "composition": Composition.objects.latest("pk").pk,
        "scored": run.scored.filter(version__proposal=proposal).get().pk,
        "hours": hours.pk,
        "number": 1,
        "persona": Persona.objects.earliest("position").slug,
        "organisation": house.pk,
        "member": colleague.pk,
        "invitation": invitation.pk,
        "token": invitation.token,
        "message": Message.objects.filter(organisation=house, status="sent").earliest("created_at").pk,
        "proposal": proposal.pk,
        "earlier": ProposalFactory(organisation=house).pk,
        "section": "samenvatting",
        "intake": _registered(call, people["coordinator"]).pk,
        "attachment": proposal.attachments.get().pk,
        "pitch": Pitch.objects.get(proposal=proposal).pk,
        "rendering": bundle.pk,
        "dossier": dossier.pk,
        "purge": _purge_done(call, people["coordinator"]).pk,
        "reply_file": reply.attachments.get().pk,
    }


def _purge_done(call, coordinator) -> Purge:
    """Of nothing, so that the world stays as it is: its certificate can be downloaded."""
    at = clock.now()
    return Purge.objects.create(
        call=call,
        stage="rejected",
        plan={"counts": {}, "proposals": [], "digests": {}},
        digest="d" * 64,
        status="done",
        requested_by=coordinator,
        requested_at=at,
        approved_by=User.objects.get(email="tweede@regio.example"),
        approved_at=at,
        done_at=at,
    )


def _replied_and_assessed(proposal, *, by):
    """A reply with a document on the decision, upheld by a reader who had no part in it."""
    reply = reply_to_decision(
        decision=proposal.decision,
        text="Onze aanpak staat wel uitgewerkt.",
        disputes=["aanpak"],
        files=[ContentFile(SHEET.read_bytes(), name="aanpak.pdf")],
        by=by,
        received_at=REPLY_AT,
    )
    assessor = person_with_role(Role.Kind.REVIEWER, proposal.call)
    houses = organisations_to_declare(user=assessor, call=proposal.call)
    declare_conflicts(
        user=assessor, call=proposal.call, declarations={house.pk: ("none", "") for house in houses}
    )
    assess_reply(reply=reply, outcome="upheld", reasons="De letter van de brief blijft.", by=assessor)
    return reply

"""Fictitious people, organisations and calls."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from accounts.models import Membership, Organisation, Role, User
from challenges.models import (
    Call,
    Challenge,
    Milestone,
    Municipality,
    Need,
    Region,
    RegionMunicipality,
    ServiceType,
)
from submissions.actions import file_proposal
from submissions.answers import write
from submissions.models import Proposal

BRUSSELS = ZoneInfo("Europe/Brussels")
PASSWORD = "een-lang-wachtwoord"


def brussels(*parts) -> datetime:
    """A moment in Brussels time: `brussels(2023, 9, 1, 23, 59)`."""
    return datetime(*parts, tzinfo=BRUSSELS)


def kbo_number(serial: int) -> str:
    """A KBO number from the unissued 0900 range with valid check digits."""
    first = f"0900{serial:04}"
    return f"{first}{97 - int(first) % 97:02}"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"persoon{n}@adres{n}.example")
    name = factory.Sequence(lambda n: f"Persoon {n}")

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        from allauth.account.models import EmailAddress

        if create and extracted is not False:
            self.set_password(PASSWORD)
            self.save()
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Oefenvereniging {n} vzw")
    kbo_number = factory.Sequence(lambda n: kbo_number(n + 1))
    legal_form = "vzw"
    city = "Gooik"
    email = factory.Sequence(lambda n: f"info@oefenvereniging{n}.example")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = "owner"


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region

    slug = factory.Sequence(lambda n: f"regio-{n}")
    name = factory.Sequence(lambda n: f"Oefenregio {n}")


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    nis = factory.Sequence(lambda n: f"{90000 + n}")
    name = factory.Sequence(lambda n: f"Oefendorp {n}")
    inhabitants = 5000


class CallFactory(DjangoModelFactory):
    """A small call that takes candidacies from 23 June to 1 September 2023, 23:59 Brussels time."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"oefenoproep-{n}")
    region = factory.SubFactory(RegionFactory)
    title = factory.Sequence(lambda n: f"Oefenoproep {n}")
    programme = "Oefenprogramma"
    edition = 2023

    @factory.post_generation
    def filing(self, create, extracted, **kwargs):
        Milestone.objects.create(
            call=self,
            kind=Milestone.Kind.FILING,
            starts=brussels(2023, 6, 23),
            until=extracted or brussels(2023, 9, 2),
        )

    @factory.post_generation
    def needs(self, create, extracted, **kwargs):
        RegionMunicipality.objects.create(region=self.region, municipality=MunicipalityFactory())
        for number in (1, 2):
            challenge = Challenge.objects.create(
                call=self, number=number, title=f"Oefenuitdaging {number}", target_group="Wie wil werken."
            )
            service = ServiceType.objects.create(
                call=self, slug=f"dienst-{number}", need=f"Nood {number}", service="Dienst", position=number
            )
            Need.objects.create(challenge=challenge, service_type=service, weight=number)


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = Role

    user = factory.SubFactory(UserFactory)
    kind = Role.Kind.COORDINATOR


def person_with_role(kind, call) -> User:
    """A coordinator, reviewer or jury member of `call`."""
    role = RoleFactory(kind=kind, region=call.region, call=call if kind == Role.Kind.JURY else None)
    return role.user


class ProposalFactory(DjangoModelFactory):
    """A draft, empty but for its title; give it a member with `MembershipFactory`."""

    class Meta:
        model = Proposal

    call = factory.SubFactory(CallFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Oefenvoorstel {n}")
    created_at = updated_at = datetime(2023, 7, 1, tzinfo=UTC)


FILED_AT = brussels(2023, 8, 28, 9, 0)


def complete_answers(call, **answers) -> dict:
    """Everything a proposal of `call` needs before it can be filed; name a key to answer otherwise."""
    return {
        "contact": {"name": "Contactpersoon", "email": "contact@organisatie.example", "phone": None},
        "title": "Samen op weg",
        "summary": "Wij helpen mensen op weg naar werk.",
        "challenges": [
            {"number": call.challenges.first().number, "how": "Wij gaan bij de mensen thuis langs."}
        ],
        "service_types": [
            {"slug": call.service_types.first().slug, "how": "In kleine groepen.", "clients_per_year": 20}
        ],
        "municipalities": [call.region.municipalities.first().name],
        "working_principles": [],
        "priority_expertise": [],
        "approach": "Eerst een koffie, dan een plan.",
        "experience": "Wij doen dit al negen jaar.",
        "budget_eur_per_year": 50_000,
        "clients_per_year": 40,
        **answers,
    }


def complete_proposal(*, call=None, organisation=None, answers=None, **fields) -> Proposal:
    """A draft that can be filed; `answers` by the keys of the proposal document."""
    proposal = ProposalFactory(call=call or CallFactory(), organisation=organisation or OrganisationFactory())
    write(proposal, complete_answers(proposal.call, **(answers or {})))
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save()
    return proposal


def filed_proposal(*, call=None, organisation=None, by=None, received_at=FILED_AT, answers=None, **fields):
    """A proposal that went through `file_proposal`; `fields` (a status, say) are set afterwards."""
    proposal = complete_proposal(call=call, organisation=organisation, answers=answers)
    file_proposal(proposal=proposal, by=by, received_at=received_at)
    if fields:
        Proposal.objects.filter(pk=proposal.pk).update(**fields)
    proposal.refresh_from_db()
    return proposal

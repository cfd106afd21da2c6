import pytest

from accounts.models import Role
from reviews.actions import declare_conflicts
from tests.factories import OrganisationFactory, filed_proposal, person_with_role


@pytest.fixture
def shortlist(pajotarl):
    """Three shortlisted proposals of the region's call, by reference."""
    names = ["Trapkracht", "Veerpunt", "Samenspel"]
    houses = [OrganisationFactory(name=name, email=f"info@{name.lower()}.example") for name in names]
    return [filed_proposal(call=pajotarl, organisation=house, status="shortlisted") for house in houses]


@pytest.fixture
def juror(pajotarl, shortlist):
    """A jury member who declared a conflict with the last organisation and none with the others."""
    person = person_with_role(Role.Kind.JURY, pajotarl)
    declarations = {proposal.organisation_id: ("none", "") for proposal in shortlist}
    declarations[shortlist[-1].organisation_id] = ("family", "Mijn zus werkt daar.")
    declare_conflicts(user=person, call=pajotarl, declarations=declarations)
    return person

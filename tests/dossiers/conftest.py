from datetime import datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.models import Role
from pitches.models import Pitch
from reviews.actions import declare_conflicts
from submissions.actions import file_proposal
from submissions.attaching import put_file
from submissions.files import examine, kept_on_success
from submissions.models import Proposal
from tests.factories import FILED_AT, OrganisationFactory, complete_proposal, filed_proposal, person_with_role
from tests.submissions import uploads


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


@pytest.fixture
def announced(pajotarl):
    """`announced(proposal, "2023-09-13 10:00")` gives a pitch that its organisation was told of."""

    def tell(proposal, start: str) -> Pitch:
        opens = datetime.fromisoformat(start).replace(tzinfo=pajotarl.zone)
        return Pitch.objects.create(
            call=pajotarl,
            proposal=proposal,
            organisation=proposal.organisation,
            told_room="Zaal 1",
            told_during=DateTimeTZRange(opens, opens + timedelta(minutes=25)),
            invitations=1,
        )

    return tell


@pytest.fixture
def with_attachments(pajotarl, juror):
    """A shortlisted proposal with a PDF of two pages, two pictures and a spreadsheet; the juror declared."""
    proposal = complete_proposal(call=pajotarl, organisation=OrganisationFactory(name="Bijlagenhuis"))
    files = {
        "verslag.pdf": uploads.pdf(2),
        "foto.jpg": uploads.picture("JPEG", size=(600, 400)),
        "logo.png": uploads.picture("PNG"),
        "cijfers.xlsx": uploads.xlsx(),
    }
    for minutes, (name, file) in enumerate(files.items(), start=-9):
        found = examine(file, name=name)
        with kept_on_success():
            put_file(
                proposal=proposal,
                file=file,
                found=found,
                kind="",
                by=None,
                at=FILED_AT + timedelta(minutes=minutes),
            )
    file_proposal(proposal=proposal, by=None, received_at=FILED_AT)
    Proposal.objects.filter(pk=proposal.pk).update(status="shortlisted")
    declare_conflicts(user=juror, call=pajotarl, declarations={proposal.organisation_id: ("none", "")})
    proposal.refresh_from_db()
    return proposal

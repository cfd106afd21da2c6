import pytest

from dossiers import rules
from dossiers.models import Rendering
from reviews.actions import declare_conflicts
from tests.factories import MembershipFactory, UserFactory, complete_proposal, person_with_role

pytestmark = pytest.mark.django_db


def bundle_of(juror, call, proposals):
    references = [proposal.reference for proposal in proposals]
    return Rendering(kind="bundle", call=call, requested_by=juror, holds=references)


def test_a_draft_has_no_dossier(pajotarl):
    proposal = complete_proposal(call=pajotarl)
    member = MembershipFactory(organisation=proposal.organisation).user

    assert not rules.may_have_dossier(member, proposal)


def test_the_organisation_has_its_own_dossier_only(shortlist):
    member = MembershipFactory(organisation=shortlist[0].organisation).user

    assert rules.may_have_dossier(member, shortlist[0])
    assert not rules.may_have_dossier(member, shortlist[1])


@pytest.mark.parametrize(("kind", "may"), [("coordinator", True), ("reviewer", True), ("jury", True)])
def test_everyone_with_a_role_in_the_call_has_a_bundle(pajotarl, kind, may):
    assert rules.may_have_bundle(person_with_role(kind, pajotarl), call=pajotarl) is may
    assert not rules.may_have_bundle(UserFactory(), call=pajotarl)


def test_a_bundle_is_downloaded_by_who_asked_for_it(pajotarl, shortlist, juror):
    rendering = bundle_of(juror, pajotarl, shortlist[:2])

    assert rules.may_download(juror, rendering)
    assert not rules.may_download(person_with_role("jury", pajotarl), rendering)


def test_a_bundle_is_closed_by_a_conflict_declared_later(pajotarl, shortlist, juror):
    rendering = bundle_of(juror, pajotarl, shortlist[:2])

    declare_conflicts(
        user=juror, call=pajotarl, declarations={shortlist[0].organisation_id: ("financial", "Aandelen.")}
    )

    assert not rules.may_download(juror, rendering)


def test_a_bundle_is_closed_when_the_role_ends(pajotarl, shortlist, juror):
    rendering = bundle_of(juror, pajotarl, shortlist[:2])
    juror.roles.all().delete()

    assert not rules.may_download(type(juror).objects.get(pk=juror.pk), rendering)


def test_a_dossier_follows_the_right_to_read_its_proposal(shortlist, juror):
    rendering = Rendering(kind="dossier", proposal=shortlist[-1], requested_by=juror)

    assert not rules.may_download(juror, rendering)

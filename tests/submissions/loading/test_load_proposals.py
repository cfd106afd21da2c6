import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from journal.models import Entry
from notifications.models import Message
from submissions import actions, document
from submissions.models import Proposal, Version
from tests.factories import MembershipFactory, brussels, kbo_number
from tests.submissions import uploads

pytestmark = pytest.mark.django_db

IN_JULY = brussels(2023, 7, 3)


def candidacy(**keys) -> dict:
    return {
        "external_id": "k-1",
        "organisation": {
            "name": "Oefenatelier vzw",
            "kbo_number": "0900.013.708",
            "legal_form": "vzw",
            "city": "Galmaarden",
            "email": "info@oefenatelier.example",
            "phone": None,
            "website": "https://www.oefenatelier.example",
        },
        "contact": {"name": "Contactpersoon", "email": "contact@oefenatelier.example", "phone": None},
        "title": "Op eigen kracht onderweg",
        "summary": "Een fietsatelier.",
        "challenges": [{"number": 3, "how": "Samen fietsen."}, {"number": 1, "how": "Een fiets lenen."}],
        "service_types": [{"slug": "mobiliteit", "how": "In groepjes.", "clients_per_year": 20}],
        "municipalities": ["Galmaarden", "23009"],
        "working_principles": [{"slug": "nazorg", "how": ""}],
        "priority_expertise": ["alleenstaande-ouders"],
        "approach": "Eerst een koffie.\nDan de fiets.",
        "experience": "",
        "budget_eur_per_year": 58500,
        "clients_per_year": 40,
        "attachments": [],
        "filed_at": "2023-08-28T08:58:00+02:00",
        **keys,
    }


@pytest.fixture
def load(pajotarl, tmp_path, capsys, settings):
    """Write candidacies to a file and load it; returns (exit code, what was printed as JSON)."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def run(*candidacies, options=("--file",), tree=None):
        path = tmp_path / "proposals.json"
        path.write_text(json.dumps(tree or {"proposals": candidacies}))
        try:
            call_command("load_proposals", path, "--call", "pajotarl-2023", "--format", "json", *options)
        except SystemExit as stop:
            return stop.code, json.loads(capsys.readouterr().err)
        return 0, json.loads(capsys.readouterr().out)

    with time_machine.travel(IN_JULY, tick=False):
        yield run


def places(result):
    code, printed = result
    assert code == 1
    assert all(error["message"] and error["mend"] for error in printed["errors"])
    return [error["place"] for error in printed["errors"]]


def counts(created=0, updated=0, unchanged=0, filed=0):
    return 0, {"created": created, "updated": updated, "unchanged": unchanged, "filed": filed}


def test_load_creates_and_files_at_its_own_instant(load):
    assert load(candidacy()) == counts(created=1, filed=1)

    version = Version.objects.get()
    assert version.received_at == brussels(2023, 8, 28, 8, 58)
    assert version.proposal.reference == "PAJOTARL-2023-001"
    assert version.content["municipalities"] == ["Bever", "Galmaarden"]
    assert [row["number"] for row in version.content["challenges"]] == [1, 3]
    assert version.content["organisation"]["kbo_number"] == "0900013708"
    assert Message.objects.get().recipient == "contact@oefenatelier.example"


def test_load_without_file_leaves_a_draft(load):
    assert load(candidacy(), options=()) == counts(created=1)
    assert Proposal.objects.get().status == "draft"


def test_load_again_changes_nothing(load):
    load(candidacy())
    entries = Entry.objects.count()

    assert load(candidacy()) == counts(unchanged=1)
    assert Entry.objects.count() == entries


def test_load_what_changed_updates_and_files_a_next_version(load):
    load(candidacy())

    assert load(candidacy(title="Beter", working_principles=[])) == counts(updated=1, filed=1)

    assert Proposal.objects.get().title == "Beter"
    assert [version.number for version in Version.objects.all()] == [2, 1]


def test_load_drafts_and_file_them_later(load):
    load(candidacy(), options=())

    assert load(candidacy()) == counts(unchanged=1, filed=1)


def test_load_leaves_what_the_organisation_withdrew(load):
    load(candidacy())
    proposal = Proposal.objects.get()
    user = MembershipFactory(organisation=proposal.organisation).user
    actions.withdraw_proposal(proposal=proposal, by=user, received_at=IN_JULY)

    assert load(candidacy()) == counts(unchanged=1)
    assert Proposal.objects.get().status == "withdrawn"


def test_load_organisation_facts_until_it_has_members(load):
    load(candidacy())
    facts = {**candidacy()["organisation"], "city": "Bever"}

    assert load(candidacy(organisation=facts)) == counts(updated=1, filed=1)
    MembershipFactory(organisation=Organisation.objects.get())
    assert load(candidacy(organisation={**facts, "city": "Lennik"})) == counts(unchanged=1)
    assert Organisation.objects.get().city == "Bever"


def test_load_association_without_number_is_known_by_its_name(load):
    facts = {**candidacy()["organisation"], "kbo_number": None, "legal_form": "association"}
    load(candidacy(organisation=facts), options=())

    assert load(candidacy(organisation=facts), options=()) == counts(unchanged=1)
    assert Organisation.objects.get().kbo_number is None


def test_load_attachments_beside_the_document(load, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(uploads.pdf().read())
    with_file = candidacy(attachments=[{"path": "plan.pdf", "kind": "plan"}])

    assert load(with_file) == counts(created=1, filed=1)
    assert load(with_file) == counts(unchanged=1)
    assert Version.objects.get().content["attachments"][0]["name"] == "plan.pdf"
    assert load(candidacy()) == counts(updated=1, filed=1)
    assert document.content_in(Version.objects.first().document)["attachments"] == []


def test_load_at_the_deadline_is_refused_and_changes_nothing(load):
    late = candidacy(external_id="k-2", filed_at="2023-09-02T00:00:00+02:00")
    other = {**candidacy()["organisation"], "kbo_number": kbo_number(2)}

    result = load(candidacy(), {**late, "organisation": other})

    assert places(result) == ["proposals[1].filed_at"]
    assert not Proposal.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("filed_at", "now", "expected"),
    [
        ("2023-09-01T23:59:59.999+02:00", IN_JULY, 0),
        ("2023-06-22T12:00:00+02:00", IN_JULY, 1),
        (None, IN_JULY, 0),
        (None, brussels(2023, 9, 2), 1),
    ],
)
def test_load_files_by_the_same_deadline_as_everyone(load, filed_at, now, expected):
    with time_machine.travel(now, tick=False):
        code, _ = load(candidacy(filed_at=filed_at))

    assert code == expected


def test_load_names_every_problem_by_its_place_at_once(load):
    wrong = candidacy(
        organisation={**candidacy()["organisation"], "kbo_number": "0900.013.709", "website": "geen"},
        contact={"name": "", "email": "geen adres"},
        title="x" * 121,
        challenges=[{"number": 9, "how": "y" * 1501}],
        service_types=[{"slug": "onbekend", "how": ""}],
        municipalities=["Pajottegem"],
        working_principles=[{"slug": "nazorg", "how": ""}, {"slug": "nazorg", "how": ""}],
        priority_expertise="geen lijst",
        approach=None,
        budget_eur_per_year=0,
        attachments=[{"path": "../geheim.pdf", "kind": ""}],
        filed_at="2023-08-28T08:58:00",
        kleur="blauw",
    )
    del wrong["clients_per_year"]
    same = candidacy(organisation=wrong["organisation"])

    found = places(load(wrong, same))

    assert found == [
        "proposals[0].organisation.kbo_number",
        "proposals[0].organisation.website",
        "proposals[0].contact.name",
        "proposals[0].contact.email",
        "proposals[0].title",
        "proposals[0].challenges[0].number",
        "proposals[0].challenges[0].how",
        "proposals[0].service_types[0].slug",
        "proposals[0].municipalities[0]",
        "proposals[0].working_principles",
        "proposals[0].priority_expertise",
        "proposals[0].approach",
        "proposals[0].budget_eur_per_year",
        "proposals[0].clients_per_year",
        "proposals[0].attachments[0].path",
        "proposals[0].filed_at",
        "proposals[0].kleur",
        "proposals[1].organisation.kbo_number",
        "proposals[1].organisation.website",
        "proposals[1].external_id",
        "proposals[1].organisation",
    ]


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ([1], "document"),
        ({"proposals": {}}, "proposals"),
        ({"proposals": [7]}, "proposals[0]"),
        ({"proposals": [{"external_id": 7, "organisation": "x"}]}, "proposals[0].external_id"),
    ],
)
def test_load_of_another_shape_names_the_place(load, tree, place):
    assert places(load(tree=tree))[0] == place


def test_load_refuses_what_cannot_be_filed_yet(load):
    incomplete = candidacy(summary="", service_types=[{"slug": "mobiliteit", "how": ""}])

    assert load(incomplete, options=()) == counts(created=1)
    assert places(load(incomplete)) == [
        "proposals[0].summary",
        "proposals[0].service_types[0].how",
        "proposals[0].service_types[0].clients_per_year",
    ]


def test_load_refuses_a_number_missing_from_a_vzw(load):
    facts = {**candidacy()["organisation"], "kbo_number": None}

    assert places(load(candidacy(organisation=facts))) == ["proposals[0].organisation.kbo_number"]


def test_load_refuses_a_damaged_attachment(load, tmp_path):
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.4 afgebroken")

    result = load(candidacy(attachments=[{"path": "plan.pdf", "kind": ""}]))

    assert places(result) == ["proposals[0].attachments[0].path"]


def test_load_refuses_a_second_candidacy_of_one_organisation(load):
    load(candidacy())

    assert places(load(candidacy(external_id="k-2"))) == ["proposals[0].organisation"]


def test_load_refuses_a_key_of_another_organisation(load):
    load(candidacy())
    other = {**candidacy()["organisation"], "kbo_number": kbo_number(2)}

    assert places(load(candidacy(organisation=other))) == ["proposals[0].external_id"]


def test_load_refuses_what_is_under_review(load):
    load(candidacy())
    Proposal.objects.update(status="admissible")

    assert places(load(candidacy())) == ["proposals[0]"]


@pytest.mark.parametrize(
    ("content", "place"), [(None, "document"), (b"{geen json", "document"), (b"\xff", "document")]
)
def test_load_of_an_unreadable_file_says_so(pajotarl, tmp_path, capsys, content, place):
    path = tmp_path / "proposals.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SystemExit):
        call_command("load_proposals", path, "--call", "pajotarl-2023", "--format", "json")

    assert json.loads(capsys.readouterr().err)["errors"][0]["place"] == place


def test_load_into_an_unknown_call_names_the_known_ones(pajotarl, tmp_path):
    with pytest.raises(CommandError, match="pajotarl-2023"):
        call_command("load_proposals", tmp_path / "x.json", "--call", "elders-2023")


def test_load_prints_a_table_for_people(pajotarl, tmp_path, capsys):
    path = tmp_path / "proposals.json"
    path.write_text(json.dumps({"proposals": [candidacy()]}))

    call_command("load_proposals", path, "--call", "pajotarl-2023")

    assert capsys.readouterr().out.split()[1::2] == ["1", "0", "0", "0"]

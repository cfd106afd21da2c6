from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from challenges.actions import load_call, load_call_once
from challenges.call_file.problems import CallRefused
from challenges.models import Call, Challenge, Municipality, Need, Region
from journal.models import Entry
from personas.models import Persona
from submissions.models import ProposalChallenge
from tests.challenges.call_file.samples import bent, small
from tests.factories import ProposalFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDENDUM = settings.BASE_DIR / "data" / "pajotarl-2023.yaml"


def problems(source, **options) -> list[str]:
    with pytest.raises(CallRefused) as refusal:
        load_call(source, **options)
    return [problem.place for problem in refusal.value.problems]


def test_addendum_loads_in_its_order(pajotarl):
    challenges = list(pajotarl.challenges.all())

    assert [challenge.title for challenge in challenges] == [
        "Armoede en basisbehoeften",
        "Anderstaligen met een migratieachtergrond",
        "Ouders, vaak alleenstaand",
        "Verslaving en psychische kwetsbaarheid",
        "Medische en psychische klachten",
    ]
    assert [persona.name for persona in challenges[0].people] == ["Chadia", "John", "Cornel"]
    assert pajotarl.service_types.count() == 11
    assert pajotarl.working_principles.count() == 7
    assert pajotarl.contacts.count() == 3
    assert Need.objects.filter(challenge__call=pajotarl, assumed=True).count() == 25


def test_deadline_is_the_first_moment_that_no_longer_counts(pajotarl):
    filing = pajotarl.milestones.get(kind="filing")

    assert filing.until == datetime(2023, 9, 1, 22, tzinfo=UTC)
    assert filing.contains(datetime(2023, 9, 1, 21, 59, 59, 999999, tzinfo=UTC)) is True
    assert filing.contains(filing.until) is False


def test_loading_again_changes_nothing():
    first = load_call(ADDENDUM)

    again = load_call(str(ADDENDUM))

    assert again.document() == {"created": 0, "updated": 0, "unchanged": first.created, "filed": 0}
    assert Entry.objects.filter(verb="call.loaded").count() == 1


def test_loading_is_journalled_with_who_did_it():
    person = UserFactory()

    loaded = load_call(small(), by=person)

    entry = Entry.objects.get(verb="call.loaded")
    assert entry.actor == f"accounts.user:{person.pk}"
    assert entry.call == "oefenregio-2024"
    assert entry.payload == loaded.document()


def test_next_start_keeps_what_staff_changed():
    call = load_call_once(small())
    call.working_principles.create(slug="nieuw", name="Nieuw principe", position=1)
    call.milestones.filter(kind="pitches").update(says="14 mei 2024")

    again = load_call_once(small())

    assert again == call
    assert again.working_principles.count() == 2
    assert again.milestones.get(kind="pitches").says == "14 mei 2024"


def test_changed_file_updates_what_differs():
    load_call(small())

    loaded = load_call(bent("challenges.0.title", "Andere titel"))

    assert (loaded.created, loaded.updated) == (0, 1)
    assert loaded.call.challenges.get().title == "Andere titel"


def test_wrong_file_changes_nothing():
    load_call(small())
    wrong = bent("challenges.0.title", "Andere titel")
    wrong["contacts"][0]["email"] = "geen adres"

    assert problems(wrong) == ["contacts[0].email"]
    assert Challenge.objects.get().title == "Eerste uitdaging"


def test_merged_municipalities_end_when_pajottegem_begins(pajotarl):
    pajottegem = Municipality.objects.get(nis="23106")

    assert pajottegem.valid_from == date(2025, 1, 1)
    assert pajottegem.inhabitants == 24724
    assert pajottegem.postcodes == ["1540", "1541", "1570", "1755"]
    assert list(pajottegem.merged.values_list("name", "valid_until")) == [
        ("Galmaarden", date(2025, 1, 1)),
        ("Gooik", date(2025, 1, 1)),
        ("Herne", date(2025, 1, 1)),
    ]
    assert pajotarl.region.municipalities.filter(nis="23106").exists()


def test_file_may_list_the_merged_municipality_itself():
    tree = small()
    tree["region"]["municipalities"].append(
        {"nis": "23106", "name": "Pajottegem", "postcodes": ["1540"], "inhabitants": 25000}
    )

    load_call(tree)

    pajottegem = Municipality.objects.get(nis="23106")
    assert (pajottegem.inhabitants, pajottegem.valid_from) == (25000, date(2025, 1, 1))


def test_other_edition_is_another_call_of_the_same_region(pajotarl):
    later = load_call(ADDENDUM, edition=2026).call

    assert later.slug == "pajotarl-2026"
    assert later.region == pajotarl.region
    assert later.milestones.get(kind="filing").until == datetime(2026, 9, 1, 22, tzinfo=UTC)
    assert later.milestones.get(kind="pitches").reserve == [date(2026, 9, 14), date(2026, 9, 15)]
    assert later.milestones.get(kind="filing").says == "1 september 2026, 23u59"
    assert Call.objects.get(slug="pajotarl-2023") == pajotarl


def test_second_call_of_an_edition_is_refused():
    load_call(small())

    assert problems(bent("call.slug", "anders")) == ["call.edition"]


def test_slug_of_another_region_is_refused():
    load_call(small())

    assert problems(bent("region.slug", "andere-regio")) == ["call.slug"]
    assert Region.objects.count() == 1


def test_persona_of_another_region_keeps_its_name(pajotarl):
    tree = bent("personas.0", {"slug": "john", "name": "Johan"})
    tree["challenges"][0]["personas"] = ["john"]

    assert problems(tree) == ["personas[0].name"]
    assert Persona.objects.get(slug="john").name == "John"


def test_silent_file_keeps_the_words_that_staff_wrote():
    call = load_call(small()).call
    call.headline = "Samen aan het werk"
    call.save()

    assert load_call(small()).call.headline == "Samen aan het werk"


def test_day_of_erasure_moves_with_the_edition():
    loaded = load_call(bent("call.keep_until", "2024-02-29"), edition=2026)

    assert loaded.call.keep_until == date(2026, 3, 1)


def test_silent_file_keeps_the_description_that_staff_wrote():
    load_call(small())
    Persona.objects.filter(slug="ann").update(description="Zoekt werk.")

    load_call(small())

    assert Persona.objects.get(slug="ann").description == "Zoekt werk."


def test_written_description_is_loaded():
    load_call(bent("personas.0.description", "Zoekt werk."))

    assert Persona.objects.get(slug="ann").description == "Zoekt werk."


def test_weight_confirmed_by_staff_stays_confirmed_while_it_is_the_same():
    load_call(small())
    Need.objects.update(assumed=False)

    loaded = load_call(bent("challenges.0.service_types.praten", 2))

    needs = loaded.call.challenges.get().needs.values_list("service_type__slug", "weight", "assumed")
    assert list(needs) == [("fietsen", 3, False), ("praten", 2, True)]


def test_weight_may_be_said_not_to_be_assumed():
    load_call(bent("challenges.0.service_types.praten", {"weight": 2, "assumed": False}))

    assert Need.objects.get(service_type__slug="praten").assumed is False


def test_part_that_left_the_file_is_removed():
    load_call(small())
    tree = bent("service_types.1", ...)
    del tree["challenges"][0]["service_types"]["praten"]
    del tree["milestones"][1], tree["personas"][1], tree["challenges"][0]["personas"][1]

    loaded = load_call(tree)

    assert [service.slug for service in loaded.call.service_types.all()] == ["fietsen"]
    assert loaded.call.milestones.count() == 1
    assert loaded.document() == {"created": 0, "updated": 3, "unchanged": 15, "filed": 0}
    assert Persona.objects.filter(slug="bob").exists()


@pytest.mark.parametrize("part", ["challenges", "priority_expertise"])
def test_part_that_candidacies_build_on_stays(part):
    tree = small()
    tree["challenges"].append({**tree["challenges"][0], "number": 2})
    call = load_call(tree).call
    proposal = ProposalFactory(call=call)
    ProposalChallenge.objects.create(proposal=proposal, challenge=call.challenges.get(number=2))
    proposal.priority_expertise.add(call.priority_expertise.get())
    tree[part] = tree[part][:-1]

    assert problems(tree) == [part]
    assert call.challenges.count() == 2
    assert call.priority_expertise.count() == 1


def test_municipality_leaves_a_region_without_candidacies():
    load_call(small())

    loaded = load_call(bent("region.municipalities.1", ...))

    assert [each.name for each in loaded.call.region.municipalities.all()] == ["Oefendorp"]


def test_municipality_of_a_candidacy_stays():
    call = load_call(small()).call
    ProposalFactory(call=call).municipalities.add(Municipality.objects.get(name="Proefstad"))

    assert problems(bent("region.municipalities.1", ...)) == ["region.municipalities"]


def test_municipality_of_another_call_stays():
    load_call(small())
    load_call(small(), edition=2025)

    assert problems(bent("region.municipalities.1", ...)) == ["region.municipalities"]


def test_new_edition_may_list_only_the_merged_municipality(pajotarl):
    before = pajotarl.region.municipalities.count()
    tree = ADDENDUM.read_text(encoding="utf-8")
    lines = [line for line in tree.splitlines() if "merged_into:" not in line]
    at = next(index for index, line in enumerate(lines) if "nis:" in line)
    lines.insert(at, '    - {nis: "23106", name: Pajottegem, postcodes: ["1540"], inhabitants: 24724}')
    file = Path(settings.PORTAL_DATA) / "later.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")

    load_call(file, edition=2027)

    assert pajotarl.region.municipalities.count() == before

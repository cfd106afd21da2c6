import pytest
import yaml
from django.conf import settings

from challenges.call_file.checking import checked, mergers
from challenges.call_file.problems import CallRefused
from tests.challenges.call_file.samples import bent, small


def places(tree) -> list[str]:
    with pytest.raises(CallRefused) as refusal:
        checked(tree)
    return [problem.place for problem in refusal.value.problems]


def test_small_file_passes():
    assert checked(small()).call.slug == "oefenregio-2024"


def test_file_written_as_yaml_passes(tmp_path):
    file = tmp_path / "call.yaml"
    file.write_text(yaml.safe_dump(small(), allow_unicode=True), encoding="utf-8")

    assert checked(file) == checked(small())


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("extra", 1, "extra"),
        ("call.hint", "x", "call.hint"),
        ("call.slug", "Niet Goed", "call.slug"),
        ("call.title", 5, "call.title"),
        ("call.title", "  ", "call.title"),
        ("call.title", "x" * 161, "call.title"),
        ("call.title", "a\x00b", "call.title"),
        ("call.edition", "2024", "call.edition"),
        ("call.edition", 1999, "call.edition"),
        ("call.timezone", "Europe/Brusel", "call.timezone"),
        ("call.timezone", "../../etc/passwd", "call.timezone"),
        ("call.timezone", "Europe", "call.timezone"),
        ("call", "x", "call"),
        ("region.name", ..., "region.name"),
        ("region.municipalities", [], "region.municipalities"),
        ("region.municipalities.0.nis", 99001, "region.municipalities[0].nis"),
        ("region.municipalities.0.nis", "9901", "region.municipalities[0].nis"),
        ("region.municipalities.1.nis", "99001", "region.municipalities[1].nis"),
        ("region.municipalities.1.name", "Oefendorp", "region.municipalities[1].name"),
        ("region.municipalities.0.inhabitants", -1, "region.municipalities[0].inhabitants"),
        ("region.municipalities.0.inhabitants", 1.5, "region.municipalities[0].inhabitants"),
        ("region.municipalities.0.inhabitants", True, "region.municipalities[0].inhabitants"),
        ("region.municipalities.0.merged_into", "99999", "region.municipalities[0].merged_into"),
        ("region.municipalities.0.merged_into", "23106", "region.municipalities[0].merged_into"),
        ("personas", [{"slug": slug, "name": slug} for slug in ("ann", "bob", "ann")], "personas[2].slug"),
        ("challenges", [], "challenges"),
        ("challenges.0.number", 0, "challenges[0].number"),
        ("challenges.0.barriers", "Geen vervoer.", "challenges[0].barriers"),
        ("challenges.0.personas", ["ann", "zed"], "challenges[0].personas[1]"),
        ("challenges.0.personas", ["ann", "ann"], "challenges[0].personas[1]"),
        ("challenges.0.service_types.x", 2, "challenges[0].service_types.x"),
        ("challenges.0.service_types.fietsen", 4, "challenges[0].service_types.fietsen"),
        ("challenges.0.service_types.fietsen", True, "challenges[0].service_types.fietsen"),
        (
            "challenges.0.service_types.fietsen",
            {"weight": 0},
            "challenges[0].service_types.fietsen.weight",
        ),
        ("service_types", [small()["service_types"][index] for index in (0, 1, 0)], "service_types[2].slug"),
        ("working_principles", {"a": 1}, "working_principles"),
        ("milestones.1.kind", "party", "milestones[1].kind"),
        ("milestones.0.from", "2024-13-01T00:00", "milestones[0].from"),
        ("milestones.0.from", "2024-03-01", "milestones[0].from"),
        ("milestones.0.from", "9024-03-01T00:00", "milestones[0].from"),
        ("milestones.0.until", "2024-02-01T00:00", "milestones[0]"),
        ("milestones.0.until", "2024-03-01T00:00", "milestones[0]"),
        ("milestones.1.reserve", ["tomorrow"], "milestones[1].reserve[0]"),
        ("milestones.1.kind", "filing", "milestones[1].kind"),
        ("milestones.0.until", ..., "milestones"),
        ("contacts.0.email", "an@", "contacts[0].email"),
        ("contacts.0.role", "boss", "contacts[0].role"),
    ],
)
def test_problem_is_named_by_its_place(path, value, place):
    assert places(bent(path, value)) == [place]


def test_milestone_without_a_moment_is_refused():
    assert places(bent("milestones.1", {"kind": "pitches"})) == ["milestones[1]"]


def test_same_contact_twice_is_refused():
    contact = small()["contacts"][0]

    assert places(bent("contacts", [contact, {**contact, "name": "Nog eens"}])) == ["contacts[1].email"]


def test_every_problem_is_named_at_once():
    tree = bent("call.timezone", "Nowhere")
    tree["milestones"][1]["until"] = "soon"
    tree["challenges"][0]["service_types"]["x"] = 1
    del tree["region"]["slug"]

    assert sorted(places(tree)) == [
        "call.timezone",
        "challenges[0].service_types.x",
        "milestones[1].until",
        "region.slug",
    ]


def test_every_problem_says_what_and_how_to_mend():
    with pytest.raises(CallRefused) as refusal:
        checked(bent("call.edition", "x"))

    assert refusal.value.document() == {
        "errors": [
            {
                "place": "call.edition",
                "message": "Dit moet een geheel getal zijn.",
                "mend": "Schrijf het in cijfers, zonder aanhalingstekens.",
            }
        ]
    }


@pytest.mark.parametrize(
    "junk", [{}, {"call": None}, {"personas": [1, None]}, {"region": {"municipalities": 5}}]
)
def test_shapeless_tree_is_refused_and_never_crashes(junk):
    assert places(junk)


def test_merger_sums_what_it_replaces():
    with (settings.BASE_DIR / "data" / "pajotarl-2023.yaml").open() as file:
        listed = {each["nis"]: each for each in yaml.safe_load(file)["region"]["municipalities"]}

    (merger,) = mergers()

    merged = [listed[nis] for nis in merger.merges]
    assert merger.inhabitants == sum(each["inhabitants"] for each in merged)
    assert merger.postcodes == sorted(code for each in merged for code in each["postcodes"])

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Organisation
from matching import actions, composing
from matching.engine.wishes import Wish, Wishes
from matching.forms import ChooseForm
from matching.models import Composition, LegalGroup, Run, Weights
from reviews.models import Opening
from tests.factories import CallFactory, UserFactory, brussels, filed_proposal, person_with_role

from .scenes import bikes, talk

pytestmark = pytest.mark.django_db

QUERIES = {"runs": 13, "run": 15, "explain": 16, "coverage": 13, "compositions": 10, "composition": 12}


@pytest.fixture
def coordinator(client, pajotarl):
    person = person_with_role("coordinator", pajotarl)
    client.force_login(person)
    return person


def pages(run, made, proposal):
    scored = run.scored.get(version__proposal=proposal)
    return {
        "runs": reverse("admin:matching_run_changelist"),
        "run": reverse("admin:matching_run_change", args=[run.pk]),
        "explain": reverse("admin:matching_run_explain", args=[run.pk, scored.pk, 3]),
        "coverage": reverse("admin:matching_run_coverage", args=[run.pk]),
        "compose": reverse("admin:matching_run_compose", args=[run.pk]),
        "compositions": reverse("admin:matching_composition_changelist"),
        "composition": reverse("admin:matching_composition_change", args=[made.pk]),
    }


def scene(call):
    proposal = bikes(call)
    made = composing.compose_partnership(call=call)
    return pages(made.run, made, proposal)


def test_start_run_scores_and_shows_the_matrix(client, pajotarl, coordinator):
    proposal = bikes(pajotarl)

    response = client.post(reverse("admin:matching_run_start", args=[pajotarl.pk]), follow=True)

    run = Run.objects.get()
    assertRedirects(response, reverse("admin:matching_run_change", args=[run.pk]))
    assertContains(response, proposal.organisation.name)
    assert run.by == coordinator


def test_the_ranking_of_a_challenge_shows_places_as_ranges(client, pajotarl, coordinator):
    first, second, other = bikes(pajotarl), bikes(pajotarl), talk(pajotarl)
    run = actions.run_matching(call=pajotarl)

    response = client.get(reverse("admin:matching_run_change", args=[run.pk]), {"uitdaging": "3"})

    assert [row["place"] for row in response.context["rows"]] == ["1–2", "1–2", "3"]
    assertContains(response, "plaats 1 tot 2")
    assertContains(response, f"niet te onderscheiden van {first.organisation.name}", count=1)
    assertContains(response, f"niet te onderscheiden van {second.organisation.name}", count=1)
    assertNotContains(response, f"niet te onderscheiden van {other.organisation.name}")


def test_an_explanation_names_whom_it_can_not_be_told_apart_from(client, pajotarl, coordinator):
    first, second = bikes(pajotarl), bikes(pajotarl)
    run = actions.run_matching(call=pajotarl)

    response = client.get(pages(run, run, first)["explain"])

    assertContains(response, "Plaats 1 tot 2 van 2 voor deze uitdaging")
    assertContains(response, f"niet te onderscheiden van {second.organisation.name}")


def test_a_run_says_when_others_take_part_since(client, pajotarl, coordinator):
    first = bikes(pajotarl)
    run = actions.run_matching(call=pajotarl)
    address = pages(run, run, first)["run"]
    assertNotContains(client.get(address), "Zo stond het toen")

    talk(pajotarl)

    assertContains(client.get(address), "Sinds deze ronde diende iemand in")


def test_start_run_of_another_region_is_not_found(client, coordinator):
    assert client.post(reverse("admin:matching_run_start", args=[CallFactory().pk])).status_code == 404


def test_start_run_by_get_changes_nothing(client, pajotarl, coordinator):
    assert client.get(reverse("admin:matching_run_start", args=[pajotarl.pk])).status_code == 405
    assert not Run.objects.exists()


def test_explanation_marks_the_words_that_counted(client, pajotarl, coordinator):
    response = client.get(scene(pajotarl)["explain"])

    assertContains(response, "<mark>tweedehandsfiets</mark>")
    assertContains(response, 'class="bar')
    assert [opening.person for opening in Opening.objects.all()] == [coordinator]


def test_explanation_escapes_what_the_organisation_wrote(client, pajotarl, coordinator):
    proposal = filed_proposal(
        call=pajotarl, answers={"approach": "Wij leren ouders fietsen <script>alert(1)</script>."}
    )
    run = actions.run_matching(call=pajotarl)
    scored = run.scored.get(version__proposal=proposal)

    response = client.get(reverse("admin:matching_run_explain", args=[run.pk, scored.pk, 3]))

    assertContains(response, "&lt;script&gt;alert(1)")
    assertNotContains(response, "<script>alert")


@pytest.mark.parametrize("name", ["run", "coverage", "compose", "composition"])
def test_pages_escape_the_name_of_an_organisation(client, pajotarl, coordinator, name):
    address = scene(pajotarl)[name]
    Organisation.objects.update(name="Fiets & <b>Co</b>")

    response = client.get(address)

    assertContains(response, "Fiets &amp; &lt;b&gt;Co&lt;/b&gt;")
    assertNotContains(response, "<b>Co</b>")


def test_the_matrix_of_scores_leads_to_each_explanation(client, pajotarl, coordinator):
    addresses = scene(pajotarl)

    assertContains(client.get(addresses["run"]), f'href="{addresses["explain"]}"')


def test_scores_say_what_the_organisation_ticked_itself(client, pajotarl, coordinator):
    address = scene(pajotarl)["run"]

    matrix, ranking = client.get(address), client.get(f"{address}?uitdaging=3")

    [row] = matrix.context["rows"]
    assert [cell["number"] for cell in row["cells"] if cell["ticked"]] == [3]
    assertContains(matrix, "door de organisatie zelf aangevinkt")
    assert [row["ticked"] for row in ranking.context["rows"]] == [True]
    assertContains(ranking, "Zelf aangevinkt")


def test_a_level_that_is_not_proven_is_named_and_never_told_as_all_of_it(client, pajotarl, coordinator):
    address = scene(pajotarl)["composition"]
    made = Composition.objects.get()
    made.status = "feasible"
    made.document["levels"][1] |= {"proven": False, "gap": 0.0004}
    made.document["levels"][2] |= {"proven": False, "gap": 0.0312}
    made.save()

    response = client.get(address)

    assertContains(
        response, "2. Hoe goed de noden ingevuld zijn: minstens 99,9% van het beste bij deze dekking."
    )
    assertContains(response, "3. Kosten per jaar: hoogstens 3,2% kan nog bespaard worden")
    assertNotContains(response, "100,0% van wat kan")


def test_coverage_names_who_stands_behind_a_number(client, pajotarl, coordinator):
    address = scene(pajotarl)["coverage"]

    response = client.get(address)

    assertContains(response, "Mobiliteit op maat")
    assertContains(response, 'class="matrix"')


def test_compose_form_keeps_what_was_typed_and_names_the_mistake(client, pajotarl, coordinator):
    address = scene(pajotarl)["compose"]

    response = client.post(address, {"budget": "-5", "maximum": "3"})

    assert response.status_code == 422
    assertContains(response, 'value="-5"', status_code=422)


def test_compose_form_suggests_a_partnership(client, pajotarl, coordinator):
    address = scene(pajotarl)["compose"]

    response = client.post(address, {"budget": "45000", "maximum": "3"}, follow=True)

    made = Composition.objects.first()
    assert (made.budget, made.maximum, made.by) == (45_000, 3, coordinator)
    assertRedirects(response, reverse("admin:matching_composition_change", args=[made.pk]))


def test_impossible_wishes_are_told_in_words(client, pajotarl, coordinator):
    proposal = bikes(pajotarl)
    address = reverse("admin:matching_run_compose", args=[actions.run_matching(call=pajotarl).pk])

    response = client.post(address, {"budget": "10", "include": proposal.key}, follow=True)
    composing.solve(Composition.objects.get().pk)

    shown = client.get(response.request["PATH_INFO"])

    assertContains(shown, "een budget van €\u00a040.000 per jaar in plaats van €\u00a010:</strong>")
    again = client.get(f"{address}?wensen={Composition.objects.get().pk}")
    assert again.context["form"]["budget"].value() == 10
    assertContains(again, f'name="include" value="{proposal.key}" aria-labelledby="org-1 pick-in" checked')


def test_choosing_otherwise_names_what_breaks_and_keeps_it_once_confirmed(client, pajotarl, coordinator):
    first, second = bikes(pajotarl), talk(pajotarl)
    made = composing.compose_partnership(call=pajotarl, wishes=Wishes(budget=70_000, minimum=2))
    address = reverse("admin:matching_composition_change", args=[made.pk])
    choice = {"members": [first.key], "reason": "Het OCMW doet dit al."}

    asked = client.post(address, choice)
    changing = client.post(address, choice | {"terug": "1"})
    assert Composition.objects.count() == 1
    kept = client.post(address, choice | {"toch": "1"}, follow=True)

    assertContains(asked, "<li>minstens 2 organisaties (dit zijn er 1)</li>", html=True)
    assertContains(asked, "iemand voor uitdaging 2")
    assert changing.context["form"]["members"].value() == [first.key]
    assertContains(kept, "Het OCMW doet dit al.")
    assertContains(kept, "Deze keuze houdt zich bewust niet aan:")
    assertContains(kept, "minstens 2 organisaties (dit zijn er 1)")
    assert list(Composition.objects.values_list("kind", flat=True)) == ["chosen", "suggested"]
    assert [duty["state"] for duty in kept.context["duties"]] == ["niet gehouden", "gehouden"]
    both = client.post(address, {"members": [first.key, second.key], "reason": "Toch zo."}, follow=True)
    assertContains(both, "Ze houdt zich aan elke wens van het voorstel")


def test_choosing_nobody_is_refused_with_a_summary_on_top(client, pajotarl, coordinator):
    address = scene(pajotarl)["composition"]

    response = client.post(address, {"members": [], "reason": "Het OCMW doet dit al."})

    assert response.status_code == 422
    assertContains(response, 'id="mistakes" role="alert" tabindex="-1" autofocus', status_code=422)
    assertContains(response, '<a href="#members">Kies minstens één organisatie', status_code=422)
    assertContains(response, "Het OCMW doet dit al.", status_code=422)
    assert Composition.objects.count() == 1


def test_duties_say_who_answers_for_them_and_which_were_given_up(client, pajotarl, coordinator):
    first, _second, third = bikes(pajotarl), talk(pajotarl), bikes(pajotarl)
    group = LegalGroup.objects.create(call=pajotarl, name="Koepel")
    group.organisations.add(first.organisation, third.organisation)
    wishes = Wishes(maximum=1, include=(first.key,), waived=(Wish("challenge", 2),))
    made = composing.compose_partnership(call=pajotarl, wishes=wishes)

    response = client.get(reverse("admin:matching_composition_change", args=[made.pk]))

    name = first.organisation.name
    assert [(duty["who"], duty["state"]) for duty in response.context["duties"]] == [
        ("", "opgegeven"),
        (name, "gehouden"),
        (name, "gehouden"),
    ]
    assertContains(response, "Koepel")
    again = client.get(f"{pages(made.run, made, first)['compose']}?wensen={made.pk}")
    assert again.context["form"]["waived"].value() == ["challenge:2"]


def test_the_cheapest_addition_says_when_it_breaks_the_budget(client, pajotarl, coordinator):
    first, _second = bikes(pajotarl), talk(pajotarl)
    wishes = Wishes(budget=60_000, include=(first.key,), waived=(Wish("challenge", 2),))
    made = composing.compose_partnership(call=pajotarl, wishes=wishes)

    response = client.get(reverse("admin:matching_composition_change", args=[made.pk]))

    assertContains(response, "dat is €\u00a010.000 boven het budget")
    assertContains(response, "die alle organisaties samen kunnen dekken")
    assert response.context["figures"]["coverage"] < response.context["ceiling"]


def test_choosing_otherwise_without_a_reason_is_refused_and_keeps_the_ticks(client, pajotarl, coordinator):
    proposal = bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)
    address = reverse("admin:matching_composition_change", args=[made.pk])

    response = client.post(address, {"members": [proposal.key], "reason": " "})

    assert response.status_code == 422
    assert Composition.objects.count() == 1
    assertContains(response, "checked", status_code=422)
    assertContains(response, '<a href="#id_reason">', status_code=422)


def test_an_alternative_fills_in_the_choice(client, pajotarl, coordinator):
    bikes(pajotarl)
    second = talk(pajotarl)
    made = composing.compose_partnership(call=pajotarl)
    address = reverse("admin:matching_composition_change", args=[made.pk])

    response = client.get(address, {"met": second.key})

    assert response.context["form"]["members"].value() == [second.key]


@pytest.mark.parametrize("name", ["run", "explain", "coverage", "composition"])
def test_reviewers_read_and_do_not_choose(client, pajotarl, name):
    addresses = scene(pajotarl)
    client.force_login(person_with_role("reviewer", pajotarl))

    response = client.get(addresses[name])

    assert response.status_code == 200
    assertNotContains(response, "<textarea")


def test_reviewers_do_not_compose(client, pajotarl):
    addresses = scene(pajotarl)
    client.force_login(person_with_role("reviewer", pajotarl))

    assert client.get(addresses["compose"]).status_code == 404
    assert client.post(addresses["composition"], {"reason": "x"}).status_code == 200
    assert Composition.objects.count() == 1


@pytest.mark.parametrize("name", ["run", "explain", "coverage", "compose", "composition"])
def test_staff_of_another_region_find_nothing(client, pajotarl, name):
    addresses = scene(pajotarl)
    client.force_login(person_with_role("coordinator", CallFactory()))

    assert client.get(addresses[name]).status_code == 404


@pytest.mark.parametrize(
    "name", ["runs", "run", "explain", "coverage", "compose", "compositions", "composition"]
)
@pytest.mark.parametrize("person", ["partner", "jury", "anonymous"])
def test_nobody_else_enters(client, pajotarl, name, person):
    addresses = scene(pajotarl)
    if person != "anonymous":
        client.force_login(person_with_role("jury", pajotarl) if person == "jury" else UserFactory())

    assert client.get(addresses[name]).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_pages_take_a_fixed_number_of_queries(
    client, pajotarl, coordinator, rows, name, django_assert_num_queries, practice_clock
):
    practice_clock(brussels(2023, 8, 1))
    proposals = [bikes(pajotarl) for _ in range(rows)]
    for number in range(rows):
        Weights.objects.update_or_create(call=pajotarl, defaults={"text": 20 + number})
        pajotarl.refresh_from_db()
        made = composing.compose_partnership(call=pajotarl)
    address = pages(made.run, made, proposals[0])[name]

    with django_assert_num_queries(QUERIES[name]):
        assert client.get(address).status_code == 200


def test_weights_are_saved_by_the_action(client, pajotarl, coordinator, practice_clock):
    practice_clock(brussels(2023, 8, 1))
    values = {
        "chosen": 10,
        "services": 20,
        "text": 40,
        "municipalities": 10,
        "principles": 10,
        "expertise": 10,
    }

    client.post(reverse("admin:matching_weights_add"), {"call": pajotarl.pk, "capacity_wanted": 15, **values})

    assert Weights.objects.get().text == 40


@pytest.mark.parametrize("closed", [True, False])
def test_weights_that_mean_nothing_or_come_too_late_are_refused(
    client, pajotarl, coordinator, practice_clock, closed
):
    practice_clock(brussels(2023, 9, 2) if closed else brussels(2023, 8, 1))
    values = dict.fromkeys(
        ("chosen", "services", "text", "municipalities", "principles", "expertise"), 5 if closed else 0
    )

    response = client.post(
        reverse("admin:matching_weights_add"), {"call": pajotarl.pk, "capacity_wanted": 15, **values}
    )

    assert response.status_code == 200
    assertContains(response, "errornote")
    assert not Weights.objects.exists()


def test_weights_cannot_be_changed_once_filing_has_closed(client, pajotarl, coordinator, practice_clock):
    weights = Weights.objects.create(call=pajotarl)
    practice_clock(brussels(2023, 9, 2))

    response = client.get(reverse("admin:matching_weights_change", args=[weights.pk]))

    assertNotContains(response, 'name="chosen"')


@pytest.mark.parametrize(("number", "shown"), [(20, False), (21, True)])
def test_many_organisations_can_be_sifted_by_name(number, shown):
    form = ChooseForm(names={f"P-{i}": f"Huis {i}" for i in range(number)})

    drawn = render_to_string("matching/sift.html", {"rows": form.fields["members"].choices})

    assert ("data-sift" in drawn) == shown

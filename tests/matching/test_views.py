import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from matching import composing, offers
from matching.engine.wishes import Wishes
from matching.errors import NotAllowed
from matching.models import Composition, Visibility
from tests.factories import MembershipFactory, UserFactory, brussels, person_with_role

from .scenes import bikes, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def before(practice_clock):
    practice_clock(brussels(2023, 8, 1))


def colleague(proposal):
    return MembershipFactory(organisation=proposal.organisation).user


def test_candidates_count_each_other_only_when_both_are_visible(client, pajotarl, before):
    mine, other = bikes(pajotarl), bikes(pajotarl)
    client.force_login(colleague(mine))
    address = reverse("matching:compare_offers", args=[mine.pk])

    assertNotContains(client.get(address), "Mobiliteit")
    client.post(address, {"tonen": "1"})
    assert offers.offers_beside(mine)["count"] == 0
    offers.show_candidacy(proposal=other, with_name=False, by=colleague(other))

    response = client.get(address)
    assertNotContains(response, other.organisation.name)
    [row] = [row for row in response.context["rows"] if row["others"]]
    assert (row["challenge"].number, row["others"], row["mine"]) == (3, 1, True)


def test_names_are_shown_with_consent_only(client, pajotarl, before):
    mine, other = bikes(pajotarl), talk(pajotarl)
    offers.show_candidacy(proposal=mine, with_name=False, by=colleague(mine))

    offers.show_candidacy(proposal=other, with_name=True, by=colleague(other))

    assert offers.offers_beside(mine)["names"] == [other.organisation.name]
    assert offers.offers_beside(other)["names"] == []


def test_a_candidate_can_become_invisible_again(client, pajotarl, before):
    mine = bikes(pajotarl)
    client.force_login(colleague(mine))
    address = reverse("matching:compare_offers", args=[mine.pk])
    client.post(address, {"tonen": "1", "with_name": "on"})
    assert Visibility.objects.get().with_name is True

    client.post(address, {"verbergen": "1"})

    assert not Visibility.objects.exists()


def test_nothing_is_compared_after_the_deadline(client, pajotarl, practice_clock):
    practice_clock(brussels(2023, 9, 2))
    mine = bikes(pajotarl)
    client.force_login(colleague(mine))

    client.post(reverse("matching:compare_offers", args=[mine.pk]), {"tonen": "1"})

    assert not Visibility.objects.exists()


def test_only_colleagues_show_a_candidacy(pajotarl, before):
    with pytest.raises(NotAllowed):
        offers.show_candidacy(proposal=bikes(pajotarl), with_name=True, by=UserFactory())


@pytest.fixture
def juror(client, pajotarl):
    person = person_with_role("jury", pajotarl)
    client.force_login(person)
    return person


def test_jury_reads_compositions_without_buttons_or_names_it_may_not_see(client, pajotarl, juror):
    proposal = bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse("matching:jury_composition", args=[made.pk]))

    assertNotContains(response, proposal.organisation.name)
    assertContains(response, "een organisatie die u niet mag inzien")
    assertNotContains(response, 'method="post" class="no-print"')


@pytest.mark.parametrize("name", ["jury_run", "jury_coverage", "jury_compare", "jury_compositions"])
def test_jury_reads_the_same_pages(client, pajotarl, juror, name):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse(f"matching:{name}", args=[made.run_id]))
    assert response.status_code == 200
    assertNotContains(response, "Er doet nog geen kandidatuur mee")
    assert client.post(reverse(f"matching:{name}", args=[made.run_id])).status_code == 405


def test_jury_finds_the_compositions_in_a_list_without_names(client, pajotarl, juror):
    proposal = bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl, wishes=Wishes(budget=45_000))

    response = client.get(reverse("matching:jury_compositions", args=[made.run_id]))

    assertContains(response, reverse("matching:jury_composition", args=[made.pk]))
    assertContains(response, reverse("matching:published_scoring", args=[pajotarl.slug]))
    assertContains(response, "€\u00a045.000")
    assertNotContains(response, proposal.organisation.name)


def test_jury_begins_with_the_newest_run_and_compares_the_newest_first(client, pajotarl, juror):
    bikes(pajotarl)
    first = composing.compose_partnership(call=pajotarl)
    talk(pajotarl)
    second = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse("matching:jury_start", args=[pajotarl.slug]))

    assertRedirects(response, reverse("matching:jury_coverage", args=[second.run_id]))
    compared = client.get(reverse("matching:jury_compare", args=[second.run_id]))
    assert [made for made, _asked in compared.context["known"]] == [second, first]


def test_jury_before_anything_is_scored_is_told_so(client, pajotarl, juror):
    assertContains(
        client.get(reverse("matching:jury_start", args=[pajotarl.slug])), "Er is nog niets gescoord"
    )


@pytest.fixture
def coordinator(client, pajotarl):
    person = person_with_role("coordinator", pajotarl)
    client.force_login(person)
    return person


@pytest.mark.parametrize("view", ["uitdaging", "gemeente", "persona", "onzin"])
def test_coverage_by_challenge_municipality_and_persona(client, pajotarl, coordinator, view):
    proposal = bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse("admin:matching_run_coverage", args=[made.run_id]), {"blik": view})

    labels = {"gemeente": "Gooik", "persona": "Chadia"}
    row = next(r for r in response.context["coverage_rows"] if labels.get(view, "3.") in r["label"])
    assert ([proposal.organisation.name], 1) in row["cells"]


def test_coverage_counts_cells_and_calls_nothing_double_that_no_municipality_has_twice(
    client, pajotarl, coordinator
):
    (
        bikes(pajotarl, answers={"municipalities": ["Gooik", "Lennik"]}),
        bikes(pajotarl, answers={"municipalities": ["Ternat", "Lennik"]}),
    )
    apart = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse("admin:matching_run_coverage", args=[apart.run_id]))

    totals, [need] = response.context["totals"], [n for n in response.context["needs"] if n["where"]]
    assert (totals["single"]["cells"], totals["double"]["cells"]) == (2, 1)
    assert totals["holes"]["cells"] == totals["cells"] - 3
    assert round(sum(totals[kind]["weight"] for kind in ("holes", "single", "double"))) == 100
    assert need["where"][1:] == [("één", 2, "Gooik, Ternat"), ("twee of meer", 1, "Lennik")]


def test_a_need_met_in_two_places_by_one_each_is_not_coloured_double(client, pajotarl, coordinator):
    (
        bikes(pajotarl, answers={"municipalities": ["Gooik"]}),
        bikes(pajotarl, answers={"municipalities": ["Ternat"]}),
    )
    made = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse("admin:matching_run_coverage", args=[made.run_id]))

    [cell] = [
        cell for row in response.context["coverage_rows"] for cell in row["cells"] if cell and cell.names
    ]
    assert (len(cell.names), cell.together) == (2, 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_coverage_is_a_sheet_too(client, pajotarl, coordinator, kind):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    response = client.get(reverse("admin:matching_run_coverage", args=[made.run_id]), {"als": kind})

    assert f'.{kind}"' in response["Content-Disposition"]
    assert response.content


def test_without_a_member_is_one_click(client, pajotarl, coordinator):
    bikes(pajotarl), bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl, wishes=Wishes(maximum=1))
    [leaver] = made.document["selected"]

    client.post(reverse("admin:matching_composition_change", args=[made.pk]), {"zonder": leaver})

    asked = Composition.objects.first()
    assert (asked.exclude, asked.maximum, asked.status) == ([leaver], 1, "waiting")


def test_giving_up_a_wish_is_one_click(client, pajotarl, coordinator):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl, wishes=Wishes(budget=10, minimum=1))

    client.post(reverse("admin:matching_composition_change", args=[made.pk]), {"opgeven": "0"})

    asked = Composition.objects.first()
    assert (asked.budget, asked.minimum, asked.status) == (40_000, 1, "waiting")


def test_a_running_calculation_shows_the_best_so_far_and_can_be_stopped(client, pajotarl, coordinator):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)
    Composition.objects.filter(pk=made.pk).update(status="solving")
    address = reverse("admin:matching_composition_change", args=[made.pk])

    response = client.get(address)
    client.post(address, {"stop": "1"})

    assert response["Refresh"] == "2"
    assertContains(response, 'role="progressbar"')
    assert Composition.objects.get().stopped_by == coordinator
    assertContains(client.get(address), "vroeg te stoppen")


def test_a_page_with_a_form_waits_for_the_studies_without_renewing_itself(client, pajotarl, coordinator):
    key = bikes(pajotarl).key
    made = composing.compose_partnership(call=pajotarl)
    told = {"roles": {key: "core"}, "draws": 63, "chosen": {key: 60}}
    Composition.objects.filter(pk=made.pk).update(studied=False, studies=told)
    address = reverse("admin:matching_composition_change", args=[made.pk])

    page, asked = client.get(address), client.get(address, headers={"HX-Request": "true"})
    Composition.objects.filter(pk=made.pk).update(studied=True)
    ready = client.get(address, headers={"HX-Request": "true"})

    assert "Refresh" not in page
    assertContains(page, 'hx-select="#found"')
    assertNotContains(page, "63 van de 200")
    assertContains(ready, "Er was tijd voor 63 van de 200 trekkingen.")
    assert (asked.status_code, ready.status_code) == (204, 200)
    assertNotContains(ready, "hx-select")


def test_wishes_that_contradict_each_other_name_the_organisation(client, pajotarl, coordinator):
    proposal = bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    response = client.post(
        reverse("admin:matching_run_compose", args=[made.run_id]),
        {"include": proposal.key, "exclude": proposal.key},
    )

    assertContains(response, "kan er niet tegelijk", status_code=422)


def test_needs_wanted_twice_are_asked_per_municipality(client, pajotarl, coordinator):
    bikes(pajotarl)
    made = composing.compose_partnership(call=pajotarl)

    client.post(
        reverse("admin:matching_run_compose", args=[made.run_id]),
        {"twice": "3:mobiliteit", "twice_in": "23024"},
    )

    assert Composition.objects.first().twice == ["3:mobiliteit:23024"]


def test_compare_puts_a_suggestion_and_a_choice_side_by_side(client, pajotarl, coordinator):
    first, _second = bikes(pajotarl), talk(pajotarl)
    made = composing.compose_partnership(call=pajotarl)
    composing.choose_otherwise(
        suggestion=made, keys=[first.key], reason="Taal doet het OCMW.", by=coordinator, knowingly=True
    )

    response = client.get(reverse("admin:matching_run_compare", args=[made.run_id]))

    assertContains(response, "Taal doet het OCMW.")
    places = [[place["in"] for place in row] for _name, row in response.context["members"]]
    assert places.count([True, True]) == 1
    assert response.context["personas"]
    assertContains(response, "iemand voor uitdaging 2", count=1)
    assertContains(response, "houdt zich aan alles", count=1)


def test_compare_begins_with_what_staff_chose_and_what_it_replaced(client, pajotarl, coordinator):
    first, _second = bikes(pajotarl), talk(pajotarl)
    made = composing.compose_partnership(call=pajotarl)
    chosen = composing.choose_otherwise(
        suggestion=made, keys=[first.key], reason="Taal doet het OCMW.", by=coordinator, knowingly=True
    )
    composing.compose_partnership(call=pajotarl, wishes=Wishes(maximum=5))

    response = client.get(reverse("admin:matching_run_compare", args=[made.run_id]))
    listed = client.get(reverse("admin:matching_composition_changelist"))

    assert response.context["picked"] == {made.pk, chosen.pk}
    assertContains(response, "hoogstens 5 (2 leden)")
    assertContains(listed, "hoogstens 5")
    assertContains(listed, "€\u00a040.000")

import pytest
from django.urls import reverse

from accounts.models import Role
from challenges.actions import load_call
from challenges.models import Need, Question
from journal.models import Entry
from tests.challenges.call_file.samples import sized, small
from tests.factories import RoleFactory, UserFactory, brussels, person_with_role

pytestmark = pytest.mark.django_db


def desk(name, *arguments) -> str:
    return reverse(f"admin:challenges_{name}", args=arguments)


def posted(form_page) -> dict:
    """What a browser would send back from an admin form, with its inlines."""
    form = form_page.context["adminform"].form
    data = {field.html_name: field.value() for field in form}
    for formset in form_page.context["inline_admin_formsets"]:
        for each in [formset.formset.management_form, *formset.formset.forms]:
            for field in each:
                widget, value = field.field.widget, field.value()
                names = widget.decompress(value) if hasattr(widget, "decompress") else None
                if names is None:
                    data[field.html_name] = field.field.prepare_value(value)
                else:
                    data |= {f"{field.html_name}_{index}": part for index, part in enumerate(names)}
    return {name: value for name, value in data.items() if value is not None and value is not False}


@pytest.fixture
def call():
    return load_call(small()).call


@pytest.fixture
def coordinator(client, call):
    client.force_login(user := person_with_role(Role.Kind.COORDINATOR, call))
    return user


@pytest.fixture
def reviewer(client, call):
    client.force_login(user := person_with_role(Role.Kind.REVIEWER, call))
    return user


@pytest.fixture
def maintainer(client):
    client.force_login(user := UserFactory(is_staff=True, is_superuser=True))
    return user


def test_coordinator_sees_only_the_own_region(client, coordinator, pajotarl):
    listed = client.get(desk("call_changelist")).context["cl"].queryset

    assert [call.slug for call in listed] == ["oefenregio-2024"]


@pytest.mark.parametrize(("page", "status"), [("call_change", 302), ("call_needs", 404)])
def test_call_of_another_region_does_not_exist(client, coordinator, pajotarl, page, status):
    assert client.get(desk(page, pajotarl.pk)).status_code == status


def test_challenge_of_another_region_does_not_exist(client, coordinator, pajotarl):
    response = client.get(desk("challenge_change", pajotarl.challenges.first().pk))

    assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))


def test_coordinator_changes_the_texts_and_the_journal_knows(client, coordinator, call):
    page = client.get(desk("call_change", call.pk))

    response = client.post(desk("call_change", call.pk), {**posted(page), "headline": "Samen sterk"})

    assert response.status_code == 302
    call.refresh_from_db()
    assert (call.headline, call.slug) == ("Samen sterk", "oefenregio-2024")
    entry = Entry.objects.get(verb="call.changed")
    assert (entry.actor, entry.call) == (f"accounts.user:{coordinator.pk}", "oefenregio-2024")


def test_saving_without_a_change_leaves_the_journal_alone(client, coordinator, call):
    page = client.get(desk("call_change", call.pk))

    client.post(desk("call_change", call.pk), posted(page))

    assert Entry.objects.filter(verb="call.changed").count() == 0


def test_call_cannot_lose_its_deadline(client, coordinator, call):
    page = client.get(desk("call_change", call.pk))
    data = posted(page) | {"milestones-0-DELETE": "on"}

    response = client.post(desk("call_change", call.pk), data)

    assert "Een oproep heeft de mijlpaal “kandidaturen” met een einde nodig" in response.content.decode()
    assert call.milestones.filter(kind="filing").exists()


def test_end_before_the_beginning_is_refused_beside_the_milestone(client, coordinator, call):
    page = client.get(desk("call_change", call.pk))
    data = posted(page) | {"milestones-1-until_0": "2024-05-12"}

    response = client.post(desk("call_change", call.pk), data)

    assert "Het einde ligt niet na het begin." in response.content.decode()


def test_reviewer_reads_and_changes_nothing(client, reviewer, call):
    read = client.get(desk("call_change", call.pk))
    written = client.post(desk("call_change", call.pk), {"headline": "Anders"})

    assert read.status_code == 200
    assert written.status_code == 403


@pytest.mark.parametrize("page", ["call_add", "region_add", "municipality_add"])
def test_only_maintainers_add_regions_and_calls(client, coordinator, page):
    assert client.get(desk(page)).status_code == 403


def test_maintainer_may_do_so(client, maintainer):
    assert client.get(desk("region_add")).status_code == 200


def test_staff_read_the_register_of_municipalities(client, reviewer, call):
    nis = call.region.municipalities.first()

    assert client.get(desk("municipality_changelist")).status_code == 200
    assert client.post(desk("municipality_change", nis.pk), {"name": "Anders"}).status_code == 403


def test_partner_has_no_staff_desk(client):
    client.force_login(UserFactory())

    assert client.get(desk("call_changelist")).status_code == 302


def weights(call, **changes) -> dict:
    """The form of needs as it stands, with changes by challenge number and service slug."""
    challenge = call.challenges.get()
    data = {}
    for service in call.service_types.all():
        key = f"{challenge.pk}-{service.pk}"
        need = Need.objects.filter(challenge=challenge, service_type=service).first()
        data[f"weight-{key}"] = changes.get(service.slug, need.weight if need else "")
    return data


def test_needs_are_set_as_one_act(client, coordinator, call):
    response = client.post(desk("call_needs", call.pk), weights(call, fietsen="", praten=2))

    assert response.status_code == 302
    assert list(Need.objects.values_list("service_type__slug", "weight", "assumed")) == [("praten", 2, True)]
    entry = Entry.objects.get(verb="needs.set")
    assert [change["to"] for change in entry.payload["changes"]] == [None, [2, True]]


def test_decided_need_is_no_longer_assumed(client, coordinator, call):
    challenge, service = call.challenges.get(), call.service_types.get(slug="praten")

    client.post(desk("call_needs", call.pk), weights(call) | {f"decided-{challenge.pk}-{service.pk}": "on"})

    assert Need.objects.get(service_type=service).assumed is False


def test_unchanged_needs_leave_the_journal_alone(client, coordinator, call):
    client.post(desk("call_needs", call.pk), weights(call))

    assert Entry.objects.filter(verb="needs.set").count() == 0


def test_new_need_is_added(client, coordinator, call):
    Need.objects.filter(service_type__slug="praten").delete()

    client.post(desk("call_needs", call.pk), weights(call, praten=1))

    assert Need.objects.get(service_type__slug="praten").weight == 1


def test_wrong_weight_is_refused_and_changes_nothing(client, coordinator, call):
    response = client.post(desk("call_needs", call.pk), weights(call, praten=7))

    assert response.status_code == 200
    assert Need.objects.get(service_type__slug="praten").weight == 1


def test_reviewer_sees_the_needs_without_a_button(client, reviewer, call):
    page = client.get(desk("call_needs", call.pk))
    client.post(desk("call_needs", call.pk), weights(call, praten=3))

    assert "submit-row" not in page.content.decode()
    assert Need.objects.get(service_type__slug="praten").weight == 1


def test_challenge_is_written_one_line_a_sentence(client, coordinator, call):
    challenge = call.challenges.get()
    page = client.get(desk("challenge_change", challenge.pk))
    data = posted(page) | {"barriers": "Geen vervoer, geen geld.\r\n\r\n  Geen opvang.  "}

    client.post(desk("challenge_change", challenge.pk), data)

    challenge.refresh_from_db()
    assert challenge.barriers == ["Geen vervoer, geen geld.", "Geen opvang."]


def test_need_of_a_challenge_offers_services_of_its_own_call(client, maintainer, call, pajotarl):
    page = client.get(desk("challenge_change", call.challenges.get().pk))

    formset = page.context["inline_admin_formsets"][1].formset
    offered = formset.forms[0].fields["service_type"].queryset
    assert {service.call for service in offered} == {call}


def test_question_is_published_and_taken_back(client, coordinator, call):
    data = {"call": call.pk, "question": "Mag een vzw?", "answer": "Zeker.", "published": "on"}

    client.post(desk("question_add"), data)
    question = Question.objects.get()
    assert question.published_at is not None

    del data["published"]
    client.post(desk("question_change", question.pk), data)
    question.refresh_from_db()
    assert question.published_at is None
    verbs = Entry.objects.filter(object=f"challenges.question:{question.pk}", verb__startswith="question.")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "question.added",
        "question.changed",
        "question.published",
        "question.withdrawn",
    ]


def test_edited_answer_keeps_its_moment_of_publication(client, coordinator, call):
    question = Question.objects.create(
        call=call, question="Mag het?", answer="Ja", published_at=brussels(2024, 3, 2)
    )
    data = {"call": call.pk, "question": "Mag het?", "answer": "Jazeker", "published": "on"}

    client.post(desk("question_change", question.pk), data)

    question.refresh_from_db()
    assert (question.answer, question.published_at) == ("Jazeker", brussels(2024, 3, 2))


def test_question_without_answer_stays_inside(client, coordinator, call):
    data = {"call": call.pk, "question": "Mag het?", "answer": "", "published": "on"}

    response = client.post(desk("question_add"), data)

    assert "Zonder antwoord kan de vraag niet openbaar zijn" in response.content.decode()
    assert Question.objects.count() == 0


def test_question_for_another_region_is_refused(client, coordinator, pajotarl):
    data = {"call": pajotarl.pk, "question": "Mag het?", "answer": "Ja"}

    client.post(desk("question_add"), data)

    assert Question.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("call", 10),
        ("challenge", 10),
        ("servicetype", 10),
        ("question", 10),
        ("municipality", 9),
        ("region", 9),
    ],
)
def test_changelist_asks_the_same_number_of_queries(client, django_assert_num_queries, count, name, queries):
    user = UserFactory()
    for number in range(count):
        tree = sized(count)
        tree["region"] |= {"slug": f"regio-{number}", "name": f"Regio {number}"}
        tree["call"]["slug"] = f"oproep-{number}"
        call = load_call(tree).call
        Question.objects.create(call=call, question="Mag het?")
        RoleFactory(user=user, region=call.region, kind=Role.Kind.COORDINATOR)
    client.force_login(user)

    with django_assert_num_queries(queries):
        response = client.get(desk(f"{name}_changelist"))

    assert response.context["cl"].result_count >= count

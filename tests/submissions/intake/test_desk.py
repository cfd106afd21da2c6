"""The pages of the staff desk, without a browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from submissions.intake.models import Intake
from submissions.models import Proposal
from tests.factories import CallFactory, MembershipFactory, OrganisationFactory, brussels, person_with_role
from tests.submissions import uploads
from tests.submissions.intake import mails
from tests.submissions.intake.test_actions import NEW, complete, registered, taken

pytestmark = pytest.mark.django_db

LIST = "admin:submissions_intake_changelist"
ADD = "admin:submissions_intake_add"


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


def at(name, intake, *more):
    return reverse(f"admin:submissions_intake_{name}", args=[intake.pk, *more])


def upload(desk, call, message, *, name="mail.eml"):
    content = message if isinstance(message, bytes) else message.as_bytes()
    return desk.post(reverse(ADD), {"call": call.pk, "file": SimpleUploadedFile(name, content)})


def form_of_new(**more):
    return {"organisation": "new", **{f"new-{key}": value for key, value in NEW.items()}, **more}


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number(desk, call, coordinator, number, django_assert_num_queries):
    for n in range(number):
        registered(call, coordinator, mails.mail(message_id=f"<{n}@x>"), organisation=OrganisationFactory())

    with django_assert_num_queries(10):
        page = desk.get(reverse(LIST))

    assert len(page.context["cl"].result_list) == number


def test_list_and_pages_are_for_coordinators_of_the_call(client, call, coordinator):
    intake = taken(call, coordinator)

    for person in (person_with_role("reviewer", call), MembershipFactory().user):
        client.force_login(person)
        assert client.get(reverse(LIST)).status_code in (302, 403)
        assert client.get(at("change", intake)).status_code in (302, 404)
        assert client.post(at("register", intake), form_of_new()).status_code in (302, 404)
    client.force_login(person_with_role("coordinator", CallFactory()))
    assert client.get(at("message", intake)).status_code == 404
    assert Proposal.objects.count() == 0


def test_upload_leads_to_the_preview_of_what_was_read(desk, call):
    page = desk.get(upload(desk, call, mails.candidacy())["Location"])

    text = page.content.decode()
    preview = page.context["preview"]
    assert Intake.objects.count() == 1
    assert Proposal.objects.count() == 0
    assert preview.answers["title"] == "Een brug naar werk"
    assert preview.unnamed == []
    assert page.context["form"].new["kbo_number"].value() == "0900.000.147"
    assert "genoteerd door mx.regio.example" in text
    assert "Wij begeleiden mensen van thuis tot op de werkvloer." in text


def test_the_same_upload_leads_to_the_earlier_one(desk, call):
    first = upload(desk, call, mails.candidacy())["Location"]

    again = upload(desk, call, mails.candidacy())

    assert again["Location"] == first
    assert "al eerder binnengenomen" in desk.get(first).content.decode()


def test_upload_that_is_no_mail_is_told_beside_the_field(desk, call):
    page = upload(desk, call, uploads.pdf().getvalue())

    assert page.status_code == 422
    assert "In dit bestand staat geen afzender" in page.content.decode()
    assert Intake.objects.count() == 0


def test_upload_of_more_than_forty_megabytes_is_told_and_never_written(desk, call):
    page = upload(desk, call, b"From: a@b.example\n\n" + b"x" * (41 * 1024 * 1024))

    assert page.status_code == 422
    assert "groter dan 40 MB" in page.content.decode()


def test_a_new_organisation_that_exists_is_offered_as_a_choice(desk, call, coordinator):
    known = OrganisationFactory(kbo_number="0900000147")
    intake = taken(call, coordinator, mails.mail(body="Zonder nummer"))

    page = desk.post(at("register", intake), form_of_new())

    text = page.content.decode()
    assert page.status_code == 422
    assert "Deze organisatie staat al in het portaal. Kies ze hieronder" in text
    assert str(known.pk) in dict(page.context["form"].fields["organisation"].choices)


def test_preview_flags_what_is_missing_late_refused_or_in_doubt(desk, call, coordinator):
    OrganisationFactory(email="mia@debrug.example")
    OrganisationFactory(kbo_number="0900000147")
    message = mails.mail(
        body="Wij zijn 0900.000.147",
        arrived=brussels(2023, 9, 2, 0, 0, 1),
        files=[("kandidatuur.docx", mails.word_document()), ("alles.zip", uploads.package("a.txt"))],
    )
    intake = taken(call, coordinator, message)

    page = desk.get(at("change", intake))

    text = page.content.decode()
    assert page.context["is_late"]
    assert [file.name for file in page.context["preview"].refused] == ["alles.zip"]
    assert len(page.context["preview"].matches.known) == 2
    for said in (
        "kwam te laat",
        "regio ontbreekt",
        "Meer dan één organisatie past",
        "Dit is een ZIP-bestand",
    ):
        assert said in text, said


def test_register_complete_and_file_from_the_pages(desk, call, coordinator):
    intake = taken(call, coordinator, mails.candidacy())

    desk.post(at("register", intake), form_of_new(files=["0", "1"], fill_in="on"))
    intake.refresh_from_db()
    proposal = intake.proposal
    missing = desk.get(at("change", intake)).context["missing"]
    refused = desk.post(at("file", intake))
    sheet = desk.get(at("section", intake, "gemeenten"))
    place = call.region.municipalities.first().name
    service = call.service_types.first().slug
    revision = {"revision": 99}
    desk.post(at("section", intake, "gemeenten"), {"municipalities": [place], **revision})
    answers = {f"how_{service}": "In kleine groepen.", f"clients_{service}": "20"}
    desk.post(at("section", intake, "diensten"), answers | revision)
    filed = desk.post(at("file", intake), follow=True)

    assert [gap.field for gap, _url in missing] == ["service_types", "municipalities"]
    assert refused.status_code == 422
    assert "Eerst een koffie, dan een plan." in sheet.content.decode()
    assert "PAJOTARL-2023-001" in filed.content.decode()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.budget_eur_per_year, proposal.clients_per_year) == ("filed", 48500, 35)
    assert proposal.versions.get().received_at == mails.ARRIVED


def test_register_tells_what_is_wrong_with_the_new_organisation(desk, call, coordinator):
    intake = taken(call, coordinator)

    page = desk.post(at("register", intake), form_of_new(**{"new-kbo_number": "0900.000.148"}))

    assert page.status_code == 422
    assert "controlecijfers" in page.content.decode()
    assert Intake.objects.get().state == "waiting"


def test_register_of_a_late_mail_is_refused_on_the_page(desk, call, coordinator):
    intake = taken(call, coordinator, mails.mail(arrived=brussels(2023, 9, 2)))

    page = desk.post(at("register", intake), form_of_new())

    assert page.status_code == 422
    assert "De deadline is voorbij." in page.content.decode()
    assert Proposal.objects.count() == 0


def test_set_aside_asks_a_reason(desk, call, coordinator):
    intake = taken(call, coordinator)

    empty = desk.post(at("set_aside", intake), {"reason": ""})
    done = desk.post(at("set_aside", intake), {"reason": "Dit is reclame."}, follow=True)
    again = desk.post(at("set_aside", intake), {"reason": "Nog eens"}, follow=True)

    assert empty.status_code == 422
    assert "Dit is reclame." in done.content.decode()
    assert "al behandeld" in again.content.decode()


def test_section_tells_that_a_colleague_saved_meanwhile(desk, call, coordinator):
    intake = registered(call, coordinator, answers=complete(call))

    page = desk.post(at("section", intake, "samenvatting"), {"title": "Ander", "revision": 0})
    sure = desk.post(
        at("section", intake, "samenvatting"),
        {"title": "Ander", "revision": page.context["form"].data["revision"]},
    )

    assert (page.status_code, sure.status_code) == (409, 302)
    assert Proposal.objects.get().title == "Ander"


def test_sections_close_when_a_later_mail_counts(desk, call, coordinator):
    first = registered(call, coordinator)
    later = mails.mail(message_id="<twee@x>", arrived=brussels(2023, 9, 1, 23))
    registered(call, coordinator, later, organisation=first.proposal.organisation)

    section = desk.get(at("section", first, "samenvatting"), follow=True)

    assert not section.context["can_write"]
    assert desk.post(at("file", first)).status_code == 404


def test_message_is_served_as_it_came_and_never_shown(desk, call, coordinator):
    message = mails.candidacy()
    intake = taken(call, coordinator, message)

    response = desk.get(at("message", intake))

    assert b"".join(response.streaming_content) == message.as_bytes()
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    response.close()

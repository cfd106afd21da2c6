import json

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from journal.models import Entry
from submissions import actions, files, sections
from submissions.models import Attachment, LateAttempt, Proposal, Version
from tests.factories import (
    FILED_AT,
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    brussels,
    complete_proposal,
    filed_proposal,
    person_with_role,
)
from tests.reviews.factories import declared_nothing
from tests.submissions import uploads

pytestmark = pytest.mark.django_db

IN_TIME = brussels(2023, 8, 28, 14, 3)
DEADLINE = brussels(2023, 9, 2)
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def in_august(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(IN_TIME, tick=False) as clock:
        yield clock


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def partner(client, member):
    client.force_login(member.user)
    return client


@pytest.fixture
def pass_the_deadline(in_august, partner, member):
    """Travel to the first moment that is too late; the session of August has expired by then."""

    def travel():
        in_august.move_to(DEADLINE)
        partner.force_login(member.user)

    return travel


@pytest.fixture
def draft(member):
    return complete_proposal(organisation=member.organisation)


def url(name, proposal, *args):
    return reverse(f"submissions:{name}", args=[proposal.pk, *args])


def summary(draft, **fields):
    return {"title": "Nieuw", "summary": "Kort.", "revision": draft.revision, "editor": "", **fields}


SECTIONS = [section.slug for section in sections.WRITTEN]


def test_every_page_of_a_draft_opens(partner, draft):
    pages = [url("section", draft, slug) for slug in SECTIONS]
    pages += [url(name, draft) for name in ("proposal", "attachments", "check", "withdraw")]

    assert [partner.get(page).status_code for page in pages] == [200] * 13


@pytest.mark.parametrize("slug", [slug for slug in SECTIONS if slug not in ("werkprincipes", "expertise")])
def test_section_shows_each_of_its_fields(partner, draft, slug):
    page = partner.get(url("section", draft, slug))

    names = [field.html_name for field in page.context["form"].visible_fields()]
    assert names
    assert all(f'name="{name}"' in page.content.decode() for name in names)


@pytest.mark.parametrize("name", ["proposal", "attachments", "check", "withdraw"])
def test_pages_of_another_organisation_are_not_there(partner, name):
    assert partner.get(url(name, ProposalFactory())).status_code == 404


@pytest.mark.parametrize("slug", ["samenvatting", "diensten"])
def test_section_is_written_in_the_readers_own_language(partner, member, draft, slug):
    member.user.language = "en"
    member.user.save()
    page = reverse("submissions:section", args=[draft.pk, slug])

    assert partner.get(page).status_code == 200
    assert partner.post(page, {"revision": 0, "title": "Together"}, **JSON).json()["revision"] == 1


def test_section_of_another_organisation_is_not_there(partner):
    other = ProposalFactory()

    assert partner.post(url("section", other, "samenvatting"), summary(other)).status_code == 404


@pytest.mark.parametrize("slug", ["onbekend", "bijlagen"])
def test_section_that_is_no_written_one_is_not_there(partner, draft, slug):
    assert partner.get(url("section", draft, slug)).status_code == 404


def test_drafts_are_not_there_for_staff(client, draft):
    client.force_login(person_with_role("coordinator", draft.call))

    assert client.get(url("proposal", draft)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_mine_costs_the_same_for_any_number(partner, member, rows, django_assert_num_queries):
    for _ in range(rows):
        complete_proposal(organisation=member.organisation)

    with django_assert_num_queries(22):
        page = partner.get(reverse("submissions:mine"))

    assert len(page.context["entries"]) == rows


def test_mine_offers_a_start_in_an_open_call(partner, member):
    call = CallFactory()

    page = partner.get(reverse("submissions:mine"))

    assert [chance[:2] for chance in page.context["chances"]] == [(call, member.organisation)]


def test_mine_offers_no_start_in_a_closed_call(partner, pass_the_deadline):
    CallFactory()
    pass_the_deadline()

    assert partner.get(reverse("submissions:mine")).context["chances"] == []


def test_start_makes_a_draft_and_opens_it(partner, member):
    call = CallFactory()
    page = reverse("submissions:start", args=[call.slug])

    assert partner.get(page).status_code == 200
    response = partner.post(page, {"organisation": member.organisation.pk})

    assert response.url == url("proposal", Proposal.objects.get())


@pytest.mark.parametrize("choice", ["", "1", "x", "9" * 30])
def test_start_for_another_organisation_is_not_there(partner, choice):
    page = reverse("submissions:start", args=[CallFactory().slug])

    assert partner.post(page, {"organisation": choice}).status_code == 404


def test_start_after_the_deadline_says_so(partner, member, pass_the_deadline):
    call = CallFactory()
    pass_the_deadline()

    response = partner.post(
        reverse("submissions:start", args=[call.slug]), {"organisation": member.organisation.pk}, follow=True
    )

    assert "De deadline is voorbij." in response.content.decode()


def test_section_saved_by_the_button_stays_or_goes_on(partner, draft):
    page = url("section", draft, "samenvatting")

    stays = partner.post(page, summary(draft))
    goes_on = partner.post(page, summary(draft, revision=1, title="Anders", next="1"))

    assert (stays.url, goes_on.url) == (page, url("section", draft, "uitdagingen"))
    draft.refresh_from_db()
    assert draft.title == "Anders"


def test_section_before_the_attachments_goes_on_to_them(partner, draft):
    answer = {"budget_eur_per_year": "58.500", "clients_per_year": "40", "revision": 0, "next": "1"}

    response = partner.post(url("section", draft, "budget"), answer)

    draft.refresh_from_db()
    assert response.url == url("attachments", draft)
    assert draft.budget_eur_per_year == 58_500


def test_section_saved_by_itself_tells_the_hour_and_the_revision(partner, draft):
    response = partner.post(url("section", draft, "samenvatting"), summary(draft), **JSON)

    answer = response.json()
    assert (answer["saved"], answer["revision"]) == ("14u03", 1)


ANSWERS = {
    "organisatie": {"contact_name": "An", "contact_email": "an@organisatie.example", "contact_phone": ""},
    "uitdagingen": {"challenge_1": "", "challenge_2": "Zo.\r\nEn zo."},
    "diensten": {"how_dienst-1": "", "clients_dienst-1": "", "how_dienst-2": "Zo.", "clients_dienst-2": "12"},
    "werkprincipes": {},
    "expertise": {},
    "aanpak": {"approach": "Eerst\u0000 dit.", "experience": ""},
}


@pytest.mark.parametrize("slug", ANSWERS)
def test_each_section_saves_what_was_typed(partner, draft, slug):
    response = partner.post(url("section", draft, slug), {**ANSWERS[slug], "revision": 0})

    assert response.status_code == 302


def test_challenges_keep_only_those_with_a_text(partner, draft):
    partner.post(url("section", draft, "uitdagingen"), {**ANSWERS["uitdagingen"], "revision": 0})

    answers = draft.challenge_answers.values_list("challenge__number", "how")
    assert list(answers) == [(2, "Zo.\nEn zo.")]


def test_principles_count_by_tick_or_text(pajotarl, partner, member):
    draft = complete_proposal(call=pajotarl, organisation=member.organisation)
    typed = {"principle_nazorg": "on", "how_signaleren": "Zo.", "revision": 0}

    partner.post(url("section", draft, "werkprincipes"), typed)

    chosen = draft.principle_answers.values_list("working_principle__slug", "how")
    assert list(chosen) == [("nazorg", ""), ("signaleren", "Zo.")]
    page = partner.get(url("section", draft, "werkprincipes"))
    assert page.context["form"].initial["principle_nazorg"] is True


def test_expertise_and_municipalities_save_what_was_ticked(pajotarl, partner, member):
    draft = complete_proposal(call=pajotarl, organisation=member.organisation)
    expertise = {"priority_expertise": ["alleenstaande-ouders"], "revision": 0}
    places = {"municipalities": ["Gooik", "Bever"], "revision": 1}

    partner.post(url("section", draft, "expertise"), expertise)
    partner.post(url("section", draft, "gemeenten"), places)

    assert [part.slug for part in draft.priority_expertise.all()] == ["alleenstaande-ouders"]
    assert [place.name for place in draft.municipalities.all()] == ["Bever", "Gooik"]


def test_too_long_a_text_is_told_and_kept(partner, draft):
    long = summary(draft, summary="x" * 601)

    page = partner.post(url("section", draft, "samenvatting"), long)
    by_itself = partner.post(url("section", draft, "samenvatting"), long, **JSON)

    assert page.status_code == by_itself.status_code == 422
    assert "x" * 601 in page.content.decode()
    assert "601 tekens lang" in by_itself.json()["errors"]["summary"]


@pytest.mark.parametrize("amount", ["veel", "0", "-3", "12,5", "12.5", "3000000000"])
def test_amount_that_is_no_whole_number_is_refused(partner, draft, amount):
    answer = {"budget_eur_per_year": amount, "clients_per_year": "", "revision": 0}

    assert partner.post(url("section", draft, "budget"), answer).status_code == 422


def test_stale_save_shows_both_texts_and_loses_neither(partner, draft, member):
    colleague = MembershipFactory(organisation=member.organisation)
    actions.save_section(
        proposal=draft,
        section=sections.SUMMARY,
        values={"title": "Titel van de collega", "summary": ""},
        revision=0,
        by=colleague.user,
        received_at=IN_TIME,
    )
    page_url = url("section", draft, "samenvatting")

    page = partner.post(page_url, summary(draft, title="Mijn eigen titel"))
    by_itself = partner.post(page_url, summary(draft), **JSON)

    assert page.status_code == by_itself.status_code == 409
    text = page.content.decode()
    assert "<mark>Titel van de collega</mark>" in text
    assert "<mark>Mijn eigen titel</mark>" in text
    assert str(colleague.user) in by_itself.json()["stale"]
    revision = page.context["form"]["revision"].value()
    assert partner.post(page_url, summary(draft, title="Samen", revision=revision)).status_code == 302


def test_own_save_in_another_window_is_told_as_such(partner, draft, member):
    partner.post(url("section", draft, "samenvatting"), summary(draft, title="Venster een"))

    by_itself = partner.post(url("section", draft, "samenvatting"), summary(draft, title="Twee"), **JSON)

    assert by_itself.status_code == 409
    assert "in een ander venster" in by_itself.json()["stale"]


def test_late_save_keeps_the_draft_is_recorded_and_shows_what_was_typed(partner, draft, pass_the_deadline):
    pass_the_deadline()

    page = partner.post(url("section", draft, "samenvatting"), summary(draft, title="Te laat getypt"))
    by_itself = partner.post(url("section", draft, "samenvatting"), summary(draft), **JSON)

    draft.refresh_from_db()
    assert page.status_code == by_itself.status_code == 403
    assert draft.title == "Samen op weg"
    assert "Te laat getypt" in page.content.decode()
    assert Entry.objects.filter(verb="proposal.saved_late").count() == 2


def test_section_after_the_deadline_can_only_be_read(partner, draft, pass_the_deadline):
    pass_the_deadline()

    page = partner.get(url("section", draft, "samenvatting")).content.decode()

    assert '<fieldset id="fields" disabled>' in page
    assert "data-autosave" not in page


def test_text_posted_without_a_session_is_found_back_after_logging_in(client, draft, member):
    page_url = url("section", draft, "samenvatting")

    away = client.post(page_url, summary(draft, title="Bijna verloren"))
    by_itself = client.post(page_url, summary(draft), **JSON)
    client.force_login(member.user)
    page = client.get(page_url)
    again = client.get(page_url)

    assert away.url == f"{reverse('account_login')}?next={page_url}"
    assert (by_itself.status_code, by_itself.json()) == (401, {"login": True})
    assert "Bijna verloren" in page.content.decode()
    assert "Bijna verloren" not in again.content.decode()


def test_far_too_much_text_without_a_session_is_not_kept(client, draft):
    client.post(url("section", draft, "samenvatting"), summary(draft, summary="x" * 200_000))

    assert "typed_before_login" not in client.session


def add(partner, draft, file, name="plan.pdf", **fields):
    content = file if isinstance(file, bytes) else file.read()
    data = {"file": SimpleUploadedFile(name, content), "kind": "plan", **fields}
    return partner.post(url("attachments", draft), data)


def test_attachment_is_added_opened_and_removed(partner, draft):
    assert add(partner, draft, uploads.pdf()).status_code == 302
    attachment = Attachment.objects.get()

    opened = partner.get(url("attachment", draft, attachment.pk))
    removed = partner.post(url("attachment_remove", draft, attachment.pk))

    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    assert opened["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert opened["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert removed.status_code == 302
    assert partner.get(url("attachment", draft, attachment.pk)).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Dit bestand is leeg"),
        (b"gewone tekst", "Dit is geen PDF-"),
        (b"%PDF-1.4\n" + bytes(files.MAX_BYTES), "groter dan 20 MB"),
        (b"%PDF-1.4\n" + bytes(files.MAX_BYTES + 200_000), "groter dan 20 MB"),
    ],
)
def test_refused_attachment_says_why_and_leaves_nothing(partner, draft, content, says, tmp_path):
    page = add(partner, draft, content)

    assert page.status_code == 422
    assert says in page.content.decode()
    assert list(tmp_path.iterdir()) == []


def test_attachment_of_a_hopeless_size_is_cut_off(partner, draft):
    page = partner.generic(
        "POST",
        url("attachments", draft),
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF' + bytes(200_000),
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="300000000",
    )

    assert page.status_code == 422
    assert "groter dan 20 MB" in page.content.decode()


def test_attachment_form_without_a_file_asks_for_one(partner, draft):
    assert partner.post(url("attachments", draft), {"kind": ""}).status_code == 422


def test_attachments_after_the_deadline_are_refused(partner, draft, pass_the_deadline):
    pass_the_deadline()

    assert add(partner, draft, uploads.pdf()).status_code == 403
    assert not Attachment.objects.exists()


def test_attachment_needs_the_csrf_token(client, draft, member):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user)

    assert add(strict, draft, uploads.pdf()).status_code == 403
    assert not Attachment.objects.exists()


def test_filing_leads_to_the_receipt(partner, draft):
    response = partner.post(url("check", draft), {"last_version": ""}, follow=True)

    version = Version.objects.get()
    assert response.redirect_chain == [(url("receipt", draft, 1), 302)]
    text = response.content.decode()
    assert version.digest in text
    assert "28 augustus 2023, 14:03:00,000 (Brusselse tijd)" in text


def test_double_click_files_once_and_says_nothing_odd(partner, draft):
    partner.post(url("check", draft), {"last_version": ""})
    second = partner.post(url("check", draft), {"last_version": ""}, follow=True)

    assert Version.objects.count() == 1
    assert list(second.context["messages"]) == []


def test_filing_again_without_a_change_says_so(partner, draft):
    partner.post(url("check", draft), {"last_version": ""})

    page = partner.post(url("check", draft), {"last_version": "1"}, follow=True)

    assert "Er is niets veranderd sinds versie 1" in page.content.decode()


def test_filing_what_is_incomplete_names_what_lacks_as_links(partner, member):
    draft = ProposalFactory(organisation=member.organisation)

    page = partner.post(url("check", draft))

    assert page.status_code == 422
    assert url("section", draft, "aanpak") in page.content.decode()


def test_filing_late_is_refused_recorded_and_says_whom_to_call(pajotarl, partner, member, pass_the_deadline):
    draft = complete_proposal(call=pajotarl, organisation=member.organisation)
    pass_the_deadline()

    page = partner.post(url("check", draft))

    text = page.content.decode()
    assert page.status_code == 403
    assert "2 september 2023, 00:00:00,000" in text
    assert pajotarl.contacts.first().email in text
    assert LateAttempt.objects.get().by == member.user


def test_filing_late_says_that_what_was_filed_before_counts(partner, draft, member, pass_the_deadline):
    actions.file_proposal(proposal=draft, by=member.user, received_at=IN_TIME)
    Proposal.objects.update(title="Te laat veranderd")
    pass_the_deadline()

    page = partner.post(url("check", draft))

    assert "telt nog altijd: versie 1" in page.content.decode()


def test_writing_under_review_is_refused_in_plain_words(partner, member):
    proposal = filed_proposal(organisation=member.organisation, status="admissible")

    page = partner.post(url("section", proposal, "samenvatting"), summary(proposal))

    assert page.status_code == 403
    assert "wordt beoordeeld" in page.content.decode()


def test_withdrawing_asks_first_and_leaves_the_text(partner, member):
    proposal = filed_proposal(organisation=member.organisation)

    assert partner.get(url("withdraw", proposal)).status_code == 200
    partner.post(url("withdraw", proposal))
    again = partner.post(url("withdraw", proposal), follow=True)

    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"
    assert "waarover nog niet beslist is" in again.content.decode()


def test_no_get_changes_anything(partner, draft):
    entries = Entry.objects.count()
    for name in ("proposal", "attachments", "check", "withdraw"):
        partner.get(url(name, draft))

    before = Proposal.objects.values().get()
    assert Entry.objects.count() == entries
    assert (before["status"], before["revision"]) == ("draft", 0)
    assert partner.get(url("attachment_remove", draft, draft.pk)).status_code == 405


def receipt_pages(proposal):
    return [url(name, proposal, 1) for name in ("receipt", "document", "receipt_pdf")]


@pytest.mark.parametrize(
    ("who", "status"), [("member", 200), ("reviewer", 200), ("other reviewer", 404), ("other member", 404)]
)
def test_receipt_is_for_members_and_staff_of_the_call(client, member, who, status):
    proposal = filed_proposal(organisation=member.organisation)
    people = {
        "member": lambda: member.user,
        "reviewer": lambda: person_with_role("reviewer", proposal.call),
        "other reviewer": lambda: person_with_role("reviewer", CallFactory()),
        "other member": lambda: MembershipFactory().user,
    }
    user = people[who]()
    declared_nothing(user, proposal)
    client.force_login(user)

    assert [client.get(page).status_code for page in receipt_pages(proposal)] == [status] * 3


def test_receipt_of_a_version_that_is_not_there(partner, member):
    proposal = filed_proposal(organisation=member.organisation)

    assert partner.get(url("receipt", proposal, 2)).status_code == 404


def test_receipt_of_an_older_version_points_to_the_last(partner, member):
    proposal = filed_proposal(organisation=member.organisation)
    Proposal.objects.update(title="Beter")
    actions.file_proposal(proposal=proposal, by=member.user, received_at=IN_TIME)

    page = partner.get(url("receipt", proposal, 1)).content.decode()

    assert url("receipt", proposal, 2) in page


def test_document_is_byte_for_byte_what_the_digest_was_taken_of(partner, member):
    import hashlib

    proposal = filed_proposal(organisation=member.organisation)

    response = partner.get(url("document", proposal, 1))

    assert hashlib.sha256(response.content).hexdigest() == proposal.versions.get().digest
    assert json.loads(response.content)["title"] == "Samen op weg"
    assert f'filename="{proposal.reference}-v1.json"' in response["Content-Disposition"]


def verdict(client, *, reference, digest):
    page = client.post(reverse("submissions:check_receipt"), {"reference": reference, "digest": digest})
    return page.context.get("verdict")


def test_check_receipt_judges_without_logging_in(client):
    cache.clear()
    proposal = filed_proposal()
    first = proposal.versions.get()
    genuine = verdict(client, reference=proposal.reference.lower(), digest=f" {first.digest.upper()} ")
    Proposal.objects.update(title="Beter")
    actions.file_proposal(proposal=proposal, by=None, received_at=FILED_AT)
    superseded = verdict(client, reference=proposal.reference, digest=first.digest)
    wrong = verdict(client, reference=proposal.reference, digest="0" * 64)

    assert (genuine.version, genuine.superseded_by) == (first, None)
    assert (superseded.version, superseded.superseded_by) == (first, 2)
    assert wrong.version is None


def test_check_receipt_asks_for_both(client):
    assert client.get(reverse("submissions:check_receipt")).status_code == 200
    assert client.post(reverse("submissions:check_receipt"), {"reference": "X"}).status_code == 422


def test_check_receipt_is_limited_per_receipt_and_asker(client):
    cache.clear()
    page = reverse("submissions:check_receipt")

    answers = [client.post(page, {"reference": "A-1", "digest": "0"}).status_code for _ in range(11)]
    other = client.post(page, {"reference": "A-2", "digest": "0"}).status_code

    assert answers == [200] * 10 + [429]
    assert other == 200


def test_late_filing_tells_what_was_missing_and_whom_to_call(partner, member, pass_the_deadline):
    draft = complete_proposal(organisation=member.organisation, answers={"approach": ""})
    draft.call.contacts.create(role="filing", name="Regie", email="regie@regio.example", phone="02 000 00 00")
    pass_the_deadline()

    text = partner.post(url("check", draft), {"last_version": ""}).content.decode()

    assert "Op dat moment ontbrak in uw kandidatuur nog:" in text
    assert "uw aanpak" in text
    assert "02 000 00 00" in text
    assert LateAttempt.objects.get().missing == ["approach"]

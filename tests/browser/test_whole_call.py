"""The whole call on the official dates of 2023, in Dutch, as four people live it: a partner, a reader, a
coordinator with her colleague, and the jury. Mail and dossiers go through a real Celery worker."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.models import Role
from decisions.models import Decision, Reply
from journal.queries import verify_chain
from matching.composing import compose_partnership
from pajotarl_portal.celery import app
from pitches.actions import prepare_timetable, settle_timetable
from reviews.actions import ensure_criteria
from submissions.models import Proposal
from submissions.queries import verify_versions
from tests.browser import people
from tests.factories import brussels, person_with_role

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "mia@nieuwevrienden.example"


@pytest.fixture
def worker(transactional_db):
    """A Celery worker on the real broker, in a thread of its own."""
    with start_worker(app, pool="solo", perform_ping_check=False, loglevel="ERROR"):
        yield


@pytest.fixture
def cast(pajotarl):
    """Everybody who is there before the call begins."""
    ensure_criteria(call=pajotarl)
    return {
        "coordinator": person_with_role(Role.Kind.COORDINATOR, pajotarl),
        "second": person_with_role(Role.Kind.COORDINATOR, pajotarl),
        "reader": person_with_role(Role.Kind.REVIEWER, pajotarl),
        "assessor": person_with_role(Role.Kind.REVIEWER, pajotarl),
        "jury": [person_with_role(Role.Kind.JURY, pajotarl) for _ in range(3)],
    }


def test_the_whole_call(browse, worker, pajotarl, cast):
    partner = browse()
    partner.goto("/")
    people.move_clock(partner, brussels(2023, 8, 21, 10))
    reference, address = files_a_proposal(partner)

    people.move_clock(partner, brussels(2023, 9, 5, 9))
    desk = browse(user=cast["coordinator"])
    proposal = Proposal.objects.get(reference=reference)
    judges_and_matches(desk, pajotarl, proposal, cast["reader"])
    reads_and_scores(browse(user=cast["reader"]), pajotarl, proposal)
    shortlists_and_schedules(desk, pajotarl, proposal, chair=cast["jury"][0])

    people.move_clock(partner, brussels(2023, 9, 13, 8, 30))
    for juror in cast["jury"]:
        hears_the_pitch(browse(user=juror), pajotarl, reference)

    people.move_clock(partner, brussels(2023, 10, 4, 10))
    confirms_the_partnership(desk, [browse(user=juror) for juror in cast["jury"]], pajotarl)
    decides(desk, browse(user=cast["second"]), pajotarl, proposal)
    replies(partner, address, proposal)
    assesses(browse(user=cast["assessor"]), proposal)

    partner.goto(f"{address}beslissing/")
    partner.get_by_text("Het cijfer is verbeterd").first.wait_for()
    assert verify_chain().ok
    assert verify_versions().ok


def files_a_proposal(page) -> tuple[str, str]:
    people.register(page, email=EMAIL, name="Mia Vriend")
    people.confirm_address(page, email=EMAIL)
    if "/login/" in page.url:
        people.log_in(page, email=EMAIL)
    people.create_organisation(page, name="Nieuwe Vrienden (fictief) vzw", kbo_number="0900.060.030")
    address = people.write_proposal(page)
    people.upload(page, address)
    reference = people.file_proposal(page, address)
    people.open_mail(page, to=EMAIL, about=re.compile("[Oo]ntvangst"))
    page.get_by_text(reference).first.wait_for()
    return reference, address


def judges_and_matches(page, call, proposal, reader):
    people.declare_nothing(page, f"/beheer/reviews/reviewedproposal/belangen/{call.slug}/")
    page.goto(f"/beheer/reviews/reviewedproposal/{proposal.pk}/change/")
    people.act(page, "admissible")
    page.locator("select[name=reviewer]").select_option(str(reader.pk))
    people.act(page, "assign")
    page.goto("/beheer/matching/run/")
    page.locator("form[action*='/nu/'] button").click()
    page.get_by_text(proposal.reference).first.wait_for()


def reads_and_scores(page, call, proposal):
    people.declare_nothing(page, f"/beheer/reviews/reviewedproposal/belangen/{call.slug}/")
    page.goto(f"/beheer/reviews/reviewedproposal/{proposal.pk}/change/")
    for question in page.locator("textarea[name^=why_]").all():
        question.fill("Concreet en haalbaar, met iemand die meegaat.")
    for choice in page.locator("input[type=radio][name^=value_][value='4']").all():
        choice.check()
    people.act(page, "submit")
    page.locator("button[name=act][value=submit]").wait_for(state="detached")


def shortlists_and_schedules(page, call, proposal, *, chair):
    page.goto(f"/beheer/reviews/reviewedproposal/{proposal.pk}/change/")
    people.act(page, "shortlist")
    timetable = prepare_timetable(call=call, by=None)
    timetable.chair = chair
    settle_timetable(timetable=timetable, by=None, changed=["chair"])
    page.goto(f"/beheer/pitches/timetable/{timetable.pk}/rooster/")
    page.get_by_role("button", name="Zoek het beste rooster").click()
    page.get_by_role("cell", name="Nieuwe Vrienden", exact=False).first.wait_for()
    page.goto(f"/beheer/pitches/timetable/{timetable.pk}/bekendmaken/")
    page.get_by_role("button", name=re.compile("^Maak bekend")).click()
    page.get_by_text("bekendgemaakt", exact=False).first.wait_for()


def hears_the_pitch(page, call, reference):
    people.declare_nothing(page, f"/jury/{call.slug}/belangen/")
    page.goto(f"/jury/{call.slug}/")
    people.press(page.get_by_role("link", name=re.compile("Dossier")).first)
    people.press(page.get_by_role("button", name=re.compile("pdf", re.IGNORECASE)))
    assert reference in "".join(text_of(download(page)))
    page.goto(f"/jury/{call.slug}/")
    people.press(page.get_by_role("link", name=re.compile("Scoreblad")).first)
    for choice in page.locator("fieldset input[type=radio][value='4']").all():
        choice.check()
    page.locator("textarea[name=notes]").fill("Sterk verhaal, met cijfers.")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Bewaren").click()
    expect(page.locator("#saved")).to_contain_text("Bewaard om")
    page.goto(f"/jury/{call.slug}/")
    people.press(page.get_by_role("button", name=re.compile("[Bb]undel")).first)
    assert "Nieuwe Vrienden" in "".join(text_of(download(page)))


def download(page) -> bytes:
    """The PDF, once the worker has made it."""
    link = page.get_by_role("link", name="Download de pdf")
    link.wait_for(timeout=60_000)
    with page.expect_download() as started:
        link.click()
    return Path(started.value.path()).read_bytes()


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def confirms_the_partnership(page, jurors, call):
    assert compose_partnership(call=call).members.count() == 1
    outcome = page.locator("select[name^=outcome_]").first
    for _ in range(40):
        page.goto(f"/beheer/decisions/proposaltodecide/partnerschap/{call.slug}/")
        if outcome.count():
            break
        page.wait_for_timeout(250)
    assert outcome.count(), page.locator("main").inner_text()
    outcome.select_option("selected")
    page.locator("input[name^=reason_]").first.fill("De pitch overtuigde.")
    page.locator("textarea[name=account]").fill("Bij consensus, na de laatste pitch.")
    page.get_by_role("button", name="Noteren").click()
    page.get_by_text("De jury moet het nog bevestigen").wait_for()
    chair, *members = jurors
    for juror in members:
        juror.goto(f"/jury/{call.slug}/")
        people.press(juror.get_by_role("link", name="Het partnerschap"))
        juror.get_by_role("button", name="Ik ga akkoord").click()
        juror.get_by_text("U gaat akkoord. De voorzitter ziet het.").wait_for()
    chair.goto(f"/jury/{call.slug}/partnerschap/")
    chair.get_by_role("button", name="Bevestigen in naam van de jury").click()
    chair.get_by_text("Bevestigd in naam van de jury").first.wait_for()


def decides(page, second, call, proposal):
    page.goto(f"/beheer/decisions/proposaltodecide/{proposal.pk}/change/")
    page.locator("input[name=outcome][value=selected]").check()
    people.press(page.locator("main form button.btn-primary").first)
    release = f"/beheer/decisions/release/oproep/{call.slug}/"
    page.goto(release)
    people.act(page, "request")
    second.goto(f"/beheer/reviews/reviewedproposal/belangen/{call.slug}/")
    people.declare_nothing(second, f"/beheer/reviews/reviewedproposal/belangen/{call.slug}/")
    second.goto(release)
    people.act(second, "approve")
    page.goto(release)
    people.act(page, "release")
    page.locator("button[name=act][value=release]").wait_for(state="detached")
    assert Decision.objects.get(proposal=proposal).status == "released"


def replies(page, address, proposal):
    people.open_mail(page, to=EMAIL, about=re.compile("[Bb]eslissing"))
    page.goto(f"{address}beslissing/")
    people.press(page.get_by_role("link", name="Een wederwoord schrijven"))
    page.locator("input[name=disputes]").first.check()
    page.locator("textarea[name=text]").fill("Eén cijfer klopt niet: wij werken met 35 klanten.")
    people.press(page.get_by_role("button", name="Wederwoord versturen"))
    page.get_by_text("wij werken met 35 klanten", exact=False).first.wait_for()


def assesses(page, proposal):
    people.declare_nothing(page, f"/beheer/reviews/reviewedproposal/belangen/{proposal.call.slug}/")
    reply = Reply.objects.get(decision__proposal=proposal)
    page.goto(f"/beheer/decisions/reply/{reply.pk}/change/")
    page.locator("input[name=outcome][value=upheld]").check()
    page.locator("textarea[name=reasons]").fill("Het cijfer is verbeterd; de beslissing blijft dezelfde.")
    page.get_by_role("button", name="Oordeel geven").click()
    page.locator("textarea[name=reasons]").wait_for(state="detached")

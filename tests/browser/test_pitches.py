"""The jury room, the coordinator's timetable and an organisation's own pitch, in Chromium."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Error, expect

from journal.actions import set_clock
from pitches import actions, deliberation, queries
from tests.browser.conftest import PHONE, Screen
from tests.factories import MembershipFactory, filed_proposal
from tests.pitches.factories import (
    MORNING,
    conflict,
    coordinator_of,
    criterion,
    declare_nothing,
    pitching_call,
)

TABLET = Screen(1024, "light")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def call():
    """Five pitches in two rooms, released; the portal stands in the first of them."""
    call = pitching_call(proposals=0, jurors=4, rooms=2, quorum=2)
    for _ in range(5):
        proposal = filed_proposal(call=call, organisation=MembershipFactory().organisation)
        proposal.status = "shortlisted"
        proposal.save()
    criterion(call, "aanpak", 60)
    criterion(call, "ervaring", 40)
    actions.schedule_pitches(call=call, by=None)
    actions.release_schedule(call=call, by=coordinator_of(call))
    set_clock(to=MORNING + timedelta(minutes=5))
    return call


@pytest.fixture
def juror(call):
    juror = queries.jurors_of(call).first()
    declare_nothing(juror, call)
    return juror


def test_jury_pages_are_accessible(browse, assert_accessible, call, juror):
    pitch = queries.announced_to_juror(call, juror).first()
    page = browse(user=juror)

    pages = (
        ("room", []),
        ("sheet", [pitch.pk]),
        ("dossier", [pitch.pk]),
        ("hours", []),
        ("recuse", [pitch.pk]),
    )
    for name, key in pages:
        page.goto(reverse(f"pitches:{name}", args=[call.slug, *key]))
        assert_accessible(page)


def test_partner_page_is_accessible(browse, assert_accessible, call):
    proposal = queries.draft_of(call).first().proposal
    page = browse(user=proposal.organisation.members.get())

    page.goto(reverse("pitches:slot", args=[proposal.pk]))

    assert_accessible(page)


def test_staff_pages_are_accessible(browse, assert_accessible, call):
    coordinator = coordinator_of(call)
    pitch = queries.draft_of(call).first()
    page = browse(user=coordinator)
    actions.move_pitch(pitch=pitch, room=pitch.room, start=MORNING + timedelta(minutes=90), by=coordinator)

    for name, thing in (("draft", call.timetable), ("release", call.timetable), ("move", pitch)):
        page.goto(reverse(f"admin:pitches_{name}", args=[thing.pk]))
        assert_accessible(page)


def test_juror_keeps_a_sheet_by_keyboard_and_without_javascript(browse, call, juror):
    page = browse(user=juror, screen=PHONE, javascript=False)
    page.goto(reverse("pitches:room", args=[call.slug]))

    page.get_by_role("link", name="Scoreblad").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Anker 3").first.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("Notities").focus()
    page.keyboard.type("Kent de buurt goed.")
    page.get_by_role("button", name="Bewaren").focus()
    page.keyboard.press("Enter")

    page.get_by_text("Uw scoreblad is bewaard.").wait_for()
    expect(page.get_by_role("radio", name="Anker 4").first).to_be_checked()
    expect(page.get_by_label("Notities")).to_have_value("Kent de buurt goed.")


def test_sheet_waits_on_the_device_until_there_is_a_connection(browse, call, juror):
    """Lost while typing, closed while lost, and sent from another page once the connection is back."""
    pitch = queries.announced_to_juror(call, juror).first()
    url = reverse("pitches:sheet", args=[call.slug, pitch.pk])
    page = browse(user=juror, screen=TABLET)
    page.goto(url)

    page.context.set_offline(True)
    page.get_by_role("radio", name="Anker 3").first.check()
    page.get_by_label("Notities").fill("Kent de buurt.")
    page.get_by_text("Geen verbinding.").wait_for()
    page.get_by_role("link", name="Naar het rooster").click()
    page.get_by_text("Blijf op deze pagina").wait_for()
    assert queries.sheet_of(pitch, juror) is None
    page.context.set_offline(False)
    page.get_by_text("Bewaard om").wait_for()
    assert queries.sheet_of(pitch, juror).notes == "Kent de buurt."

    page.context.set_offline(True)
    page.get_by_label("Notities").fill("Kent de buurt goed.")
    page.get_by_text("Geen verbinding.").wait_for()
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    with other.expect_response(lambda response: response.request.method == "POST"):
        other.goto(reverse("pitches:room", args=[call.slug]))
    other.goto(url)
    expect(other.get_by_label("Notities")).to_have_value("Kent de buurt goed.")
    assert queries.sheet_of(pitch, juror).scores.get().value == 3


def test_todays_pitches_open_without_a_connection_until_somebody_else_comes(browse, call, juror):
    page = browse(user=juror, screen=TABLET)
    room = reverse("pitches:room", args=[call.slug])
    page.goto(room)
    page.get_by_text(re.compile(r"toestel tot (\d\du\d\d|middernacht), of tot u zich afmeldt")).wait_for()
    page.reload()

    page.context.set_offline(True)
    page.get_by_role("link", name="Scoreblad").first.click()
    page.get_by_label("Notities").fill("Gehoord zonder verbinding.")
    page.get_by_text("Geen verbinding.").wait_for()
    page.get_by_role("link", name="Dossier").click()
    page.get_by_role("link", name="Scoreblad").click()
    page.get_by_text("had nog tekst").wait_for()
    expect(page.get_by_label("Notities")).to_have_value("Gehoord zonder verbinding.")
    page.context.set_offline(False)
    page.get_by_text("Bewaard om").wait_for()
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_label("Notities")).to_have_value("Gehoord zonder verbinding.")
    with pytest.raises(Error, match="ERR_"):
        page.context.new_page().goto(reverse("pitches:hours", args=[call.slug]))
    page.evaluate(
        """async () => {
            const cache = await caches.open((await caches.keys()).find((key) => key.startsWith("jury:")));
            await cache.put("/jury/bewaard-tot", new Response(String(Date.now() - 1)));
        }"""
    )
    with pytest.raises(Error, match="ERR_"):
        page.reload()

    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto("/")
    page.wait_for_function("async () => (await caches.keys()).length === 0 && localStorage.length === 0")


def test_chair_s_notes_save_themselves(browse, call, juror):
    call.timetable.chair = juror
    call.timetable.save()
    pitch = queries.announced_to_juror(call, juror).filter(is_mine=True).first()
    opened = deliberation.open_deliberation(pitch=pitch, by=juror)
    page = browse(user=juror, screen=TABLET)
    page.goto(reverse("pitches:deliberation", args=[call.slug, pitch.pk]))

    page.get_by_role("textbox", name="Verslag van het beraad").fill("Sterk in de buurt.")
    page.get_by_text("Bewaard om").wait_for()

    opened.refresh_from_db()
    assert opened.notes == "Sterk in de buurt."


def test_clock_of_a_pitch_runs_on_over_a_reload(browse, call, juror):
    pitch = queries.announced_to_juror(call, juror).first()
    page = browse(user=juror, screen=TABLET)
    page.goto(reverse("pitches:sheet", args=[call.slug, pitch.pk]))
    left = page.get_by_role("timer")
    expect(left).to_have_text("15:00")

    page.get_by_role("button", name="Start de klok").click()
    page.get_by_text("14:5").wait_for()
    page.reload()
    page.get_by_role("button", name="Pauze").wait_for()
    page.get_by_role("button", name="Naar de vragen").click()

    page.get_by_text("Vragen", exact=True).wait_for()
    assert left.inner_text() in ("10:00", "9:59", "9:58")


def test_coordinator_drags_a_pitch_and_is_warned_at_once(browse, call):
    """To a turn that suits, then to one where somebody else stands, which puts it back."""
    pitch, *_, last = queries.draft_of(call)
    page = browse(user=coordinator_of(call))
    page.goto(reverse("admin:pitches_draft", args=[call.timetable.pk]))
    board = page.locator(".board")
    card = board.locator(".card-pitch", has_text=str(pitch.organisation))

    empty = board.locator('.drop[data-start="10:30"]').last
    card.drag_to(empty)
    page.get_by_text("De organisatie kreeg een andere plaats te horen").wait_for()
    moved = queries.draft_of(call).get(pk=pitch.pk)
    assert (moved.by_hand, moved.during.lower) == (True, MORNING + timedelta(minutes=90))

    card.drag_to(board.locator(".drop:has(.card-pitch)", has_text=str(last.organisation)))
    page.get_by_role("alert").get_by_text("is bezet").wait_for()
    expect(empty.locator(".card-pitch")).to_have_count(1)
    assert queries.draft_of(call).get(pk=pitch.pk).during == moved.during


def test_form_says_what_speaks_against_a_place_while_one_chooses(browse, call):
    pitch = queries.draft_of(call).last()
    page = browse(user=coordinator_of(call))
    page.goto(reverse("admin:pitches_move", args=[pitch.pk]))

    page.get_by_label("Van").fill("09:05")

    page.get_by_text("Deze plaats kan niet").wait_for()
    assert queries.draft_of(call).get(pk=pitch.pk).during == pitch.during


def test_panel_comes_to_an_advice_by_secret_ballot(browse, assert_accessible, call):
    """Two people are not enough for a secret: four heard the pitch, three vote, the chair closes."""
    pitch = queries.draft_of(call).first()
    pitch.told_jurors.set(queries.jurors_of(call))
    chair, *panel = queries.jurors_of(call)
    for member in (chair, *panel):
        declare_nothing(member, call)
    call.timetable.chair = chair
    call.timetable.save()
    url = reverse("pitches:deliberation", args=[call.slug, pitch.pk])
    desk = browse(user=chair, screen=TABLET)
    desk.goto(reverse("pitches:chair", args=[call.slug]))
    assert_accessible(desk)
    desk.get_by_role("link", name="Beraad").first.click()
    desk.get_by_role("button", name="Begin het beraad").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Open een geheime stemming").click()

    for member in panel:
        page = browse(user=member, screen=TABLET)
        page.goto(url)
        page.get_by_role("radio", name="Voor een gunstig advies").check()
        page.get_by_role("button", name="Steek ze in de bus").click()
        page.get_by_text("Uw stem zit in de bus. U kunt").wait_for()
    desk.get_by_text("Gestemd: 3 van de 4.").wait_for()
    assert_accessible(desk)
    desk.get_by_role("button", name="Sluit en tel").click()
    desk.get_by_role("heading", name="Uitslag van de geheime stemming").wait_for()
    desk.get_by_role("radio", name="Gunstig", exact=True).check()
    desk.get_by_label("Redenen").fill("De organisatie kent de buurt.")
    desk.get_by_role("button", name="Schrijf het advies op").click()

    desk.get_by_role("heading", name="Advies van de jury: Gunstig").wait_for()
    assert_accessible(desk)


def test_recused_juror_meets_nothing_of_the_proposal(browse, call, juror):
    hidden = queries.announced_to_juror(call, juror).first()
    conflict(juror, hidden.proposal)
    page = browse(user=juror)

    page.goto(reverse("pitches:room", args=[call.slug]))

    expect(page.locator("table.agenda tbody tr")).to_have_count(4)
    expect(page.get_by_text(hidden.organisation.name)).to_have_count(0)


def test_coordinator_moves_a_pitch_and_sees_who_gets_a_mail(browse, call):
    pitch = queries.draft_of(call).last()
    page = browse(user=coordinator_of(call))
    page.goto(reverse("admin:pitches_draft", args=[call.timetable.pk]))

    row = page.get_by_role("row").filter(has_text=str(pitch.organisation))
    row.get_by_role("link", name="Verplaats").click()
    page.get_by_label("Van").fill("09:05")
    page.get_by_role("button", name="Verplaats deze pitch").click()
    page.get_by_role("alert").get_by_text("is bezet").wait_for()
    page.get_by_label("Van").fill("10:30")
    page.get_by_role("button", name="Verplaats deze pitch").click()
    page.get_by_role("link", name="Bekijk de bekendmaking").click()

    page.get_by_role("heading", name="Het rooster bekendmaken").wait_for()
    rows = page.locator(".draft-table").first.locator("tbody tr")
    assert [row.locator("th").inner_text() for row in rows.all()] == [str(pitch.organisation)]
    page.get_by_role("button", name="Maak bekend en verstuur").click()
    page.get_by_text("onderweg").wait_for()

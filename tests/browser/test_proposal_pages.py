"""Writing and filing in Chromium: saved by itself, nothing typed is lost, readable on every screen."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from journal.models import PracticeClock
from submissions import actions, attaching, sections
from tests.browser.conftest import session_cookie
from tests.factories import FILED_AT, MembershipFactory, brussels, complete_proposal
from tests.submissions import uploads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return MembershipFactory()


@pytest.fixture
def draft(pajotarl, member):
    """A complete draft, some days before the deadline."""
    PracticeClock.objects.update_or_create(
        id=1, defaults={"offset": brussels(2023, 8, 28, 14, 3) - timezone.now()}
    )
    return complete_proposal(call=pajotarl, organisation=member.organisation)


def address(draft, slug="samenvatting"):
    return f"/kandidaturen/{draft.pk}/deel/{slug}/"


def save(draft, user, *, title):
    actions.save_section(
        proposal=draft,
        section=sections.SUMMARY,
        values={"title": title, "summary": ""},
        revision=draft.revision,
        by=user,
        received_at=FILED_AT,
    )


def test_what_is_typed_is_saved_by_itself(browse, draft, member):
    page = browse(user=member.user)
    page.goto(address(draft))

    page.get_by_label("Titel").fill("Vanzelf bewaard")
    page.get_by_text("Bewaard om").wait_for()

    draft.refresh_from_db()
    assert draft.title == "Vanzelf bewaard"
    assert page.evaluate("localStorage.length") == 0


def test_text_that_cannot_be_saved_is_marked_and_told_before_filing(browse, draft, member):
    page = browse(user=member.user)
    page.goto(address(draft))

    page.get_by_label("Samenvatting").fill("a" * 601)
    page.get_by_role("link", name="Kijk na en dien in").click()

    warning = page.locator("#unsaved")
    warning.get_by_role("link", name="Titel en samenvatting").click()
    page.locator("#id_summary[aria-invalid=true]").wait_for()
    expect(page.get_by_label("Samenvatting")).to_have_value("a" * 601)


def test_text_typed_after_the_session_expired_is_back_after_logging_in(browse, draft, member, live_server):
    page = browse(user=member.user)
    page.goto(address(draft))
    Session.objects.all().delete()

    page.get_by_label("Titel").fill("Bijna verloren")
    page.get_by_role("link", name="Meld u opnieuw aan").wait_for()
    page.get_by_label("Titel").fill("Bijna verloren, tot het laatste woord")
    page.context.add_cookies([session_cookie(member.user, live_server.url)])
    page.goto(address(draft))
    page.get_by_text("Bewaard om").wait_for()

    draft.refresh_from_db()
    expect(page.get_by_label("Titel")).to_have_value("Bijna verloren, tot het laatste woord")
    assert draft.title == "Bijna verloren, tot het laatste woord"


def test_text_typed_without_a_connection_is_saved_when_it_is_back(browse, draft, member):
    page = browse(user=member.user)
    page.goto(address(draft))
    page.route("**/deel/**", lambda route: route.fulfill(status=502, body=""))

    page.get_by_label("Titel").fill("Onderweg")
    page.get_by_text("Geen verbinding").wait_for()
    page.unroute("**/deel/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("Bewaard om").wait_for()

    draft.refresh_from_db()
    assert draft.title == "Onderweg"


def test_two_colleagues_in_one_section_see_each_other_and_both_texts(browse, draft, member):
    colleague = MembershipFactory(organisation=member.organisation).user
    browse(user=colleague).goto(address(draft))
    page = browse(user=member.user)
    page.goto(address(draft))
    expect(page.get_by_text(f"{colleague} heeft dit onderdeel ook open.")).to_be_visible()
    save(draft, colleague, title="Van de collega")

    page.get_by_label("Titel").fill("Van mij")
    page.get_by_text("Bewaar met de knop om beide teksten te zien").wait_for()
    page.get_by_role("button", name="Bewaren", exact=True).click()

    page.get_by_text("Van de collega").wait_for()
    expect(page.get_by_label("Titel")).to_have_value("Van mij")

    page.get_by_label("Titel").fill("Van ons samen")
    page.get_by_role("button", name="Bewaren", exact=True).click()
    page.locator(".notice", has_text="Bewaard om").wait_for()
    expect(page.get_by_label("Titel")).to_have_value("Van ons samen")
    assert page.evaluate("localStorage.length") == 0


def test_writing_and_filing_by_keyboard_without_scripts(browse, draft, member):
    page = browse(user=member.user, javascript=False)
    page.goto(address(draft))

    page.get_by_label("Titel").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Met het toetsenbord")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deel/uitdagingen/")
    page.goto(f"/kandidaturen/{draft.pk}/indienen/")
    page.get_by_role("button", name="Dien deze kandidatuur in").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/versies/1/")

    version = draft.versions.get()
    assert version.content["title"] == "Met het toetsenbord"
    expect(page.get_by_text(version.digest)).to_be_visible()


def test_filing_works_on_a_page_from_before_logging_in_again(browse, draft, member, live_server):
    page = browse(user=member.user)
    page.goto(f"/kandidaturen/{draft.pk}/indienen/")
    key = {"name": "csrftoken", "value": "k" * 32, "url": live_server.url}
    page.context.add_cookies([session_cookie(member.user, live_server.url), key])

    page.get_by_role("button", name="Dien deze kandidatuur in").first.click()
    page.wait_for_url("**/versies/1/")

    assert draft.versions.count() == 1


# A progress bar that stood somewhere between nothing and all, before it went away.
HALFWAY = """() => { window.halfway = new Promise((seen, never) => {
    setTimeout(() => never(new Error("the bar was never halfway")), 30000);
    new MutationObserver((_changes, watcher) => {
        const bar = document.querySelector("progress");
        if (bar && bar.value > 0 && bar.value < bar.max) { watcher.disconnect(); seen(); }
    }).observe(document.body, { attributes: true, childList: true, subtree: true });
}); }"""


def test_upload_over_a_slow_line_shows_how_far_it_is(browse, draft, member):
    page = browse(user=member.user)
    page.goto(f"/kandidaturen/{draft.pk}/bijlagen/")
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.evaluate(HALFWAY)
    picture = uploads.picture("PNG", size=(300, 300)).getvalue()

    page.locator("input[type=file]").set_input_files(
        {"name": "foto.png", "mimeType": "image/png", "buffer": picture}
    )
    page.locator("form[data-upload] button").click()

    page.evaluate("() => window.halfway")
    page.locator("li", has_text="foto.png").get_by_role("link").first.wait_for()
    assert draft.attachments.get().size == len(picture)


def test_sections_of_an_earlier_candidacy_are_taken_over(browse, draft, member, assert_accessible):
    answers = {"title": "Van vorig jaar", "summary": "Wij deden dit al eens."}
    earlier = complete_proposal(organisation=member.organisation, answers=answers)
    page = browse(user=member.user)
    page.goto(f"/kandidaturen/{draft.pk}/")

    page.locator(".sources summary").click()
    page.get_by_role("link", name=str(earlier.call)).click()
    expect(page.locator("mark", has_text="vorig")).to_be_visible()
    assert_accessible(page)
    page.locator("#deel-samenvatting").check()
    page.get_by_role("button", name="Overnemen wat aangevinkt is").click()
    page.get_by_text("Overgenomen.").wait_for()

    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("Van vorig jaar", "Wij deden dit al eens.")


def test_pages_of_a_candidacy_are_accessible(browse, draft, member, assert_accessible):
    attached = {"file": uploads.pdf(), "name": "Jaarverslag.pdf", "by": member.user, "received_at": FILED_AT}
    attaching.attach_file(proposal=draft, kind="jaarverslag", **attached)
    actions.file_proposal(proposal=draft, by=member.user, received_at=FILED_AT)
    own = f"/kandidaturen/{draft.pk}/"
    pages = [
        "/kandidaturen/",
        own,
        address(draft, "uitdagingen"),
        address(draft, "diensten"),
        address(draft, "werkprincipes"),
        f"{own}bijlagen/",
        f"{own}indienen/",
        f"{own}versies/1/",
        "/ontvangstbewijs/",
    ]
    page = browse(user=member.user)

    for path in pages:
        page.goto(path)
        assert_accessible(page)

"""What people do in the portal, as they would do it: by what they read on the page."""

import re
from datetime import datetime
from pathlib import Path

SAMPLE = Path(__file__).parent.parent.parent / "data" / "demo" / "jaarverslag.pdf"
PASSWORD = "een-heel-lang-wachtwoord"


def press(link_or_button):
    """Click what leads to a page, and wait until that page is there."""
    with link_or_button.page.expect_navigation():
        link_or_button.click()


def move_clock(page, moment: datetime):
    """Set the portal clock by the bar on top of the page."""
    page.get_by_text("Klok verzetten").click()
    page.get_by_label("Datum en uur (Brusselse tijd)").fill(moment.strftime("%Y-%m-%dT%H:%M"))
    press(page.get_by_role("button", name="Klok zetten"))


def register(page, *, email: str, name: str):
    """From the call's home page to a confirmed address, with the mail that was caught."""
    page.goto("/")
    page.get_by_role("link", name="Stel uw organisatie kandidaat").first.click()
    page.get_by_role("link", name=re.compile("registreer|account", re.IGNORECASE)).first.click()
    page.get_by_label("Uw naam").fill(name)
    page.get_by_label(re.compile("e-mail", re.IGNORECASE)).fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url("**/account/confirm-email/**")


def confirm_address(page, *, email: str):
    open_mail(page, to=email, about=re.compile("[Bb]evestig"))
    press(page.locator(".mail-text a[href*='confirm-email']"))
    press(page.locator("main form .btn-primary"))


def log_in(page, *, email: str):
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def open_mail(page, *, to: str, about):
    """A mail in practice mode's mailbox; the worker may need a moment to send it."""
    row = page.locator(".mail-list li", has_text=to).filter(has_text=about)
    for _ in range(40):
        page.goto("/oefenmodus/post/")
        if row.count():
            break
        page.wait_for_timeout(250)
    press(row.first.get_by_role("link"))


def create_organisation(page, *, name: str, kbo_number: str):
    page.goto("/organisaties/nieuw/")
    page.get_by_label("Naam van de organisatie").fill(name)
    page.locator("select[name=legal_form]").select_option("vzw")
    page.get_by_label("KBO-nummer").fill(kbo_number)
    page.locator("input[name=city]").fill("Gooik")
    page.locator("input[name=email]").fill("info@nieuwevrienden.example")
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url(lambda url: "/nieuw/" not in url)


SECTIONS = {
    "samenvatting": {
        "title": "Samen op weg",
        "summary": "Wij gaan mee, van de keukentafel tot het werk.",
    },
    "uitdagingen": {"challenge_1": "Een vaste begeleider gaat mee naar elke afspraak en blijft bellen."},
    "aanpak": {"approach": "Eerst een koffie aan huis, dan een plan in drie stappen, dan samen op pad."},
    "budget": {"budget_eur_per_year": "48000", "clients_per_year": "35"},
}


def write_proposal(page):
    """Start the candidacy and fill in every section that is asked; returns its address."""
    page.goto("/kandidaturen/")
    page.get_by_role("button", name=re.compile("^(Start|Begin)")).click()
    page.wait_for_url(re.compile(r"/kandidaturen/[0-9a-f-]{36}/"))
    address = page.url
    for section, answers in SECTIONS.items():
        page.goto(f"{address}deel/{section}/")
        for field, text in answers.items():
            page.locator(f"[name={field}]").fill(text)
        save(page)
    page.goto(f"{address}deel/diensten/")
    page.locator("textarea[name*=mobiliteit]").fill("Wij oefenen samen de bus, de fiets en het rijbewijs.")
    page.locator("input[name*=mobiliteit]").first.fill("20")
    save(page)
    page.goto(f"{address}deel/gemeenten/")
    page.get_by_label("Gooik").check()
    save(page)
    return address


def save(page):
    press(page.get_by_role("button", name="Bewaren", exact=True))
    page.get_by_text(re.compile("Bewaard om")).first.wait_for()


def upload(page, address: str):
    page.goto(f"{address}bijlagen/")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_role("button", name="Toevoegen").click()
    page.get_by_role("link", name="jaarverslag.pdf").wait_for()


def file_proposal(page, address: str) -> str:
    """Check and file; returns the reference on the receipt."""
    page.goto(f"{address}indienen/")
    page.get_by_role("button", name=re.compile("^Dien")).first.click()
    page.wait_for_url(re.compile("/versies/1/"))
    return re.search(r"PAJOTARL-2023-\d+", page.locator("h1").inner_text()).group()


def declare_nothing(page, address: str):
    """Say that one has nothing to do with any of the organisations."""
    page.goto(address)
    page.locator("input[name=rest]").check()
    press(page.get_by_role("button", name="Verklaren"))


def act(page, value: str):
    """Press the button of one act on a staff page."""
    press(page.locator(f"button[name=act][value={value}]").first)

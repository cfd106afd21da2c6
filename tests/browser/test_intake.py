"""A coordinator takes a mail in, sees what was read, registers it, completes it and files it."""

import pytest
import time_machine
from playwright.sync_api import expect

from challenges.models import ServiceType
from submissions.intake.models import Intake
from tests.factories import CallFactory, RegionFactory, brussels, person_with_role
from tests.submissions.intake import mails

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/beheer/submissions/intake/"


def test_coordinator_files_a_candidacy_that_came_by_mail(browse, assert_accessible):
    with time_machine.travel(brussels(2023, 9, 2, 9)):
        call = CallFactory(region=RegionFactory(slug="pajotarl", name="PajoTARL"))
        service = ServiceType.objects.filter(call=call).first()
        page = browse(user=person_with_role("coordinator", call))
        mail = {"name": "mail.eml", "mimeType": "message/rfc822", "buffer": mails.candidacy().as_bytes()}

        page.goto(f"{LIST}add/")
        assert_accessible(page)
        page.get_by_label("De mail, bewaard als .eml").set_input_files(mail)
        page.get_by_role("button", name="De mail bewaren en lezen").click()
        page.get_by_role("heading", name="Kandidatuur", exact=True).wait_for()
        assert_accessible(page)
        page.locator("[name=new-legal_form]").select_option("vzw")
        page.locator("[name=new-city]").fill("Gooik")
        page.get_by_role("button", name="Deze kandidatuur registreren").click()
        page.get_by_text("Geregistreerd. Vul aan wat ontbreekt").wait_for()
        assert_accessible(page)
        page.get_by_role("link", name="Diensten", exact=True).click()
        expect(page.get_by_text("Eerst een koffie, dan een plan.")).to_be_visible()
        assert_accessible(page)
        page.locator(f"[name=how_{service.slug}]").fill("In kleine groepen.")
        page.locator(f"[name=clients_{service.slug}]").fill("20")
        page.get_by_role("button", name="Bewaren en naar het volgende deel").click()
        page.locator("input[name=municipalities]").first.check()
        page.get_by_role("button", name="Bewaren", exact=True).click()
        page.get_by_role("button", name="Indienen namens de organisatie").click()
        page.get_by_text("Ingediend als PAJOTARL-2023-001, versie 1").wait_for()
        page.goto(LIST)
        assert_accessible(page)

    intake = Intake.objects.get()
    assert intake.proposal.versions.get().received_at == intake.arrived_at == mails.ARRIVED

import pytest, os
from datetime import timedelta
from journal import clock
from journal.models import PracticeClock
from django.utils import timezone
from django.conf import settings
from challenges.actions import load_call
from submissions import actions
from tests.factories import *
from tests.browser.conftest import Screen
from tests.submissions import uploads
from submissions.sections import WRITTEN

pytestmark = pytest.mark.django_db(transaction=True)

def travel(to):
    PracticeClock.objects.update_or_create(id=1, defaults={"offset": to - timezone.now()})

def test_look(browse, tmp_path, settings, assert_accessible=None):
    settings.MEDIA_ROOT = tmp_path
    call = load_call(settings.BASE_DIR / "data" / "pajotarl-2023.yaml").call
    travel(brussels(2023, 8, 28, 14, 3))
    m = MembershipFactory()
    p = complete_proposal(call=call, organisation=m.organisation)
    p2 = filed_proposal(call=CallFactory(), organisation=m.organisation)
    actions.attach_file(proposal=p, file=uploads.pdf(), name="Jaarverslag 2022.pdf", kind="jaarverslag", by=m.user, received_at=clock.now())
    d = f"/kandidaturen/{p.pk}/"
    pages = {"mine": "/kandidaturen/", "proposal": d, "check": d + "indienen/", "files": d + "bijlagen/", "withdraw": f"/kandidaturen/{p2.pk}/intrekken/",
        "receipt": f"/kandidaturen/{p2.pk}/versies/1/", "verify": "/ontvangstbewijs/", "start": f"/oproep/{call.slug}/kandidaat/"}
    pages |= {s.slug: f"{d}deel/{s.slug}/" for s in WRITTEN}
    only = os.environ.get("ONLY")
    for w, scheme in ((1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")):
        page = browse(user=m.user, screen=Screen(w, scheme))
        for name, url in pages.items():
            if only and name not in only.split(","): continue
            page.goto(url)
            page.screenshot(path=f"/tmp/look-{name}-{w}-{scheme}.png", full_page=True)

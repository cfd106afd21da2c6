"""The digest of each answer, as a stranger recomputes it with what docs/receipt.md says."""

import re
import subprocess

import pytest
from django.conf import settings
from django.urls import reverse

from notifications.models import Message
from submissions.digests import answer_digests
from submissions.reading import readable
from tests.conftest import triggers_off
from tests.factories import CallFactory, MembershipFactory, filed_proposal

pytestmark = pytest.mark.django_db

MANUAL = settings.BASE_DIR / "docs" / "receipt.md"
TEXT = "Eerst “één” koffie,\ndan een plan. ✓"


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def version(member):
    call = CallFactory()
    more = {"number": call.challenges.last().number, "how": "Ook hier."}
    first = {"number": call.challenges.first().number, "how": "Thuis langs."}
    answers = {"approach": TEXT, "experience": "", "challenges": [first, more]}
    proposal = filed_proposal(call=call, organisation=member.organisation, by=member.user, answers=answers)
    return proposal.versions.get()


def digests_of(version):
    content = version.content
    return answer_digests(content, shown=readable(content, call=version.proposal.call))


def test_text_is_what_sha256sum_says_of_it(version):
    told = subprocess.run(["sha256sum"], input=TEXT.encode(), capture_output=True, check=True).stdout

    [approach] = [each for each in digests_of(version) if each.path == "approach"]

    assert approach.digest == told.decode().split()[0]
    assert (approach.label, approach.short) == ("Aanpak", approach.digest[:12])


def test_every_answer_is_what_the_manual_computes(version, tmp_path):
    (tmp_path / "filed.json").write_text(version.document, encoding="utf-8")
    [script] = re.findall(r"^\$ (python3 - .*?^END$)", MANUAL.read_text(encoding="utf-8"), re.M | re.S)
    script = script.replace("PAJOTARL-2023-007-v1.json", "filed.json")

    told = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True)

    computed = dict(reversed(line.split("  ")) for line in told.stdout.splitlines())
    assert computed == {each.path: each.digest for each in digests_of(version)}
    assert {"challenges[0]", "challenges[1]", "service_types[0]", "contact"} <= computed.keys()
    assert "experience" not in computed


def test_receipt_shows_the_digest_of_each_answer(client, member, version):
    client.force_login(member.user)

    page = client.get(reverse("submissions:receipt", args=[version.proposal_id, 1])).content.decode()

    assert all(each.digest in page and f"{each.short}…" in page for each in digests_of(version))


def test_what_was_erased_shows_no_digests(client, member, version):
    with triggers_off():
        type(version).objects.update(purged_at=version.received_at)
    client.force_login(member.user)

    page = client.get(reverse("submissions:receipt", args=[version.proposal_id, 1]))

    assert page.context["digests"] == []


def test_receipt_mail_names_every_answer_with_its_digest(version):
    mail = Message.objects.get(kind="submissions_receipt")

    for each in digests_of(version):
        assert each.digest in mail.text and each.digest in mail.html
    assert "Aanpak" in mail.text

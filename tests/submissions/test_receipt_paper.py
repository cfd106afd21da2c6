import io
import os
from pathlib import Path

import pytest
from django.urls import reverse
from pypdf import PdfReader

from submissions.digests import answer_digests
from submissions.reading import readable
from tests.factories import MembershipFactory, filed_proposal

pytestmark = pytest.mark.django_db


def test_receipt_as_pdf_is_tagged_and_names_what_it_proves(client):
    member = MembershipFactory()
    proposal = filed_proposal(organisation=member.organisation, by=member.user)
    version = proposal.versions.get()
    client.force_login(member.user)

    response = client.get(reverse("submissions:receipt_pdf", args=[proposal.pk, 1]))

    if folder := os.environ.get("LOOK"):
        (Path(folder) / "receipt.pdf").write_bytes(response.content)
    document = PdfReader(io.BytesIO(response.content))
    text = "".join(page.extract_text() for page in document.pages)
    assert response["Content-Type"] == "application/pdf"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "nl"
    assert proposal.reference in text
    assert version.digest in text.replace("\n", "")
    shown = readable(version.content, call=proposal.call)
    assert all(each.digest in text for each in answer_digests(version.content, shown=shown))
    assert "28 augustus 2023, 09:00:00,000 (Brusselse tijd)" in text

"""What was filed stands still in the database itself, whoever holds the connection."""

import pytest
from django.db import IntegrityError, connection, transaction

from submissions import actions, attaching
from submissions.models import Attachment
from submissions.queries import verify_versions
from tests.factories import FILED_AT, complete_proposal
from tests.submissions import uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    draft = complete_proposal()
    attach(draft, "plan.pdf", pages=1)
    return actions.file_proposal(proposal=draft, by=None, received_at=FILED_AT)


def attach(proposal, name, *, pages):
    file = uploads.pdf(pages)
    return attaching.attach_file(proposal=proposal, file=file, name=name, by=None, received_at=FILED_AT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submissions_version SET digest = repeat('0', 64)",
        "DELETE FROM submissions_version",
        "TRUNCATE submissions_version CASCADE",
        "UPDATE submissions_version_attachments SET attachment_id = attachment_id",
        "DELETE FROM submissions_version_attachments",
        "TRUNCATE submissions_version_attachments",
    ],
)
def test_versions_and_their_files_refuse_every_change(version, statement):
    connection.check_constraints()  # PostgreSQL truncates nothing while deferred checks wait

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert list(version.attachments.values_list("name", flat=True)) == ["plan.pdf"]
    assert verify_versions().ok


def test_a_version_takes_no_file_that_its_document_does_not_name(version):
    later = attach(version.proposal, "later.pdf", pages=2)

    with pytest.raises(IntegrityError, match="does not name"), transaction.atomic():
        version.attachments.add(later)


def test_a_version_takes_no_file_of_another_proposal(version):
    same = attach(complete_proposal(), "plan.pdf", pages=1)

    assert same.sha256 == Attachment.objects.get(proposal=version.proposal).sha256
    with pytest.raises(IntegrityError, match="does not name"), transaction.atomic():
        version.attachments.add(same)

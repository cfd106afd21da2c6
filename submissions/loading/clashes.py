"""What a document says against what the portal already holds."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import Organisation
from challenges.call_file.problems import Problem
from challenges.models import Call
from submissions import rules
from submissions.loading.schema import Proposal as Part
from submissions.loading.schema import ProposalDocument
from submissions.models import Proposal


def known_organisation(part: Part) -> Organisation | None:
    """The organisation of the document as the portal knows it: by KBO number, else by name."""
    facts = part.organisation
    if facts.kbo_number:
        return Organisation.objects.filter(kbo_number=facts.kbo_number).first()
    return Organisation.objects.filter(kbo_number=None, name__iexact=facts.name).first()


def clashes(document: ProposalDocument, *, call: Call, to_be_filed: bool) -> Iterator[Problem]:
    """Problems that only show beside the rows of `call`, before anything is written."""
    for index, part in enumerate(document.proposals):
        place = f"proposals[{index}]"
        yield from _another_candidacy(part, call, place)
        yield from _under_review(part, call, place)
        if to_be_filed:
            yield from _missing(part, call, place)


def _another_candidacy(part, call, place) -> Iterator[Problem]:
    organisation = known_organisation(part)
    same = Proposal.objects.filter(call=call, organisation=organisation) if organisation else None
    other = same and same.exclude(external_id=part.external_id).first()
    if other:
        yield Problem(
            f"{place}.organisation",
            _("%(organisation)s has a candidacy in this call under another key: %(key)s.")
            % {"organisation": organisation, "key": other.key or _("written in the portal")},
            _("Use that key, or leave this candidacy out: an organisation files once per call."),
        )
    elsewhere = Proposal.objects.filter(call=call, external_id=part.external_id)
    if elsewhere.exclude(organisation=organisation).exists():
        yield Problem(
            f"{place}.external_id",
            _("This key belongs to the candidacy of another organisation."),
            _("Give this candidacy a key of its own."),
        )


def _under_review(part, call, place) -> Iterator[Problem]:
    loaded = Proposal.objects.filter(call=call, external_id=part.external_id)
    if loaded.exclude(status__in=rules.WRITABLE).exists():
        yield Problem(
            place,
            _("This candidacy is being assessed and can no longer be changed."),
            _("Leave it out of the file."),
        )


def _missing(part, call, place) -> Iterator[Problem]:
    for gap in rules.missing_in(part.answers(), call=call):
        yield Problem(
            f"{place}.{gap.field}",
            _("Before it can be filed this lacks: %(what)s.") % {"what": gap.what},
            _("Fill it in, or load it without filing it."),
        )

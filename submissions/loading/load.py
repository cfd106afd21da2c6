"""Loading candidacies that an organisation sent otherwise: all of them or none."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.models import Organisation
from challenges.models import Call
from journal import clock
from journal.actions import record
from submissions import actions, attaching, files
from submissions.loading.checking import ProposalsRefused, checked
from submissions.loading.clashes import clashes, known_organisation
from submissions.loading.schema import Proposal as Part
from submissions.loading.schema import known_of
from submissions.models import Proposal


@dataclass
class Loaded:
    """How many candidacies were new, changed or the same, and how many versions were filed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    filed: int = 0

    def document(self) -> dict[str, int]:
        return asdict(self)


@files.kept_on_success()
@transaction.atomic
def load_proposals(path: Path, *, call: Call, file: bool = False) -> Loaded:
    """Create or update the drafts of a proposal document, and with `file` file them at their `filed_at`.

    Loading the same again changes nothing: candidacies are known by their `external_id`. Raises
    ProposalsRefused with every problem by its place; nothing is changed then.
    """
    moment = clock.now()
    Call.objects.select_for_update(no_key=True, of=("self",)).get(pk=call.pk)
    found = checked(path, known=known_of(call, folder=path.parent, at=moment, to_be_filed=file))
    if problems := list(clashes(found, call=call, to_be_filed=file)):
        raise ProposalsRefused(problems)
    loaded = Loaded()
    for part in found.proposals:
        proposal, happened = _load(part, call=call, folder=path.parent, at=moment)
        setattr(loaded, happened, getattr(loaded, happened) + 1)
        if file and _file(proposal, part, at=moment, changed=happened != "unchanged"):
            loaded.filed += 1
    return loaded


def _load(part: Part, *, call, folder, at) -> tuple[Proposal, str]:
    organisation, changed = _organisation(part)
    proposal, is_new = Proposal.objects.select_related("call__region", "organisation").get_or_create(
        call=call,
        external_id=part.external_id,
        defaults={"organisation": organisation, "created_at": at, "updated_at": at},
    )
    changed |= actions.put_answers(proposal=proposal, values=_in_order(part, call), by=None, at=at)
    changed |= _put_files(proposal, part, folder=folder, at=at)
    if is_new or changed:
        record("proposal.loaded", about=proposal, call=call, at=at, external_id=part.external_id)
    return proposal, "created" if is_new else "updated" if changed else "unchanged"


def _in_order(part: Part, call) -> dict:
    """The answers in the call's own order, in which the draft gives them back."""
    values = part.answers()
    orders = {
        "service_types": list(call.service_types.values_list("slug", flat=True)),
        "working_principles": list(call.working_principles.values_list("slug", flat=True)),
    }
    for key, order in orders.items():
        values[key] = sorted(values[key], key=lambda row, order=order: order.index(row["slug"]))
    expertise = list(call.priority_expertise.values_list("slug", flat=True))
    values["priority_expertise"] = sorted(values["priority_expertise"], key=expertise.index)
    values["challenges"] = sorted(values["challenges"], key=lambda row: row["number"])
    values["municipalities"] = sorted(values["municipalities"])
    return values


def _organisation(part: Part) -> tuple[Organisation, bool]:
    """The organisation, and whether what is known of it changed.

    It is made when it is new; once it has members, what they say of it stands.
    """
    organisation, facts = known_organisation(part), part.organisation.facts()
    if organisation is None:
        organisation = Organisation.objects.create(**facts)
        record("organisation.created", about=organisation)
        return organisation, False
    changed = sorted(name for name, value in facts.items() if getattr(organisation, name) != value)
    if not changed or organisation.memberships.exists():
        return organisation, False
    Organisation.objects.filter(pk=organisation.pk).update(**facts)
    record("organisation.changed", about=organisation, changed=changed)
    return organisation, True


def _put_files(proposal, part: Part, *, folder: Path, at: datetime) -> bool:
    before = set(proposal.attachments.filter(removed_at__isnull=True))
    kept = set()
    for attachment in part.attachments:
        path = folder / attachment.path
        with path.open("rb") as file:
            found = files.examine(file, name=path.name)
            put = {"file": file, "found": found, "kind": attachment.kind, "by": None, "at": at}
            kept.add(attaching.put_file(proposal=proposal, **put))
    for gone in before - kept:
        attaching.drop_file(attachment=gone, proposal=proposal, by=None, at=at)
    return kept != before


def _file(proposal, part: Part, *, at, changed: bool) -> bool:
    """File unless it stands filed like this, or was withdrawn by the organisation and is unchanged."""
    if proposal.status == Proposal.Status.WITHDRAWN and not changed:
        return False
    before = proposal.versions.count()
    actions.file_proposal(proposal=proposal, by=None, received_at=part.filed_at or at)
    return proposal.versions.count() > before

"""Starting from earlier work: what an own proposal of another region or edition can give to this one."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from challenges.models import Call
from challenges.queries import municipalities_of
from journal.actions import record
from submissions import actions, answers, queries, rules, sections
from submissions.models import Proposal

TEXTS = ("title", "summary", "approach", "experience")
NUMBERS = ("budget_eur_per_year", "clients_per_year")


def sources_for(proposal, *, user):
    """The other proposals of the same organisation, drafts too, the newest first."""
    own = queries.proposals_of(user).filter(organisation=proposal.organisation_id).exclude(pk=proposal.pk)
    return own.select_related("call__region").order_by("-updated_at")


def carried_over(earlier: dict, *, source: Call, target: Call) -> dict:
    """The answers of `earlier` that mean something in `target`, by the keys of the proposal document.

    Challenges are matched by their title, since each region numbers its own; service types, principles
    and expertise by slug; municipalities by name. What the other call does not ask is left behind.
    """
    titles = {challenge.title.casefold(): challenge.number for challenge in target.challenges.all()}
    numbers = {
        challenge.number: titles.get(challenge.title.casefold()) for challenge in source.challenges.all()
    }
    services = {service.slug for service in target.service_types.all()}
    principles = {principle.slug for principle in target.working_principles.all()}
    expertise = [part.slug for part in target.priority_expertise.all()]
    places = {place.name for place in municipalities_of(target)}
    challenges = [
        {"number": numbers[row["number"]], "how": row["how"]}
        for row in earlier["challenges"]
        if numbers.get(row["number"])
    ]
    return {
        **{key: earlier[key] for key in ("contact", *TEXTS, *NUMBERS)},
        "challenges": sorted(challenges, key=lambda row: row["number"]),
        "service_types": [row for row in earlier["service_types"] if row["slug"] in services],
        "municipalities": [name for name in earlier["municipalities"] if name in places],
        "working_principles": [row for row in earlier["working_principles"] if row["slug"] in principles],
        "priority_expertise": [slug for slug in expertise if slug in earlier["priority_expertise"]],
    }


@transaction.atomic
def copy_sections(
    *,
    proposal: Proposal,
    source: Proposal,
    chosen: list[sections.Section],
    revision: int,
    by: User,
    received_at: datetime,
) -> Proposal:
    """Write the `chosen` sections of `source` over those of the draft `proposal`.

    `revision` is the draft's when the differences were shown. Raises what `save_section` raises, Stale
    too: nothing is copied then. Attachments stay where they are.
    """
    rules.require_member(by, source.organisation)
    values = carried_over(answers.read(source), source=source.call, target=proposal.call)
    for section in chosen:
        proposal = actions.save_section(
            proposal=proposal,
            section=section,
            values={key: values[key] for key in section.keys},
            revision=revision,
            by=by,
            received_at=received_at,
        )
    slugs = [section.slug for section in chosen]
    record(
        "proposal.copied",
        about=proposal,
        by=by,
        call=proposal.call,
        at=received_at,
        source=str(source.pk),
        sections=slugs,
    )
    return proposal

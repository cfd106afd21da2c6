"""The answers of a draft, in the words of the proposal document: read as plain data, written back from it."""

from submissions.models import ProposalChallenge, ProposalPrinciple, ProposalService

KEYS = (
    "contact",
    "title",
    "summary",
    "challenges",
    "service_types",
    "municipalities",
    "working_principles",
    "priority_expertise",
    "approach",
    "experience",
    "budget_eur_per_year",
    "clients_per_year",
)
BLANK = {
    "contact": {"name": "", "email": "", "phone": None},
    "title": "",
    "summary": "",
    "challenges": [],
    "service_types": [],
    "municipalities": [],
    "working_principles": [],
    "priority_expertise": [],
    "approach": "",
    "experience": "",
    "budget_eur_per_year": None,
    "clients_per_year": None,
}


def read(proposal, keys=None) -> dict:
    """The answers of the draft by the keys of the proposal document: all of them, or those in `keys`.

    Uses the prefetches of `queries.with_answers` where they are there.
    """
    return {
        key: _READERS[key](proposal) if key in _READERS else getattr(proposal, key) for key in keys or KEYS
    }


def _read_contact(proposal):
    phone = proposal.contact_phone or None
    return {"name": proposal.contact_name, "email": proposal.contact_email, "phone": phone}


def _read_challenges(proposal):
    return [
        {"number": answer.challenge.number, "how": answer.how} for answer in proposal.challenge_answers.all()
    ]


def _read_services(proposal):
    return [
        {"slug": answer.service_type.slug, "how": answer.how, "clients_per_year": answer.clients_per_year}
        for answer in proposal.service_answers.all()
    ]


def _read_municipalities(proposal):
    return [place.name for place in proposal.municipalities.all()]


def _read_principles(proposal):
    return [
        {"slug": answer.working_principle.slug, "how": answer.how}
        for answer in proposal.principle_answers.all()
    ]


def _read_expertise(proposal):
    return [expertise.slug for expertise in proposal.priority_expertise.all()]


def columns_of(keys) -> list[str]:
    """The fields of the draft itself that hold answers under `keys`; the others have rows of their own."""
    contact = ["contact_name", "contact_email", "contact_phone"]
    plain = [key for key in keys if key not in _WRITERS]
    return [*plain, *(contact if "contact" in keys else ())]


def write(proposal, values: dict) -> None:
    """Store `values` (keys of the proposal document) in the draft and its rows; the caller saves the draft.

    Numbers and slugs must be the call's own: forms and the loading command see to that before.
    """
    for key, value in values.items():
        writer = _WRITERS.get(key)
        if writer:
            writer(proposal, value)
        else:
            setattr(proposal, key, value)


def _write_contact(proposal, contact):
    proposal.contact_name = contact["name"]
    proposal.contact_email = contact["email"]
    proposal.contact_phone = contact["phone"] or ""


def _write_challenges(proposal, rows):
    challenges = {challenge.number: challenge for challenge in proposal.call.challenges.all()}
    proposal.challenge_answers.all().delete()
    ProposalChallenge.objects.bulk_create(
        ProposalChallenge(proposal=proposal, challenge=challenges[row["number"]], how=row["how"])
        for row in rows
    )


def _write_services(proposal, rows):
    services = {service.slug: service for service in proposal.call.service_types.all()}
    proposal.service_answers.all().delete()
    ProposalService.objects.bulk_create(
        ProposalService(
            proposal=proposal,
            service_type=services[row["slug"]],
            how=row["how"],
            clients_per_year=row["clients_per_year"],
        )
        for row in rows
    )


def _write_principles(proposal, rows):
    principles = {principle.slug: principle for principle in proposal.call.working_principles.all()}
    proposal.principle_answers.all().delete()
    ProposalPrinciple.objects.bulk_create(
        ProposalPrinciple(proposal=proposal, working_principle=principles[row["slug"]], how=row["how"])
        for row in rows
    )


def _write_municipalities(proposal, names):
    proposal.municipalities.set(proposal.call.region.municipalities.filter(name__in=names))


def _write_expertise(proposal, slugs):
    proposal.priority_expertise.set(proposal.call.priority_expertise.filter(slug__in=slugs))


_WRITERS = {
    "contact": _write_contact,
    "challenges": _write_challenges,
    "service_types": _write_services,
    "working_principles": _write_principles,
    "municipalities": _write_municipalities,
    "priority_expertise": _write_expertise,
}

_READERS = {
    "contact": _read_contact,
    "challenges": _read_challenges,
    "service_types": _read_services,
    "municipalities": _read_municipalities,
    "working_principles": _read_principles,
    "priority_expertise": _read_expertise,
}

"""A proposal document as people read it: names where the document has numbers and slugs."""

from accounts.kbo import written_kbo_number
from accounts.models import Organisation


def readable(content: dict, *, call) -> dict:
    """`content` (keys of the proposal document) with the call's own names, for `submissions/reading.html`.

    Takes four queries, for the call's challenges, service types, principles and expertise, unless
    they are prefetched. What the call no longer knows keeps its number or slug.
    """
    challenges = {challenge.number: challenge for challenge in call.challenges.all()}
    services = {service.slug: service.need for service in call.service_types.all()}
    principles = {principle.slug: principle.name for principle in call.working_principles.all()}
    expertise = {expertise.slug: expertise.name for expertise in call.priority_expertise.all()}
    legal_forms = dict(Organisation.LegalForm.choices)
    organisation = content["organisation"]
    return {
        **content,
        "organisation": {
            **organisation,
            "legal_form": legal_forms.get(organisation["legal_form"], organisation["legal_form"]),
            "kbo_number": written_kbo_number(organisation["kbo_number"]),
        },
        "challenges": [{**row, "challenge": challenges.get(row["number"])} for row in content["challenges"]],
        "service_types": [
            {**row, "name": services.get(row["slug"], row["slug"])} for row in content["service_types"]
        ],
        "working_principles": [
            {**row, "name": principles.get(row["slug"], row["slug"])} for row in content["working_principles"]
        ],
        "priority_expertise": [expertise.get(slug, slug) for slug in content["priority_expertise"]],
    }

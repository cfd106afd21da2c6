"""Reading personas, with the challenges they meet."""

from django.db.models import QuerySet

from personas.models import Persona


def personas_of_call(slug: str) -> QuerySet[Persona]:
    """The personas that the call with `slug` is about, each once."""
    return Persona.objects.filter(challenges__call__slug=slug).distinct()


def challenges_met(persona: Persona, *, slug: str) -> QuerySet:
    """The challenges of the call with `slug` that `persona` meets, each with all its personas
    and needs."""
    return (
        persona.challenges.filter(call__slug=slug)
        .select_related("call__region")
        .prefetch_related("persona_links__persona", "needs__service_type")
    )


def services_that_help(challenges) -> list:
    """The service types that `challenges` need, each once: what more of them need first."""
    needed = [need.service_type for challenge in challenges for need in challenge.needs.all()]
    return sorted(set(needed), key=lambda service: (-needed.count(service), service.position))

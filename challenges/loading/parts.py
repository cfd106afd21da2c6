"""How a checked call file becomes rows. Only `actions.load_call` calls this, inside its transaction."""

from challenges.call_file.calendar import Moments
from challenges.call_file.schema import CallFile, Merger
from challenges.loading.municipalities import save_municipalities
from challenges.loading.tally import Tally
from challenges.models import Call, Challenge, ChallengePersona, Need, Region
from personas.models import Persona


def save(*, document: CallFile, moments: list[Moments], mergers: tuple[Merger, ...]) -> tuple[Call, Tally]:
    """Write the whole document and return its call with the tally."""
    tally = Tally()
    region = tally.put(Region, slug=document.region.slug, values={"name": document.region.name})
    call = _save_call(tally, document, region)
    _save_calendar(tally, call, moments)
    save_municipalities(tally, document, call, mergers)
    _save_lists(tally, document, call)
    _save_challenges(tally, document, call, _save_personas(tally, document))
    return call, tally


def _save_call(tally, document, region) -> Call:
    # A key that the file does not mention keeps what staff wrote in the portal.
    values = document.call.model_dump(exclude={"slug"}, exclude_unset=True, exclude_none=True)
    return tally.put(
        Call,
        slug=document.call.slug,
        values={**values, "region": region, "filing_rule": document.filing_rule},
    )


def _save_calendar(tally, call, moments):
    kept = [
        tally.put(
            call.milestones.model,
            call=call,
            kind=each.kind,
            values={
                "starts": each.starts,
                "until": each.until,
                "closes": each.closes,
                "reserve": each.reserve,
                "says": each.says,
                "position": position,
            },
        )
        for position, each in enumerate(moments)
    ]
    tally.keep_only(call.milestones, kept, place="milestones")


def _save_lists(tally, document, call):
    for name in ("service_types", "working_principles", "priority_expertise"):
        rows = getattr(call, name)
        kept = [
            tally.put(
                rows.model,
                call=call,
                slug=part.slug,
                values={**part.model_dump(exclude={"slug"}), "position": position},
            )
            for position, part in enumerate(getattr(document, name))
        ]
        tally.keep_only(rows, kept, place=name)
    kept = [
        tally.put(
            call.contacts.model,
            call=call,
            role=contact.role,
            email=contact.email,
            values={**contact.model_dump(exclude={"role", "email"}), "position": position},
        )
        for position, contact in enumerate(document.contacts)
    ]
    tally.keep_only(call.contacts, kept, place="contacts")


def _save_personas(tally, document) -> dict[str, Persona]:
    return {
        part.slug: _save_persona(tally, part, position) for position, part in enumerate(document.personas)
    }


def _save_persona(tally, part, position) -> Persona:
    values = {"name": part.name, "position": position}
    # Staff may describe a persona in the portal; a file that is silent about it takes nothing away.
    if part.description:
        values["description"] = part.description
    return tally.put(Persona, slug=part.slug, values=values)


def _save_challenges(tally, document, call, personas):
    services = {service.slug: service for service in call.service_types.all()}
    kept = []
    for index, part in enumerate(document.challenges):
        values = part.model_dump(include={"title", "target_group", "barriers", "questions"})
        challenge = tally.put(Challenge, call=call, number=part.number, values=values)
        place = f"challenges[{index}]"
        _save_persona_links(tally, challenge, [personas[slug] for slug in part.personas], place)
        _save_needs(tally, challenge, part.service_types, services, place)
        kept.append(challenge)
    tally.keep_only(call.challenges, kept, place="challenges")


def _save_persona_links(tally, challenge, personas, place):
    kept = [
        tally.put(ChallengePersona, challenge=challenge, persona=persona, values={"position": position})
        for position, persona in enumerate(personas)
    ]
    tally.keep_only(challenge.persona_links, kept, place=f"{place}.personas")


def _save_needs(tally, challenge, needs, services, place):
    kept = [
        tally.put(
            Need,
            challenge=challenge,
            service_type=services[slug],
            values=_need_values(challenge, services[slug], need, position),
        )
        for position, (slug, need) in enumerate(needs.items())
    ]
    tally.keep_only(challenge.needs, kept, place=f"{place}.service_types")


def _need_values(challenge, service, need, position) -> dict:
    """The file's weight; a weight that staff confirmed in the portal stays confirmed while it is the same."""
    confirmed = Need.objects.filter(
        challenge=challenge, service_type=service, weight=need.weight, assumed=False
    ).exists()
    return {"weight": need.weight, "assumed": need.assumed and not confirmed, "position": position}

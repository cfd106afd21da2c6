"""The call and its proposals as the engine wants to see them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import prefetch_related_objects

from challenges.queries import municipalities_of
from journal.chain import canonical_json, sha256
from matching.engine import types
from matching.engine.lexicon import Lexicon
from matching.engine.lexicon_files import load_lexicon
from matching.models import Weights
from submissions import document

ENGINE = Path(__file__).parent / "engine"
SCORING = (
    "evidence",
    "echo",
    "lexicon",
    "lexicon_files",
    "matcher",
    "ngrams",
    "points",
    "score",
    "text",
    "tone",
    "types",
)
PARTS = ("challenges__needs__service_type", "service_types", "working_principles", "priority_expertise")
LEXICON = Path(settings.BASE_DIR) / "data" / "lexicon"


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of this installation, read once per process."""
    return load_lexicon(LEXICON)


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 over the source that scores, so that a changed formula is another scoring version.
    What composes is not in it: it changes no score, and each composition carries its own proof."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE / f"{name}.py" for name in SCORING):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def weights_of(call) -> Weights:
    """The call's weights; the published defaults where staff never set any."""
    try:
        return call.weights
    except Weights.DoesNotExist:
        return Weights(call=call)


def engine_call(call) -> types.Call:
    """`call` as the engine sees it: eight queries, of which five are saved when `PARTS` are prefetched."""
    prefetch_related_objects([call], *PARTS)
    weights = weights_of(call)
    return types.Call(
        challenges=tuple(map(_challenge, call.challenges.all())),
        service_types=tuple(types.ServiceType(s.slug, s.need, s.service) for s in call.service_types.all()),
        municipalities=tuple(
            types.Municipality(m.nis, m.name, m.inhabitants) for m in municipalities_of(call)
        ),
        principles=tuple(types.Named(p.slug, p.name, p.note) for p in call.working_principles.all()),
        expertise=tuple(types.Named(e.slug, e.name) for e in call.priority_expertise.all()),
        weights={signal: getattr(weights, signal) for signal in types.SIGNALS},
        capacity_wanted=weights.capacity_wanted,
        municipalities_alike=weights.municipalities_alike,
    )


def _challenge(challenge) -> types.Challenge:
    return types.Challenge(
        challenge.number,
        challenge.title,
        challenge.target_group,
        (*challenge.barriers, *challenge.questions),
        {need.service_type.slug: need.weight for need in challenge.needs.all()},
    )


def recipe(call: types.Call) -> str:
    """Everything besides the proposals that decides a score, as canonical JSON."""
    return canonical_json({"call": asdict(call), "lexicon": lexicon().digest, "code": code_digest()})


def scoring_version(recipe: str) -> str:
    """SHA-256 of a recipe: equal for equal weights, needs, lexicon and code."""
    return sha256(recipe)


@lru_cache(maxsize=4)
def call_in(recipe: str) -> types.Call:
    """The engine's call as a stored recipe has it, whatever became of the call since."""
    row = json.loads(recipe)["call"]
    parts = {
        "challenges": types.Challenge,
        "service_types": types.ServiceType,
        "municipalities": types.Municipality,
        "principles": types.Named,
        "expertise": types.Named,
    }
    return types.Call(
        **row | {name: tuple(make(**each) for each in row[name]) for name, make in parts.items()}
    )


def expertise_in(recipe: str) -> dict[str, str]:
    """What the priority expertise of a stored recipe is called, by slug."""
    return {each.slug: each.name for each in call_in(recipe).expertise}


def engine_proposals(versions: Iterable, *, call: types.Call) -> list[types.Proposal]:
    """Frozen versions as the engine sees them, in the order of their keys."""
    places = {m.name: m.nis for m in call.municipalities}
    found = [engine_proposal(version, places=places) for version in versions]
    return sorted(found, key=lambda proposal: proposal.external_id)


def engine_proposal(version, *, places: dict[str, str]) -> types.Proposal:
    """One frozen version; `places` maps the names of municipalities to their codes."""
    row = document.content_in(version.document)
    proposal = version.proposal
    return engine_content(row, places=places, key=proposal.key, reference=proposal.reference)


def engine_content(row: dict, *, places: dict[str, str], key="", reference="") -> types.Proposal:
    """The content of a proposal document, frozen or still a draft, as the engine sees it."""
    return types.Proposal(
        external_id=key,
        reference=reference,
        texts=texts_in(row),
        challenges=tuple(each["number"] for each in row["challenges"]),
        service_types={each["slug"]: each["clients_per_year"] or 0 for each in row["service_types"]},
        municipalities=tuple(places.get(name, name) for name in row["municipalities"]),
        principles=tuple(each["slug"] for each in row["working_principles"]),
        expertise=tuple(row["priority_expertise"]),
        budget_eur=row["budget_eur_per_year"] or 0,
        clients=row["clients_per_year"] or 0,
    )


def texts_in(row: dict) -> dict[str, str]:
    """Every text of a proposal document under its place: `approach`, `challenges[0].how`."""
    found = {name: row.get(name) or "" for name in ("title", "summary", "approach", "experience")}
    for kind in ("challenges", "service_types", "working_principles"):
        for i, each in enumerate(row[kind]):
            found[f"{kind}[{i}].how"] = each.get("how") or ""
    return found

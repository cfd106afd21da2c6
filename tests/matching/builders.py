"""Small calls, proposals and random composition problems for the engine's tests."""

import json
import random
from dataclasses import replace
from pathlib import Path

import yaml

from matching.engine.coverage import Offer, Problem
from matching.engine.types import Call, Challenge, Municipality, Named, Proposal, ServiceType

from .quality import Judged

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LEXICON = ROOT / "data" / "lexicon"
WEIGHTS = {
    "chosen": 30,
    "services": 25,
    "text": 20,
    "municipalities": 10,
    "principles": 10,
    "expertise": 5,
}


def pajotarl() -> Call:
    return call_of(ROOT / "data" / "pajotarl-2023.yaml")


def call_of(path: Path) -> Call:
    """The call in a file of `load_call`, as the engine sees it."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Call(
        challenges=tuple(_challenge(c) for c in document["challenges"]),
        service_types=tuple(
            ServiceType(s["slug"], s["need"], s["service"]) for s in document["service_types"]
        ),
        municipalities=tuple(
            Municipality(m["nis"], m["name"], m["inhabitants"]) for m in document["region"]["municipalities"]
        ),
        principles=tuple(
            Named(p["slug"], p["name"], p.get("note", "")) for p in document["working_principles"]
        ),
        expertise=tuple(Named(e["slug"], e["name"]) for e in document["priority_expertise"]),
        weights=WEIGHTS,
    )


def _challenge(row: dict) -> Challenge:
    passages = tuple(row["barriers"]) + tuple(row["questions"])
    return Challenge(row["number"], row["title"], row["target_group"], passages, row["service_types"])


def proposal(call: Call, **row) -> Proposal:
    """A proposal of the sample document's shape as the engine sees it."""
    texts = {name: row.get(name) or "" for name in ("title", "summary", "approach", "experience")}
    for kind in ("challenges", "service_types", "working_principles"):
        for i, item in enumerate(row.get(kind, ())):
            texts[f"{kind}[{i}].how"] = item["how"]
    codes = {m.name: m.nis for m in call.municipalities}
    return Proposal(
        external_id=row.get("external_id", "p"),
        reference="",
        texts=texts,
        challenges=tuple(c["number"] for c in row.get("challenges", ())),
        service_types={s["slug"]: s["clients_per_year"] for s in row.get("service_types", ())},
        municipalities=tuple(codes.get(m, m) for m in row.get("municipalities", ())),
        principles=tuple(p["slug"] for p in row.get("working_principles", ())),
        expertise=tuple(row.get("priority_expertise", ())),
        budget_eur=row.get("budget_eur_per_year", 0),
        clients=row.get("clients_per_year", 0),
    )


def load(call: Call, name: str) -> list[Proposal]:
    rows = json.loads((HERE / name).read_text(encoding="utf-8"))["proposals"]
    return [proposal(call, **row) for row in rows]


def written(call: Call, *, half: str) -> list[tuple[Proposal, dict]]:
    """The written candidacies of one half, each with the careful reader's judgement."""
    rows = yaml.safe_load((HERE / "written.yaml").read_text(encoding="utf-8"))
    return [(_written(call, row), row) for row in rows if row["half"] == half]


def _written(call: Call, row: dict) -> Proposal:
    return proposal(
        call,
        external_id=row["id"],
        title=row["title"],
        summary=row["text"].split(". ")[0] + ".",
        approach=row["text"],
        challenges=[{"number": n, "how": ""} for n in row["ticks"]],
        service_types=[{"slug": s, "how": "", "clients_per_year": 20} for s in row["services"]],
        municipalities=["Lennik", "Gooik"],
    )


class Unjudged(ValueError):
    """A proposal has no judgement, or a judgement another shape than relevance.json."""


def judged_sets(call: Call) -> dict[str, list[Judged]]:
    """Every judged set of the tests: the samples, the thirds of the written candidacies, those of
    strangers to the lexicon, those in unusual registers, and sets of other strangers: short ones, long
    ones and both. Even halves, the others and the unread were never read while it was made; the others
    were measured at the end of each mending, the unread at the end of the last."""
    found = {"samples": judged_files(call, HERE / "samples.json", HERE / "relevance.json")}
    for half in "abc":
        found[half] = [
            Judged(each, row["relevance"], frozenset(row["supported"]))
            for each, row in written(call, half=half)
        ]
    found |= _halves("strangers", judged_files(call, *_files("strangers")))
    for name in ("others", "short", "long", "mixed", "unread"):
        found[name] = judged_files(call, *_files(name))
    return found | _halves("registers", judged_files(call, *_files("registers")))


def _files(name: str) -> tuple[Path, Path]:
    return HERE / f"{name}.json", HERE / f"{name}-relevance.json"


def _halves(name: str, judged: list[Judged]) -> dict[str, list[Judged]]:
    """By the number of the proposal: the odd half was read to mend by, the even half was not."""
    return {
        f"{name}, {half}": [each for each in judged if int(each.proposal.external_id[1:]) % 2 == rest]
        for half, rest in (("odd", 1), ("even", 0))
    }


def judged_files(call: Call, proposals: Path, relevance: Path) -> list[Judged]:
    """Proposals of a document with their judgements. Raises Unjudged naming the proposal."""
    judgements = json.loads(relevance.read_text(encoding="utf-8"))
    rows = json.loads(proposals.read_text(encoding="utf-8"))["proposals"]
    return [_judged(proposal(call, **row), judgements) for row in rows]


def _judged(given: Proposal, judgements: dict) -> Judged:
    try:
        row = judgements[given.external_id]
        relevance = {int(number): int(value) for number, value in row["challenges"].items()}
        return Judged(given, relevance, frozenset(row["service_types"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f'{given.external_id}: expected {{"challenges": {{"1": 0..2}}, "service_types": [slug]}}'
        raise Unjudged(message) from error


def random_problem(seed: int, *, offers: int, needs: int = 8, places: int = 4) -> Problem:
    """A seeded composition problem of the given size, with expertise, legal groups and merits in
    some of them."""
    source = random.Random(seed)
    slugs = [f"s{i}" for i in range(max(2, needs // 2))]
    pairs = sorted({(source.randint(1, 3), source.choice(slugs)) for _ in range(needs)})
    weights = {need: source.randint(1, 3) for need in pairs}
    nis = {f"m{i}": source.randint(20, 300) for i in range(places)}
    cells = {(*need, m): w * share for need, w in weights.items() for m, share in nis.items()}
    extras = random.Random(-seed)
    found = [_random_offer(source, i, slugs, nis) for i in range(offers)]
    return Problem(weights, cells, tuple(_with_extras(extras, each, seed) for each in found))


def _random_offer(source, i: int, slugs, nis) -> Offer:
    return Offer(
        external_id=f"o{i:03}",
        cost=source.randrange(5_000, 90_000, 500),
        quarters={s: source.randint(1, 4) for s in source.sample(slugs, source.randint(0, 2))},
        points={c: source.randint(25, 95) for c in source.sample((1, 2, 3), source.randint(0, 3))},
        municipalities=frozenset(source.sample(sorted(nis), source.randint(0, len(nis)))),
    )


def _with_extras(source, offer: Offer, seed: int) -> Offer:
    return replace(
        offer,
        expertise=frozenset(e for e in ("jongeren", "ouders") if seed % 3 == 0 and source.random() < 0.25),
        group=source.choice(("", "", "koepel", "keten")) if seed % 2 else "",
        merit=source.randint(40, 95) if seed % 4 == 1 else None,
    )

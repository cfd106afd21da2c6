"""Composition problems of the size and shape of a region's: its own needs and municipalities."""

import random

from matching.engine.coverage import Offer, Problem, problem_of
from matching.engine.types import Call

MODEST = (1, 1, 2, 2, 3, 4)


def regional_problem(call: Call, *, offers: int, seed: int = 7) -> Problem:
    """Seeded proposals for the needs of `call`: most do one to three things for one to three
    challenges in part of the region, few of them for everybody who needs it."""
    source = random.Random(seed)
    return problem_of(call, [_offer(call, source, number) for number in range(offers)])


def _offer(call: Call, source: random.Random, number: int) -> Offer:
    home = source.choice(call.challenges)
    others = source.sample([c.number for c in call.challenges], source.choice((0, 0, 1, 1, 2)))
    slugs = [s.slug for s in call.service_types]
    services = {source.choice(sorted(home.needs)), *source.sample(slugs, source.choice((0, 1, 1, 2)))}
    places = [m.nis for m in call.municipalities]
    return Offer(
        external_id=f"p{number:04}",
        cost=source.randrange(12_000, 75_000, 250),
        quarters={slug: source.choice(MODEST) for slug in sorted(services)},
        points={n: source.randint(25, 92) for n in sorted({home.number, *others})},
        municipalities=frozenset(source.sample(places, source.randint(1, len(places)))),
        expertise=frozenset(e.slug for e in call.expertise if source.random() < 0.12),
        group=f"groep {source.randrange(12)}" if source.random() < 0.1 else "",
    )

"""A small valid call file, to bend in one place at a time."""

from copy import deepcopy

SMALL = {
    "call": {
        "slug": "oefenregio-2024",
        "title": "Oefenoproep",
        "programme": "Oefenprogramma",
        "edition": 2024,
        "timezone": "Europe/Brussels",
    },
    "region": {
        "slug": "oefenregio",
        "name": "Oefenregio",
        "municipalities": [
            {"nis": "99001", "name": "Oefendorp", "postcodes": ["9990"], "inhabitants": 1200},
            {"nis": "99002", "name": "Proefstad", "postcodes": ["9991"], "inhabitants": 3400},
        ],
    },
    "personas": [{"slug": "ann", "name": "Ann"}, {"slug": "bob", "name": "Bob"}],
    "challenges": [
        {
            "number": 1,
            "title": "Eerste uitdaging",
            "personas": ["ann", "bob"],
            "target_group": "Wie wil werken.",
            "barriers": ["Geen vervoer."],
            "questions": ["Leren fietsen."],
            "service_types": {"fietsen": 3, "praten": 1},
        }
    ],
    "service_types": [
        {"slug": "fietsen", "need": "Leren fietsen", "service": "Fietslessen."},
        {"slug": "praten", "need": "Leren praten", "service": "Praatgroepen."},
    ],
    "working_principles": [{"slug": "samen", "name": "Samen werken"}],
    "priority_expertise": [{"slug": "jongeren", "name": "Werken met jongeren"}],
    "milestones": [
        {"kind": "filing", "from": "2024-03-01T00:00", "until": "2024-05-01T00:00"},
        {"kind": "pitches", "from": "2024-05-13T09:00", "until": "2024-05-13T17:00", "says": "13 mei 2024"},
    ],
    "contacts": [{"role": "content", "name": "An Oefen", "email": "an@oefenregio.example"}],
}


def small() -> dict:
    return deepcopy(SMALL)


def bent(path: str, value) -> dict:
    """The small file with `value` at `path` (`challenges.0.title`); `...` removes what is there."""
    tree = small()
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = tree
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return tree


def sized(count: int) -> dict:
    """A valid call file with `count` of everything that a page lists."""
    tree = small()
    numbers = range(1, count + 1)
    tree["region"]["municipalities"] = [
        {"nis": f"9900{n}", "name": f"Oefendorp {n}", "postcodes": [f"999{n}"], "inhabitants": 1000 * n}
        for n in numbers
    ]
    tree["personas"] = [{"slug": f"persoon-{n}", "name": f"Persoon {n}"} for n in numbers]
    tree["service_types"] = [
        {"slug": f"dienst-{n}", "need": f"Nood {n}", "service": f"Dienst {n}."} for n in numbers
    ]
    tree["challenges"] = [
        {
            **tree["challenges"][0],
            "number": n,
            "title": f"Uitdaging {n}",
            "personas": [f"persoon-{each}" for each in numbers],
            "service_types": {f"dienst-{each}": 1 + each % 3 for each in numbers},
        }
        for n in numbers
    ]
    tree["working_principles"] = [{"slug": f"principe-{n}", "name": f"Principe {n}"} for n in numbers]
    tree["priority_expertise"] = [{"slug": f"expertise-{n}", "name": f"Expertise {n}"} for n in numbers]
    tree["contacts"] = [
        {"role": "content", "name": f"Contact {n}", "email": f"contact{n}@oefenregio.example"}
        for n in numbers
    ]
    return tree

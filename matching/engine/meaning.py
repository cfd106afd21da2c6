"""How a sentence means its words: done by the organisation, denied, wished, done by others, or
only talked about."""

from collections.abc import Callable

from .text import Word

REACH = 4
OWN_REACH = 9
LIST_ITEM = 3
NEGATORS = frozenset(
    ("geen", "niet", "nooit", "noch", "zonder", "niets", "nergens", "evenmin", "niks", "gene", "genen", "nie")
)
NOT_A_DENIAL = frozenset(("alleen", "enkel", "gewoon", "zomaar", "louter", "slechts", "per"))
SELF = frozenset(("we", "wij", "ik", "onze", "organisatie"))
OTHERS = frozenset(
    ("wie", "die", "mensen", "ouders", "moeders", "vaders", "gezinnen", "jongeren", "deelnemers")
)
HAVE_NOT = frozenset(
    (
        "hebben", "heeft", "had", "hadden", "vindt", "vinden", "vonden", "krijgt", "krijgen", "kent",
        "kennen", "kan", "kunnen", "durft", "durven", "raakt", "raken", "geraakt", "geraken", "weet",
        "weten", "spreekt", "spreken", "verstaat", "begrijpt", "lukt", "mag",
    )
)  # fmt: skip
FACTORS = {"denied": 0.0, "lacking": 0.6, "wish": 0.25, "elsewhere": 0.3, "referral": 0.35, "talk": 0.4}
WHOLE_SENTENCE = ("wish", "elsewhere", "talk")
NOT_AN_ACTIVITY = 0.8


def meaning(words: tuple[Word, ...], *, said, cues) -> Callable[[object], float]:
    """A function from a found term to how it counts here, 0..1: the lowest of the FACTORS that hold
    for it, and NOT_AN_ACTIVITY for a service in a sentence in which nobody does anything."""
    targets = {cue.term.concept.target for cue in cues}
    general = min((FACTORS[way] for way in WHOLE_SENTENCE if way in targets), default=1.0)
    idle = 1.0 if "activity" in targets else NOT_AN_ACTIVITY
    referred = {words[c.positions[0]].clause for c in cues if c.term.concept.target == "referral"}
    negators = _negators(words, said)

    def counts(found) -> float:
        kind = found.term.concept.kind
        if kind == "against":
            return 1.0
        worth = min(general, idle) if kind == "service_types" else general
        if words[found.positions[0]].clause in referred:
            worth = min(worth, FACTORS["referral"])
        ways = [way for reaches, way in negators if reaches(found.positions)]
        if ways:
            worth = min(worth, FACTORS["denied" if "denied" in ways else "lacking"])
        return worth

    return counts


def _negators(words: tuple[Word, ...], said):
    """Each negator of the sentence as (which positions it reaches, "denied" or "lacking"). One that
    is itself part of a term ("geen internet" of those who lack it) says nothing about its
    neighbours, unless the organisation denies in its own name."""
    places = [p for p, word in enumerate(words) if word.folded in NEGATORS]
    if not places:
        return []
    taken = {p for other in said for p in other.positions}
    found = []
    for place in places:
        if place + 1 < len(words) and words[place + 1].folded in NOT_A_DENIAL:
            continue
        own = _own_denial(words, place)
        if place not in taken or own:
            way = "denied" if _is_denial(words, place, own) else "lacking"
            found.append((_reach(words, place, own), way))
    return found


def _reach(words, place: int, own: bool):
    clause = words[place].clause
    items = _items_before(words, clause) if own else frozenset()
    reach = OWN_REACH if own else REACH

    def reaches(positions: tuple[int, ...]) -> bool:
        first, last = positions[0], positions[-1]
        if words[first].clause in items:
            return True
        return words[first].clause == clause and first - reach <= place <= last + reach

    return reaches


def _items_before(words, clause: int) -> frozenset[int]:
    """The clauses right before this one that are only items of its list: "Voor woonst, papieren of
    kinderen kunnen wij niks doen"."""
    items = set()
    for before in range(clause - 1, -1, -1):
        here = [word.folded for word in words if word.clause == before]
        if not 0 < len(here) <= LIST_ITEM or SELF.intersection(here) or OTHERS.intersection(here):
            break
        items.add(before)
    return frozenset(items)


def _is_denial(words, negator: int, own: bool) -> bool:
    if words[negator].folded == "zonder":
        return False
    if own:
        return True
    clause = _clause(words, negator)
    return not OTHERS.intersection(clause) and not HAVE_NOT.intersection(clause)


def _own_denial(words, negator: int) -> bool:
    clause = _clause(words, negator)
    return bool(SELF.intersection(clause)) and not OTHERS.intersection(clause)


def _clause(words, position: int) -> list[str]:
    return [word.folded for word in words if word.clause == words[position].clause]

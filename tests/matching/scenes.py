"""Proposals that the tests of the room file, in a call with real needs."""

from tests.factories import filed_proposal

BIKES = (
    "Onze vrijwilligers leren ouders fietsen. Wie slaagt, krijgt een tweedehandsfiets. "
    "Een oud-chauffeur oefent voor het rijbewijs."
)
TALK = (
    "Elke donderdag babbelen nieuwkomers in onze praatgroep. Een taalbuddy oefent thuis Nederlands met hen."
)
HOW = "Zo doen wij dat."


def bikes(call, **fields):
    """Mobility for parents in Gooik and Lennik, 40,000 euro."""
    return _filed(call, 3, "mobiliteit", 20, ["Gooik", "Lennik"], BIKES, 40_000, fields)


def talk(call, **fields):
    """Dutch for newcomers in Ternat, half the wanted capacity, 30,000 euro."""
    return _filed(call, 2, "taalondersteuning", 10, ["Ternat"], TALK, 30_000, fields)


def _filed(call, number, slug, clients, municipalities, approach, budget, fields):
    answers = {
        "challenges": [{"number": number, "how": HOW}],
        "service_types": [{"slug": slug, "how": HOW, "clients_per_year": clients}],
        "municipalities": municipalities,
        "approach": approach,
        "budget_eur_per_year": budget,
        **fields.pop("answers", {}),
    }
    return filed_proposal(call=call, answers=answers, **fields)

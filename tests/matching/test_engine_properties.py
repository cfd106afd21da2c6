"""What must hold for every proposal, tried on many."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.engine.score import score

from .builders import load, pajotarl, written

REGION = pajotarl()
PROPOSALS = [*load(REGION, "samples.json"), *(p for half in "abc" for p, _ in written(REGION, half=half))]
ANY = st.sampled_from(PROPOSALS)
RELEVANT = st.sampled_from(
    [
        "Onze chauffeur oefent met alleenstaande moeders voor het rijbewijs.",
        "Wij lenen laptops uit en helpen met Itsme.",
        "Een psychologe luistert elke week in het buurthuis.",
        "Wij zoeken samen een betaalbaar appartement.",
    ]
)
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def totals(proposal, using):
    [found] = score([proposal], using=using)
    return {c.number: c.points for c in found.challenges}


@SLOW
@given(proposal=ANY, order=st.randoms(use_true_random=False))
def test_the_order_of_sentences_changes_nothing(using, proposal, order):
    sentences = proposal.texts["approach"].rstrip(".").split(". ")
    order.shuffle(sentences)
    shuffled = replace(proposal, texts={**proposal.texts, "approach": ". ".join(sentences) + "."})

    assert totals(shuffled, using) == totals(proposal, using)


@SLOW
@given(proposal=ANY, place=st.sampled_from(["approach", "experience"]))
def test_saying_it_twice_adds_nothing(using, proposal, place):
    twice = f"{proposal.texts[place]} {proposal.texts['approach']}"

    assert totals(replace(proposal, texts={**proposal.texts, place: twice}), using) == totals(proposal, using)


@SLOW
@given(proposal=ANY, addition=RELEVANT)
def test_adding_relevant_evidence_never_lowers(using, proposal, addition):
    longer = replace(proposal, texts={**proposal.texts, "experience": addition})
    shorter = replace(proposal, texts={**proposal.texts, "experience": ""})
    before, after = totals(shorter, using), totals(longer, using)

    assert all(after[number] >= before[number] for number in before)


@pytest.mark.parametrize("proposal", PROPOSALS, ids=lambda proposal: proposal.external_id)
def test_removing_the_cited_words_never_raises(using, proposal):
    [found] = score([proposal], using=using)
    cited = {part.evidence for challenge in found.challenges for part in challenge.parts}
    before = {challenge.number: challenge.points for challenge in found.challenges}

    for evidence in sorted(cited):
        after = totals(replace(proposal, texts=without(evidence, proposal.texts)), using)
        behind = [c for c in found.challenges if any(part.evidence == evidence for part in c.parts)]
        assert [c.number for c in behind if after[c.number] > before[c.number]] == []


def without(evidence, texts):
    """The texts without the cited words; places may overlap."""
    cited = {(place.field, at) for place in evidence for at in range(place.start, place.end)}
    return {
        field: "".join(letter for at, letter in enumerate(text) if (field, at) not in cited)
        for field, text in texts.items()
    }


@SLOW
@given(
    proposal=ANY,
    names=st.tuples(*[st.sampled_from(["Zonneke", "Taalhuis", "Fietsfabriek", "Nieuwland"])] * 2),
)
def test_the_name_of_the_organisation_changes_nothing(using, proposal, names):
    first, second = (
        replace(proposal, texts={**proposal.texts, "experience": f"Vroeger heette ons team {name}."})
        for name in names
    )

    assert totals(first, using) == totals(second, using)


@SLOW
@given(text=st.text(max_size=300))
def test_any_text_gives_a_defined_score(using, text):
    odd = replace(PROPOSALS[0], texts={"approach": text}, municipalities=(), service_types={"mobiliteit": 0})

    assert all(0 <= points <= 100 for points in totals(odd, using).values())

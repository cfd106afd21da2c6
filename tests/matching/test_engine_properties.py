"""What must hold for every proposal, tried on many."""

import random
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.engine.places import overlap, places
from matching.engine.score import score

from .builders import judged_sets, pajotarl
from .measures import kendall_tau

SETS = {name: [j.proposal for j in judged] for name, judged in judged_sets(pajotarl()).items()}
LONG = [proposal for name in SETS if name.startswith("strangers") for proposal in SETS[name][::6]]
PROPOSALS = [*SETS["samples"], *SETS["a"], *SETS["b"], *SETS["c"], *LONG]
ANY = st.sampled_from(PROPOSALS)
RELEVANT = st.sampled_from(
    [
        "Onze chauffeur oefent met alleenstaande moeders voor het rijbewijs.",
        "Wij lenen laptops uit en helpen met Itsme.",
        "Een psychologe luistert elke week in het buurthuis.",
        "Wij zoeken samen een betaalbaar appartement.",
    ]
)
SLOW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


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


def test_a_word_of_the_call_never_lowers_a_text_that_repeats_the_call(using):
    [repeating] = [each for each in PROPOSALS if each.external_id == "u50"]
    shorter = replace(repeating, texts={**repeating.texts, "experience": ""})
    longer = replace(
        repeating,
        texts={**repeating.texts, "experience": "Wij zoeken samen een betaalbaar appartement."},
    )

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


@pytest.mark.parametrize("seed", [1])
def test_typos_in_one_word_of_twenty_keep_the_ranking(using, seed):
    everyone = [proposal for proposals in SETS.values() for proposal in proposals]
    source = random.Random(seed)
    misspelt = [
        replace(proposal, texts={name: with_typos(text, source) for name, text in proposal.texts.items()})
        for proposal in everyone
    ]

    before = [[c.points for c in found.challenges] for found in score(everyone, using=using)]
    after = [[c.points for c in found.challenges] for found in score(misspelt, using=using)]

    for one, other in zip(zip(*before, strict=True), zip(*after, strict=True), strict=True):
        assert kendall_tau(one, other) >= 0.85


def with_typos(text, source, *, rate=0.05):
    """One word in twenty with two letters swapped, one left out or one mistyped."""
    return re.sub(
        r"[^\W\d_]{4,}", lambda word: typo(word[0], source) if source.random() < rate else word[0], text
    )


def typo(word, source):
    at = source.randrange(len(word) - 1)
    swapped = word[at + 1] + word[at]
    return (
        word[:at]
        + source.choice([swapped, word[at + 1], source.choice("aeint") + word[at + 1]])
        + word[at + 2 :]
    )


BANDS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda b: (b[0], b[0] + b[1])), max_size=30
)


@given(bands=BANDS)
def test_bands_that_overlap_have_places_that_overlap(bands):
    ranges = places(bands)

    for mine, (first, last) in zip(bands, ranges, strict=True):
        assert first == 1 + sum(low > mine[1] for low, _high in bands)
        assert last == len(bands) - sum(high < mine[0] for _low, high in bands)
        assert all(
            overlap((first, last), theirs)
            for other, theirs in zip(bands, ranges, strict=True)
            if overlap(mine, other)
        )

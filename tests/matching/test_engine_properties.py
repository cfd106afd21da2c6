"""What must hold for every proposal, tried on many."""

from dataclasses import replace

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


@SLOW
@given(proposal=ANY, data=st.data())
def test_removing_the_cited_words_never_raises(using, proposal, data):
    [found] = score([proposal], using=using)
    challenge = data.draw(st.sampled_from(found.challenges))
    part = data.draw(st.sampled_from(challenge.parts))
    texts = dict(proposal.texts)
    for place in sorted(part.evidence, reverse=True):
        text = texts[place.field]
        texts[place.field] = text[: place.start] + text[place.end :]

    after = totals(replace(proposal, texts=texts), using)

    assert after[challenge.number] <= challenge.points


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

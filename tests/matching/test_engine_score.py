import gc
from dataclasses import replace

import pytest

from matching.engine.places import places
from matching.engine.score import challenge_groups, score
from matching.engine.types import SIGNALS

from .builders import load, proposal

ECHO = (
    "Wij bieden aanklampende zorg die een vertrouwensband opbouwt. Wij bieden leerondersteuning en kansen "
    "om te oefenen. Zelfstandig en zelfzeker gebruik leren maken van verschillende vervoersmiddelen, met "
    "duurzame maatschappelijke activering als doel. Betere woonkwaliteit en schuldbemiddeling, zodat er "
    "ruimte komt om op activering in te gaan."
)
BIKES = (
    "Onze vrijwilligers leren ouders fietsen op de speelplaats. Wie slaagt, krijgt een tweedehandsfiets mee. "
    "Een gepensioneerde chauffeur oefent met hen voor het rijbewijs."
)


def row(approach, *, challenges=(1,), services=("mobiliteit",), municipalities=("Lennik",), **more):
    return {
        "approach": approach,
        "challenges": [{"number": n, "how": ""} for n in challenges],
        "service_types": [{"slug": s, "how": "", "clients_per_year": 20} for s in services],
        "municipalities": list(municipalities),
        **more,
    }


def scored(using, *args, **kwargs):
    [found] = score([proposal(using.call, **row(*args, **kwargs))], using=using)
    return found


def totals(found):
    return {challenge.number: challenge.points for challenge in found.challenges}


def all_ticked(call, **kwargs):
    return {
        "challenges": tuple(c.number for c in call.challenges),
        "services": tuple(s.slug for s in call.service_types),
        "municipalities": tuple(m.nis for m in call.municipalities),
        **kwargs,
    }


def test_score_explains_every_point_with_words_that_stand_there(using):
    for proposal_, found in zip(
        load(using.call, "samples.json"), score(load(using.call, "samples.json"), using=using), strict=True
    ):
        for challenge in found.challenges:
            assert [part.signal for part in challenge.parts] == list(SIGNALS)
            assert sum(part.points for part in challenge.parts) == challenge.points
            assert sum(part.of for part in challenge.parts) == 100
            for part in challenge.parts:
                for place in part.evidence:
                    assert proposal_.texts[place.field][place.start : place.end] == place.text


def test_scoring_leaves_nothing_to_collect(using):
    proposals = load(using.call, "samples.json")[:3]
    gc.collect()
    gc.disable()
    try:
        found = score(proposals, using=using)
        assert not gc.isenabled()
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert len(found) == 3


def test_score_is_the_same_twice(using):
    proposals = load(using.call, "samples.json")

    assert score(proposals, using=using) == score(proposals, using=using)


def test_challenge_groups_follow_from_the_challenge_itself(region, lexicon):
    strongest = {
        c.number: max(groups, key=groups.get)
        for c in region.challenges
        if (groups := challenge_groups(c.title, c.target_group, lexicon))
    }

    assert strongest == {1: "armoede", 2: "anderstalig", 3: "ouders", 4: "verslaving", 5: "psychisch"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "🙂 " * 200,
        "bla " * 1500,
        "<b>x</b><script>",
        "The quick brown fox jumps.",
        "x" * 6000,
        "a+b" * 2000,
        "etje" * 1500,
        "\ufdfa" * 6000,
        "a-" * 3000,
        "." * 6000,
        "我们帮助父母 " * 800,
    ],
)
def test_score_of_a_text_that_says_nothing_is_zero_and_flagged(using, text):
    found = scored(using, text, **all_ticked(using.call))

    assert set(totals(found).values()) == {0}
    assert "says_nothing" in found.flags
    assert "ticks_everything" in found.flags


def test_score_of_an_echo_of_the_call_gains_nothing(using):
    found = scored(using, ECHO, **all_ticked(using.call))

    assert set(totals(found).values()) == {0}
    assert "repeats_call" in found.flags


def test_echo_beside_own_words_gains_nothing(using):
    own = totals(scored(using, BIKES))
    both = totals(scored(using, BIKES + " " + ECHO))

    assert max(own.values()) > 0
    assert all(both[number] <= own[number] for number in own)


def test_ticking_everything_gains_nothing(using):
    honest = totals(scored(using, BIKES, challenges=(1, 3)))
    greedy = totals(scored(using, BIKES, **all_ticked(using.call, municipalities=("Lennik",))))

    assert max(greedy.values()) <= max(honest.values())
    assert sum(greedy.values()) <= 1.15 * sum(honest.values())


def test_flags_name_ticks_without_support_and_support_without_ticks(using):
    found = scored(using, BIKES, services=("huisvesting",))

    assert "ticked_without_support:huisvesting" in found.flags
    assert "supported_not_ticked:mobiliteit" in found.flags


def test_denied_service_has_no_support(using):
    [support] = [
        s.support
        for s in scored(using, "Wij bieden geen kinderopvang aan.", services=("kinderopvang",)).service_types
        if s.slug == "kinderopvang"
    ]

    assert support == 0


def test_selling_words_take_the_trust_away(using):
    sold = BIKES + " Vraag een vrijblijvende offerte. Korting voor klanten in onze webshop. Exclusieve luxe."

    assert max(totals(scored(using, sold)).values()) < 0.75 * max(totals(scored(using, BIKES)).values())


def test_a_text_that_mostly_wishes_is_no_offer(using):
    one = "Er zou een belbus moeten komen."
    two = "Wij hopen dat er ooit een busje rijdt. De overheid zou moeten betalen."

    done, once, thrice = (totals(scored(using, f"{BIKES} {more}")) for more in ("", one, f"{one} {two}"))

    assert once[3] >= done[3]
    assert thrice[3] < done[3] / 2


def test_a_call_without_needs_municipalities_or_expertise_still_scores(using):
    call = replace(
        using.call,
        challenges=tuple(replace(c, needs={}) for c in using.call.challenges),
        municipalities=(),
        expertise=(),
        principles=(),
        capacity_wanted=0,
    )

    found = score([proposal(using.call, **row(BIKES))], using=replace(using, call=call))

    assert totals(found[0])[1] > 0


def test_capacity_counts_in_the_services(using):
    few, many = (
        score(
            [replace(proposal(using.call, **row(BIKES)), service_types={"mobiliteit": clients})],
            using=using,
        )[0]
        for clients in (2, 20)
    )

    assert totals(few)[1] < totals(many)[1]


def test_municipalities_count_by_inhabitants_or_all_alike(using):
    ternat = replace(proposal(using.call, **row(BIKES)), municipalities=("23086",))
    alike = replace(using, call=replace(using.call, municipalities_alike=True))

    by_inhabitants, equally = (
        next(
            part.value
            for part in score([ternat], using=each)[0].challenges[2].parts
            if part.signal == "municipalities"
        )
        for each in (using, alike)
    )

    assert round(by_inhabitants / equally, 2) == round(16012 / 94960 / 0.1, 2)


def test_scores_whose_bands_overlap_have_a_range_of_places():
    assert places([(36, 44), (66, 74), (39, 46), (26, 35)]) == [(2, 3), (1, 1), (2, 3), (4, 4)]


def test_a_range_is_as_wide_as_the_doubt_and_not_wider():
    assert places([(15, 20), (11, 15), (5, 11)]) == [(1, 2), (1, 3), (2, 3)]
    assert places([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "kinderopvang " * 460,
        "geen kinderopvang, " * 300,
        "Nous aidons les parents à trouver une crèche et un emploi. Nos bénévoles accompagnent.",
        "We help parents to find work. Our volunteers teach them to ride a bike.",
        "🚲🚲 Wij leren fietsen 🙂. <b>Elke week</b> <script>alert(1)</script> & samen!",
        "\u0000\ufffd\u200b\u202e fietsen",
    ],
)
def test_score_of_odd_texts_is_defined_and_low_at_most_for_what_they_say(using, text):
    call = replace(using.call, challenges=tuple(replace(c, needs={}) for c in using.call.challenges))
    for each in (using, replace(using, call=call)):
        for services in ({}, {"mobiliteit": 0}, {"onbekend": 5}):
            odd = replace(
                proposal(each.call, **row(text)), municipalities=(), service_types=services, challenges=()
            )
            [found] = score([odd], using=each)
            assert all(0 <= c.band.low <= c.points <= c.band.high < 50 for c in found.challenges)

import pytest

from matching.engine.lexicon import Concept
from matching.engine.lexicon_files import LexiconError, load_lexicon, parse_term
from matching.engine.matcher import hits
from matching.engine.ngrams import NearWords, one_letter_apart
from matching.engine.text import sentences

CONCEPT = Concept("service_types", "mobiliteit", "fietsen")


def write(folder, text, name="woorden.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def small(folder, terms, kind="service_types", target="mobiliteit"):
    return load_lexicon(write(folder, f"{kind}:\n  {target}:\n    begrip: |\n      {terms}\n"))


def found(text, lexicon, target="mobiliteit"):
    return {
        hit.strength: [sentence.words[p].text for p in hit.positions]
        for sentence in sentences(text, field="approach")
        for hit in hits(sentence, lexicon=lexicon)
        if hit.concept.target == target
    }


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("fiets", "we leren fietsen"),
        ("fiets*", "wij geven fietsles"),
        ("*opvang", "wij doen kinderopvang"),
        ("*fiets*", "wij verhuren bakfietsen"),
        ("leren fietsen", "we leren met hen weer fietsen"),
        ("fiets + lenen", "wij lenen elke week een fiets uit"),
        ("leren/oefenen autorijden", "wij oefenen autorijden"),
        ("AA", "wij komen samen in de AA groep"),
        ("De Lijn", "wij lezen de uren van De Lijn"),
        ("schuldbemiddeling", "wij bieden schuldbemiddelingsgesprekken"),
        ("kinderopvang", "wij regelen kinderopvamg"),
    ],
)
def test_a_term_matches_as_written(tmp_path, term, text):
    assert found(text, small(tmp_path, term))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("fiets", "we leren lezen"),
        ("*opvang", "wij doen opvangwerk"),
        ("leren fietsen", "we fietsen om te leren"),
        ("AA", "wij zeggen aa"),
        ("heffen", "wie heeft dat"),
        ("kinderopvang", "Bij Kinderopvang Zonneke werken wij"),
    ],
)
def test_a_term_does_not_match_other_words(tmp_path, term, text):
    assert not found(text, small(tmp_path, term))


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("Elke zaterdag bieden wij in de pastorie kinderopvang aan.", 1.0),
        ("Wij bieden kinderopvang aan.", 0.8),
        ("Wij realiseren duurzame kinderopvang.", 0.4),
        ("Wij bieden geen kinderopvang aan.", None),
        ("Kinderopvang doen wij niet.", None),
        ("Ouders vinden geen kinderopvang.", 0.6),
        ("We zouden graag ooit kinderopvang aanbieden.", 0.25),
        ("Voor kinderopvang verwijzen we door naar de gemeente.", 0.35),
        ("Andere organisaties bieden al kinderopvang aan.", 0.3),
        ("Kinderopvang: belangrijk.", 0.8),
    ],
)
def test_a_term_counts_as_it_is_meant(lexicon, text, strength):
    told = {
        hit.strength
        for sentence in sentences(text, field="approach")
        for hit in hits(sentence, lexicon=lexicon)
        if hit.concept.target == "kinderopvang"
        and [sentence.words[p].folded for p in hit.positions] == ["kinderopvang"]
    }

    assert max(told, default=None) == strength


def test_a_word_of_hundreds_of_letters_is_no_compound(lexicon):
    assert lexicon.patterns_of("fietsbegeleiding")
    assert lexicon.patterns_of("fiets" * 100) == {}


def test_the_lexicon_forgets_words_before_they_fill_the_memory(tmp_path):
    terms = small(tmp_path, "fiets*")
    terms.most_words = 3

    counted = [bool(terms.met_by(word)[0]) for word in ("fietsen", "taal", "wonen", "werk", "fietsen")]

    assert counted == [True, False, False, False, True]
    assert len(terms._patterns) <= 3


def test_a_weak_term_counts_less(tmp_path):
    assert list(found("wij nemen de bus", small(tmp_path, "~bus"))) == [0.32]


def test_the_real_lexicon_has_thousands_of_words_for_every_target(lexicon, region):
    by_kind = {
        kind: {c.target for c in lexicon.concepts(kind=kind)} for kind in ("service_types", "principles")
    }

    assert len(lexicon.terms) > 11_000
    assert by_kind["service_types"] == {s.slug for s in region.service_types}
    assert by_kind["principles"] == {p.slug for p in region.principles}
    assert {c.target for c in lexicon.concepts(kind="expertise")} == {e.slug for e in region.expertise}


def test_the_digest_changes_with_a_term_and_not_with_the_order(tmp_path):
    first = small(tmp_path, "fiets, bus").digest

    assert small(tmp_path, "bus, fiets").digest == first
    assert small(tmp_path, "bus, tram").digest != first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("onzin: {}", "woorden.yaml: expected the keys"),
        ("service_types: [a]", "woorden.yaml: service_types: expected names"),
        ("service_types: {mobiliteit: {fietsen: 3}}", "mobiliteit.fietsen: expected words"),
        ("service_types: {mobiliteit: {fietsen: '!!'}}", "has no words"),
        (
            "service_types: {mobiliteit: {fietsen: 'IT-*'}}",
            "would meet every word with 'it",
        ),
        ("version: 1", "no terms found"),
    ],
)
def test_a_wrong_file_is_refused_by_its_place(tmp_path, text, message):
    with pytest.raises(LexiconError, match=message):
        load_lexicon(write(tmp_path, text))


def test_parse_term_reads_weight_order_and_alternatives():
    term = parse_term("~fiets/velo + lenen", concept=CONCEPT)

    assert term.weight == 0.4
    assert not term.ordered
    assert [len(slot) for slot in term.slots] == [2, 1]


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("opvang", "opvamg", True),
        ("opvang", "opvng", True),
        ("opvang", "oopvang", True),
        ("opvang", "povang", True),
        ("opvang", "opvang", False),
        ("opvang", "ontvangst", False),
        ("opvang", "opxxng", False),
    ],
)
def test_one_letter_apart(a, b, near):
    assert one_letter_apart(a, b) is near


def test_near_words_like_a_compound_count_half_their_likeness():
    near = NearWords(["taalcoaching", "huisvesting"])

    [(word, sureness)] = near.like("taalcoachingen").items()

    assert word == "taalcoaching"
    assert 0.3 < sureness <= 0.5
    assert near.like("watermeloen") == {}

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.text import content, fold, sentences, stem


def test_sentences_keep_offsets_in_the_text():
    text = "Wij leren fietsen. Op maandag, om 9 u., ook 's avonds!\nKoffie-uurtje."

    found = sentences(text, field="approach")

    assert [text[s.words[0].start : s.words[-1].end] for s in found] == [
        "Wij leren fietsen",
        "Op maandag, om 9 u., ook 's avonds",
        "Koffie-uurtje",
    ]
    for sentence in found:
        for word in sentence.words:
            assert text[word.start : word.end] == word.text


def test_sentences_do_not_end_at_an_abbreviation():
    assert len(sentences("Wij werken o.a. met ouders, m.b.t. opvang.")) == 1


@given(st.text())
def test_sentences_of_any_text_point_into_it(text):
    for sentence in sentences(text):
        for word in sentence.words:
            assert text[word.start : word.end] == word.text


@pytest.mark.parametrize("text", ["", "   ", "...", "🙂🙂", "<br>", "\n\n"])
def test_sentences_of_nothing_much_do_not_break(text):
    assert len(sentences(text)) <= 1


@pytest.mark.parametrize(
    "forms",
    [
        ("woning", "woningen"),
        ("fiets", "fietsen", "fietst"),
        ("bus", "bussen"),
        ("les", "lessen"),
        ("groep", "groepen", "groepje", "groepjes"),
        ("taal", "talen"),
        ("ouder", "ouders"),
        ("werk", "werken", "werkt"),
        ("huis", "huizen"),
        ("leren", "leert"),
        ("brief", "brieven"),
    ],
)
def test_stem_brings_inflections_together(forms):
    assert len({stem(fold(form)) for form in forms}) == 1


def test_fold_drops_case_accents_and_hyphens():
    assert fold("Crèche-Übung") == "crecheubung"


def test_content_leaves_out_small_words():
    [sentence] = sentences("Wij gaan met de mensen naar de bakker")

    assert content(sentence.words) == (stem("bakker"),)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Boksclub De Rechte biedt training aan", ["Boksclub", "De", "Rechte"]),
        ("Bij ons in Lennik leren we fietsen", ["Lennik"]),
        ("De Brug helpt ouders", ["Brug"]),
        ("Kinderopvang is belangrijk", []),
        ("KINDEROPVANG OP MAAT VOOR OUDERS", []),
    ],
)
def test_names_are_marked(text, names):
    [sentence] = sentences(text, field="approach")

    assert [word.text for word in sentence.words if word.name] == names


def test_names_are_not_marked_in_a_title():
    [sentence] = sentences("Fietsen In Gooik", field="title")

    assert not any(word.name for word in sentence.words)

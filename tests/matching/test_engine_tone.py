import pytest

from matching.engine.lexicon_files import LexiconError, load_lexicon
from matching.engine.matcher import heard
from matching.engine.score import score
from matching.engine.text import sentences
from matching.engine.tone import Tones

from . import builders

TONES = Tones({"tangible": ["fiets*", "emmer", "*tafel"], "vague": ["hefboom*", "*tafel", "fietsbeleid"]})


@pytest.mark.parametrize(
    ("word", "tone"),
    [
        ("fietspomp", 1),
        ("fietsbeleid", -1),
        ("emmer", 1),
        ("emmers", 0),
        ("keukentafel", 1),
        ("hefboomfunctie", -1),
        ("12", 1),
        ("wij", 0),
        ("", 0),
    ],
)
def test_a_word_is_tangible_vague_or_neither(word, tone):
    assert TONES.of(word) == tone


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("Elke dinsdag herstellen wij fietsen in de schuur.", 1),
        ("Verbinding is een hefboom voor duurzame verankering.", -1),
        ("Dat doen wij zo.", 0),
        ("Hefboom vzw doet dat zo.", -1),
        ("Dat doet vzw Hefboom zo.", 0),
    ],
)
def test_a_sentence_has_the_tone_that_prevails(using, text, tone):
    [sentence] = sentences(text, field="approach")

    found = heard(sentence, lexicon=using.lexicon).tone

    assert (found > 0) - (found < 0) == tone


def test_a_vague_word_that_stands_for_a_need_makes_no_sentence_vague(using):
    [sentence] = sentences("Wij bieden taalcoaching.", field="approach")

    assert heard(sentence, lexicon=using.lexicon).tone == 0


def test_a_text_of_fine_words_shows_next_to_nothing(using, region):
    ticks = {
        "challenges": [{"number": 2, "how": ""}],
        "service_types": [{"slug": "taalondersteuning", "how": "", "clients_per_year": 40}],
        "municipalities": ["Gooik"],
    }
    fine = builders.proposal(
        region,
        approach="Wij versterken anderstaligen via een integrale en duurzame aanpak. Taalondersteuning is "
        "een hefboom voor participatie. Verbinding vormt de motor van onze visie.",
        **ticks,
    )
    plain = builders.proposal(
        region,
        approach="Elke woensdag zitten acht anderstaligen met een vrijwilliger rond de keukentafel. Ze "
        "oefenen Nederlands voor de bakker, de dokter en de juf. Wie durft, belt daarna zelf naar de school.",
        **ticks,
    )

    [of_fine, of_plain] = score([fine, plain], using=using)

    assert of_fine.challenges[1].points < 10
    assert of_plain.challenges[1].points > 40


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tone:\n  wollig:\n    a: hefboom\n", "a.yaml: tone.wollig: expected vague or tangible"),
        ("tone:\n  vague:\n    a: rode draad\n", "tone.vague.a: 'rode draad' must be one word"),
        ("tone:\n  vague:\n    a: he*\n", "'he\\*' must be one word, with three letters beside a star"),
    ],
)
def test_a_wrong_list_of_tones_is_named(tmp_path, text, message):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(LexiconError, match=message):
        load_lexicon(tmp_path)


def test_another_tone_is_another_digest(tmp_path):
    words = "service_types:\n  taal:\n    a: les\n"
    digests = set()
    for tone in ("tangible", "vague"):
        (tmp_path / "a.yaml").write_text(f"{words}tone:\n  {tone}:\n    a: emmer\n", encoding="utf-8")
        digests.add(load_lexicon(tmp_path).digest)

    assert len(digests) == 2

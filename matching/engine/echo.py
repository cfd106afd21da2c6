"""Recognising the call's own words: who repeats them has not yet said what they would do.

Two ways of repeating are told apart. A sentence may follow one passage of the call closely; that
counts for nothing anywhere. And a text may say the whole call again in other sentences: then three in
ten of them lean on the call's words, where in a text of one's own one in twenty does. Of such a text only
the sentences without a word of the call count, everyday words aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .text import Sentence, content, fold, sentences, stem
from .types import Call

FEW_WORDS = 3
ENOUGH_WORDS = 5
ENOUGH_SHARED = 4
ONE_PASSAGE = 0.6
ANY_PASSAGE = 0.8
HALF = 0.5
SOME_SHARED = 2
ECHOING_SENTENCES = 3
MANY_WORDS = 10
ECHOING = 0.3
# Words that anybody needs to say what they do; that the call uses them too makes no echo.
EVERYDAY_WORDS = """
    fiets fietsen kind kinderen leren oefenen rijbewijs vrijwilliger vrijwilligers ouder ouders krijgen
    krijgt vinden vindt zoeken werk wonen woning weg hulp helpen klein laag vast tweede eerste altijd
    achter deel doel gezin gezinnen gokken gamen geven gevolg horen kennen kennis jongeren laten leiden
    mee nemen niemand nodig stap staat stellen toestel voelen vervoer zich zichzelf zodat zonder alcohol
    drugs buddy alleenstaande moeilijk lukken lukt wijzen slecht sterker gebruik gebruiken werkgever
    opleiding stage stages bouwen probleem taalles taallessen vakantie vakanties depressie verslaving
    vertrouwen zorg weinig ruim beter bekend lokaal loket begeleiding klacht klachten inwoner brug staan
    samen week
"""
EVERYDAY = frozenset(stem(fold(word)) for word in EVERYDAY_WORDS.split())


@dataclass(frozen=True)
class CallWords:
    """The stems the call itself uses: together, and per passage."""

    vocabulary: frozenset[str]
    passages: tuple[frozenset[str], ...]
    copied: frozenset[tuple[str, ...]] = frozenset()

    def borrowed(self, stems: Sequence[str]) -> bool:
        """Whether every one of these stems also stands in the call."""
        return bool(stems) and self.vocabulary.issuperset(stems)

    def echoes(self, sentence: Sentence) -> bool:
        """Whether a sentence mostly repeats the call: word for word; all of three or four meaningful words
        from one passage; of more words, three in five from one or four in five from anywhere."""
        if _said(sentence) in self.copied:
            return True
        stems = sentence.stems
        known = len(stems & self.vocabulary)
        if known < FEW_WORDS:
            return False
        if len(stems) < ENOUGH_WORDS:
            return any(stems <= passage for passage in self.passages)
        if known >= max(ENOUGH_SHARED, ANY_PASSAGE * len(stems)):
            return len(stems) > ENOUGH_WORDS
        shared = max((len(stems & passage) for passage in self.passages), default=0)
        return shared >= ENOUGH_SHARED and shared >= ONE_PASSAGE * len(stems)

    def spoken(self, sentence: Sentence) -> tuple[frozenset[str], frozenset[str]]:
        """The meaningful stems of a sentence, everyday ones aside, and those of them in the call."""
        stems = sentence.stems - EVERYDAY
        return stems, stems & self.vocabulary

    def leans(self, sentence: Sentence) -> bool:
        """Whether at least half of a sentence's meaningful words, everyday ones aside, are the call's."""
        stems, shared = self.spoken(sentence)
        return len(shared) >= max(SOME_SHARED, HALF * len(stems))

    def repeats(self, sentence: Sentence) -> bool:
        """Whether a sentence by itself repeats the call, be it closely or by half of its words."""
        return self.leans(sentence) or self.echoes(sentence)

    def echoed(self, told: Sequence[Sentence]) -> list[Sentence]:
        """The sentences of a text that count for nothing because they repeat the call."""
        leaning = [sentence for sentence in told if self.leans(sentence)]
        shared = frozenset().union(*(self.spoken(sentence)[1] for sentence in leaning))
        if len(shared) >= MANY_WORDS and len(leaning) >= max(ECHOING_SENTENCES, ECHOING * len(told)):
            return [s for s in told if self.spoken(s)[1] or self.echoes(s)]
        return [sentence for sentence in told if self.echoes(sentence)]


def call_words(call: Call) -> CallWords:
    """The words of everything the call says about challenges, services and principles."""
    told = [sentence for text in _texts(call) for sentence in sentences(text, field="title")]
    passages = tuple(frozenset(content(sentence.words)) for sentence in told)
    copied = frozenset(_said(sentence) for sentence in told if len(sentence.words) >= FEW_WORDS)
    return CallWords(frozenset().union(*passages), passages, copied)


def _said(sentence: Sentence) -> tuple[str, ...]:
    return tuple([word.folded for word in sentence.words])


def _texts(call: Call):
    for challenge in call.challenges:
        yield from (challenge.title, challenge.target_group, *challenge.passages)
    for service in call.service_types:
        yield from (service.need, service.service)
    for named in (*call.principles, *call.expertise):
        yield f"{named.name} {named.note}"

"""Recognising the call's own words: who repeats them has not yet said what they would do."""

from dataclasses import dataclass

from .text import Sentence, content, sentences
from .types import Call

FEW_WORDS = 3
ENOUGH_WORDS = 5
ENOUGH_SHARED = 4
ONE_PASSAGE = 0.6
ANY_PASSAGE = 0.8


@dataclass(frozen=True)
class CallWords:
    """The stems the call itself uses: together, and per passage."""

    vocabulary: frozenset[str]
    passages: tuple[frozenset[str], ...]

    def borrowed(self, stems: tuple[str, ...]) -> bool:
        """Whether every one of these stems also stands in the call."""
        return bool(stems) and self.vocabulary.issuperset(stems)

    def echoes(self, sentence: Sentence) -> bool:
        """Whether a sentence mostly repeats the call: all of three or four meaningful words from
        one passage; of more words, three in five from one or four in five from anywhere."""
        stems = set(content(sentence.words))
        if len(stems) < ENOUGH_WORDS:
            return len(stems) >= FEW_WORDS and any(stems <= passage for passage in self.passages)
        if len(stems & self.vocabulary) >= max(ENOUGH_SHARED, ANY_PASSAGE * len(stems)):
            return len(stems) > ENOUGH_WORDS
        shared = max((len(stems & passage) for passage in self.passages), default=0)
        return shared >= ENOUGH_SHARED and shared >= ONE_PASSAGE * len(stems)


def call_words(call: Call) -> CallWords:
    """The words of everything the call says about challenges, services and principles."""
    passages = tuple(
        frozenset(content(sentence.words))
        for text in _texts(call)
        for sentence in sentences(text, field="title")
    )
    return CallWords(frozenset().union(*passages), passages)


def _texts(call: Call):
    for challenge in call.challenges:
        yield from (challenge.title, challenge.target_group, *challenge.passages)
    for service in call.service_types:
        yield from (service.need, service.service)
    for named in (*call.principles, *call.expertise):
        yield f"{named.name} {named.note}"

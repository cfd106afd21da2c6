import pytest

from matching.engine.lexicon import load_lexicon
from matching.engine.score import scorer

from . import builders


@pytest.fixture(scope="session")
def lexicon():
    return load_lexicon(builders.LEXICON)


@pytest.fixture(scope="session")
def region():
    """The call of PajoTARL as the engine sees it."""
    return builders.pajotarl()


@pytest.fixture(scope="session")
def using(region, lexicon):
    return scorer(call=region, lexicon=lexicon)

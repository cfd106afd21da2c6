import pytest

from journal.actions import set_clock
from matching.engine.lexicon_files import load_lexicon
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


@pytest.fixture
def practice_clock(db):
    """Set the portal's clock to a moment."""
    return lambda moment: set_clock(to=moment)

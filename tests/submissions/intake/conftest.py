import pytest
import time_machine
from django.utils import translation

from tests.factories import CallFactory, RegionFactory, brussels, person_with_role

NOW = brussels(2023, 9, 2, 9)


@pytest.fixture(autouse=True)
def morning_after():
    """Staff open the mailbox the morning after the deadline."""
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        yield


@pytest.fixture
def call():
    return CallFactory(region=RegionFactory(slug="pajotarl", name="PajoTARL"))


@pytest.fixture
def coordinator(call):
    return person_with_role("coordinator", call)

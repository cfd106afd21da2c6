"""Reading the journal."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from journal import registry
from journal.actions import key_of
from journal.chain import GENESIS, entry_hash
from journal.models import Entry


@dataclass(frozen=True)
class Verification:
    entries: int
    first_broken: dict | None

    @property
    def ok(self) -> bool:
        return self.first_broken is None


def history_of(thing):
    """Entries about one object (a saved model or its key), newest first."""
    return Entry.objects.filter(object=key_of(thing))


def with_actors(entries) -> list[Entry]:
    """The entries, each with `actor_name`: a person, the portal itself, or the bare key of who is gone."""
    entries = list(entries)
    people = get_user_model().objects.in_bulk({_person_in(entry.actor) for entry in entries} - {None})
    for entry in entries:
        entry.actor_name = str(people.get(_person_in(entry.actor)) or _nobody(entry.actor))
    return entries


def _nobody(actor: str) -> str:
    return _("the portal itself") if actor == "system" else actor


def _person_in(actor: str) -> int | None:
    label, _, key = actor.partition(":")
    return int(key) if label == get_user_model()._meta.label_lower else None


def entries_for(user):
    """The entries that `user` may read, newest first: all for a superuser, else those of their calls."""
    if user.is_superuser:
        return Entry.objects.all()
    return Entry.objects.filter(call__in=registry.readable_calls(user))


def verify_everything() -> dict:
    """Check the chain, then whatever the rooms above have frozen.

    Gives a count for each part, `ok`, and `first_broken`: None, or what is the first that does not hold.
    """
    chain = verify_chain()
    checks = {name: verifier() for name, verifier in registry.verifiers().items()}
    counts = {"entries": chain.entries} | {name: getattr(check, name) for name, check in checks.items()}
    broken = [each.first_broken for each in (chain, *checks.values()) if each.first_broken]
    return {**counts, "ok": not broken, "first_broken": broken[0] if broken else None}


def verify_chain() -> Verification:
    """Walk the whole chain in order and name the first entry that does not hold."""
    previous, expected, count = GENESIS, 1, 0
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        count += 1
        if reason := _flaw(entry, previous=previous, expected=expected):
            return Verification(count, {"entry": entry.number, "verb": entry.verb, "reason": reason})
        previous, expected = entry.hash, entry.number + 1
    return Verification(count, None)


def _flaw(entry: Entry, *, previous: str, expected: int) -> str | None:
    if entry.number != expected:
        return f"entry {expected} is missing"
    if entry.previous_hash != previous:
        return "does not continue the entry before it"
    if entry.hash != entry_hash(entry):
        return "its content does not match its hash"
    return None

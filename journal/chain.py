"""How an entry is hashed: SHA-256 over its canonical JSON, which holds the hash of the one before."""

import hashlib
import json

GENESIS = "0" * 64
HASHED_FIELDS = ("number", "at", "actor", "verb", "object", "call", "payload", "previous_hash")


def canonical_json(document) -> str:
    """JSON with sorted keys, no spaces and unescaped UTF-8: equal documents give equal text."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(entry) -> str:
    """The hash that `entry` must carry, from its own fields and the hash of the entry before it."""
    document = {name: getattr(entry, name) for name in HASHED_FIELDS}
    document["at"] = document["at"].isoformat()
    return sha256(canonical_json(document))


def around_its_place(entry) -> tuple[str, str, str]:
    """The canonical JSON of `entry` in three pieces: its number comes after the first, the hash of the
    entry before it after the second. So the database can hash what it gives its place in the chain.
    """
    first = {"actor": entry.actor, "at": entry.at.isoformat(), "call": entry.call}
    second = {"object": entry.object, "payload": entry.payload}
    return (
        canonical_json(first)[:-1] + ',"number":',
        "," + canonical_json(second)[1:-1] + ',"previous_hash":"',
        '",' + canonical_json({"verb": entry.verb})[1:],
    )

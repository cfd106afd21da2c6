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

"""`python -m submissions.intake.reader FOLDER < message.eml`: what was read, in FOLDER.

`read.json` holds the facts and texts, `0`, `1`, … the files that came along. A message
that can't be read, or not within the limits, ends it with another exit code than 0.
"""

import json
import resource
import sys
from pathlib import Path

from submissions.intake.reader import texts
from submissions.intake.reader.message import Parsed, parse

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_CPU: 30,
    resource.RLIMIT_AS: 2048 * MEGABYTE,
    resource.RLIMIT_FSIZE: 100 * MEGABYTE,
    resource.RLIMIT_CORE: 0,
}


def facts_of(parsed: Parsed) -> dict:
    """`Parsed` as JSON, with the text of each file instead of its bytes."""
    files = [
        {
            "name": file.name,
            "inline": file.inline,
            "is_mail": file.is_mail,
            "text": "" if file.is_mail else texts.of_file(file.content, name=file.name),
        }
        for file in parsed.files
    ]
    kept = ("message_id", "sender_name", "sender", "subject", "received", "body")
    return {**{name: getattr(parsed, name) for name in kept}, "files": files}


def main(folder: Path) -> None:
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    parsed = parse(sys.stdin.buffer.read())
    for index, file in enumerate(parsed.files):
        (folder / str(index)).write_bytes(file.content)
    facts = json.dumps(facts_of(parsed), ensure_ascii=False)
    (folder / "read.json").write_bytes(facts.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

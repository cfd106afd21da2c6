"""How well matching agrees with a careful reader, beside TF-IDF over words and character n-grams.

make eval-matching [PROPOSALS=file.json RELEVANCE=file.json]   (default: every judged set of the tests)
.venv/bin/python -m benchmarks.matching_quality [--call data/CALL.yaml] [PROPOSALS RELEVANCE]

PROPOSALS is a proposal document as `load_proposals` takes it. RELEVANCE maps the `external_id` of each
proposal to {"challenges": {"1": 0..2, ...}, "service_types": [slugs the text supports]}; a proposal with
no relevance at all is a misfit or an echo of the call. Nothing is stored.
"""

import argparse
import json
import sys
from pathlib import Path

from matching.engine.lexicon_files import load_lexicon
from matching.engine.score import scorer
from tests.matching import builders
from tests.matching.quality import Figures, table

COLUMNS = ("challenges_ndcg", "challenges_map", "services_ndcg", "services_map", "auc")
HEADINGS = ("challenges nDCG", "MAP", "services nDCG", "MAP", "AUC")
DEMANDS = Figures(0.93, 0.80, 0.88, 0.75, 0.90)
TIMES = 1.10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("proposals", nargs="?", type=Path)
    parser.add_argument("relevance", nargs="?", type=Path)
    parser.add_argument("--call", type=Path, default=builders.ROOT / "data" / "pajotarl-2023.yaml")
    asked = parser.parse_args()
    call = builders.call_of(asked.call)
    using = scorer(call=call, lexicon=load_lexicon(builders.LEXICON))
    for name, judged in _sets(asked, call):
        print(f"\n{name}: {len(judged)} proposals, {sum(not j.fits for j in judged)} misfits and echoes")
        for line in lines(table(judged, using=using)):
            print(line)


def _sets(asked, call):
    if not asked.proposals:
        yield from builders.judged_sets(call).items()
        return
    if not asked.relevance:
        sys.exit("Give both files: PROPOSALS=proposals.json RELEVANCE=relevance.json")
    try:
        judged = builders.judged_files(call, asked.proposals, asked.relevance)
    except (OSError, json.JSONDecodeError, builders.Unjudged) as error:
        sys.exit(f"eval-matching: {error}")
    yield asked.proposals.name, judged


def lines(found: dict[str, Figures]):
    """The table, the demands below it, and how many times better than character n-grams."""
    yield f"{'':24}" + "".join(f"{heading:>17}" for heading in HEADINGS)
    for name, figures in (*found.items(), ("demanded", DEMANDS)):
        yield f"{name:24}" + "".join(_cell(getattr(figures, column)) for column in COLUMNS)
    engine, grams = found["engine"], found["character 4-6-grams"]
    times = [getattr(engine, c) / getattr(grams, c) for c in COLUMNS[:4]]
    yield f"{'times character grams':24}" + "".join(map(_cell, times)) + f"   (demanded {TIMES:.2f})"


def _cell(value: float | None) -> str:
    return f"{'-':>17}" if value is None else f"{value:17.3f}"


if __name__ == "__main__":
    main()

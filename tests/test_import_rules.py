"""The import rules of pyproject.toml hold, and each breaks when a new module violates it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

pytest.importorskip("importlinter", reason="import-linter comes with the extra 'check'")

ROOT = Path(__file__).parents[1]
ROOMS = ("analysis", "datastore", "etl", "resolvers", "schema", "server")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

CONTRACT = "The build knows the file contract, and nothing else of the server side"
BELOW = "The file contract depends on nothing else of the datastore"
ONE_WAY = "Data flows one way: server > schema > resolvers > datastore"
NO_BUILD = "The server never loads the build; only the command line uses both"
NO_TRAINER = "Serving needs no trainer"
ANALYSIS = "Analysis reads a snapshot, for the command line only"
NO_ANALYSIS = "Only the command line loads analysis"
PURE = "Resolvers speak neither GraphQL nor HTTP"
EXECUTION = "Execution knows GraphQL and nothing of games or HTTP"
BUILD_ROOMS = "Each room of the build imports lower rooms only"
VALUES = "The release knows subjects as values only"
PYSPARK = "Only the Spark engine loads pyspark"
SERVER_ROOMS = "Each room of the server imports lower rooms only"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, in which modules can be planted."""
    copy = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        others = shutil.ignore_patterns("__pycache__", "static", "*.json", "*.html", "*.js")
        shutil.copytree(ROOT / room, copy / room, ignore=others)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def checked(tree: Path) -> str:
    """What the linter says."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


def verdicts(said: str) -> dict[str, str]:
    """KEPT or BROKEN, by the name of each rule."""
    found = re.findall(r"^(.+?) (KEPT|BROKEN)(?: \(.*\))?$", said, re.MULTILINE)
    assert found, said
    return dict(found)


def test_every_rule_is_kept(tree: Path) -> None:
    rules = {
        ONE_WAY,
        BELOW,
        CONTRACT,
        NO_BUILD,
        NO_TRAINER,
        ANALYSIS,
        NO_ANALYSIS,
        PURE,
        EXECUTION,
        BUILD_ROOMS,
        VALUES,
        PYSPARK,
        SERVER_ROOMS,
    }
    assert verdicts(checked(tree)) == dict.fromkeys(rules, "KEPT")


#: New modules (`#` is the number of the case), and the rule that they break.
BREAKING: list[tuple[dict[str, str], str]] = [
    ({"etl/release/new#.py": "from datastore.model import Model"}, CONTRACT),
    ({"etl/new#.py": "from datastore import new#", "datastore/new#.py": ""}, CONTRACT),
    ({"etl/games/new#.py": "import resolvers.filters"}, CONTRACT),
    ({"datastore/base/new#.py": "from datastore.frame import Frame"}, BELOW),
    ({"datastore/new#.py": "import resolvers.filters"}, ONE_WAY),
    ({"resolvers/new#.py": "from schema import games"}, ONE_WAY),
    ({"resolvers/new#.py": "from etl.raw import lines"}, NO_BUILD),
    ({"server/new#.py": "from etl.release import build"}, NO_BUILD),
    ({"schema/new#.py": "import scipy.sparse"}, NO_TRAINER),
    ({"analysis/new#.py": "from etl.raw import lines"}, ANALYSIS),
    ({"analysis/new#.py": "from schema.graph import graphql_schema"}, ANALYSIS),
    ({"server/new#.py": "from analysis.export import export"}, NO_ANALYSIS),
    ({"resolvers/new#.py": "import analysis"}, NO_ANALYSIS),
    ({"datastore/new#.py": "from strawberry import field"}, PURE),
    ({"resolvers/new#.py": "import graphql"}, PURE),
    ({"server/execution/new#.py": "from datastore.store import Store"}, EXECUTION),
    ({"server/execution/new#.py": "from server.http import errors"}, EXECUTION),
    ({"etl/raw/new#.py": "from etl.games import values"}, BUILD_ROOMS),
    ({"etl/sources/new#.py": "from etl.games import values"}, BUILD_ROOMS),
    ({"etl/recommender/new#.py": "from etl.games import play_rows"}, BUILD_ROOMS),
    ({"etl/snapshot/new#.py": "from etl.recommender import parameters"}, BUILD_ROOMS),
    ({"etl/games/new#.py": "from etl.release import build"}, BUILD_ROOMS),
    ({"etl/new#.py": ""}, BUILD_ROOMS),
    ({"etl/release/new#.py": "from etl.games import kinds"}, VALUES),
    ({"etl/release/new#.py": "from etl.titles.kinds import RATINGS"}, VALUES),
    ({"etl/parts/new#.py": "from pyspark.sql import SparkSession"}, PYSPARK),
    ({"etl/parts/new#.py": "from etl.sources import parts"}, BUILD_ROOMS),
    ({"etl/games/new#.py": "from etl.spark import engine"}, BUILD_ROOMS),
    ({"server/http/new#.py": "from server.guard import limits"}, SERVER_ROOMS),
    ({"server/snapshots/new#.py": "from server.pages import examples"}, SERVER_ROOMS),
    ({"server/guard/new#.py": "from server.documents import trusted"}, SERVER_ROOMS),
    ({"server/new#.py": ""}, SERVER_ROOMS),
]


@pytest.fixture(scope="module")
def broken(tree: Path) -> dict[str, str]:
    """What the linter says of each broken rule, when the modules of all cases are there."""
    planted = [
        (tree / name.replace("#", str(number)), text.replace("#", str(number)))
        for number, (modules, _) in enumerate(BREAKING)
        for name, text in modules.items()
    ]
    for path, text in planted:
        assert not path.exists()
        path.write_text(f"{text}\n")
    said = checked(tree)
    for path, _ in planted:
        path.unlink()
    parts = re.split(r"^(.+)\n-+\n", said, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(
    "number", range(len(BREAKING)), ids=lambda number: "-".join(BREAKING[number][0])
)
def test_a_new_module_falls_under_the_rules(broken: dict[str, str], number: int) -> None:
    modules, rule = BREAKING[number]
    name = next(iter(modules)).removesuffix(".py").replace("/", ".").replace("#", str(number))
    assert re.search(rf"\b{re.escape(name)}\b", broken[rule])

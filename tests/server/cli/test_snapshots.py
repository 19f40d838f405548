"""`playgraph snapshots`, as a person reads it in 80 columns, and as a program does."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

import world
from datastore.base.snapshot import current_version, read_manifest, snapshot_path
from harness import build_snapshot
from market import few_trees
from server.cli.main import commands
from server.cli.snapshots import snapshots
from thorough import some


class Folder(NamedTuple):
    """A data folder in which a game became dearer and a user came."""

    data: Path
    old: str
    new: str

    def run(self, command: str, *arguments: str) -> Result:
        given = ["snapshots", command, *arguments, "--data", str(self.data)]
        return CliRunner(env={"COLUMNS": "80"}).invoke(commands, given)

    def said(self, command: str, *arguments: str) -> str:
        result = self.run(command, *arguments)
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = tmp_path_factory.mktemp("folder")
    files = world.write(folder / "raw")
    games, items = files.paths("games")[0], files.paths("items")[0]
    old = build_snapshot(files, folder / "data").name
    text = games.read_text("utf-8")
    assert text.count('"price": 4.99') == 1  # Ember, which five users own
    games.write_text(text.replace('"price": 4.99', '"price": 6.99'), "utf-8")
    item = {"item_id": "100", "item_name": "Juno", "playtime_forever": 6_000}
    with items.open("a", encoding="utf-8") as lines:
        lines.write(f"{ {'user_id': 'newcomer', 'items_count': 1, 'items': [item]} }\n")
    return Folder(folder / "data", old, build_snapshot(files, folder / "data").name)


@pytest.fixture
def folder(built: Folder, tmp_path: Path) -> Folder:
    """A copy to work on; the new one serves."""
    shutil.copytree(built.data, tmp_path / "data")
    return built._replace(data=tmp_path / "data")


def test_the_list_fits_80_columns_and_marks_the_live_snapshot(built: Folder) -> None:
    lines = built.said("list").splitlines()
    assert max(map(len, lines)) <= 80
    head, _, *rows = lines
    assert head.split() == [
        "version", "built", "(UTC)", "users", "reviews", "play", "rows", "NDCG@10", "MB",
    ]  # fmt: skip
    shown = {row[2:18]: (row[0], row[20:36], row[36:].split()) for row in rows[:2]}
    assert set(shown) == {built.old, built.new}
    for version, (mark, when, numbers) in shown.items():
        facts = read_manifest(snapshot_path(built.data, version))
        assert mark == ("*" if version == built.new else " ")
        assert when == facts.built_at[:16].replace("T", " ")
        counts = facts.subjects["games"].counts
        assert numbers[:4] == [
            str(counts["users"]), str(counts["reviews"]), str(counts["play_rows"]), "-",
        ]  # fmt: skip
    assert re.fullmatch(r"Total: 0\.\d MB\.", rows[2])


@pytest.mark.parametrize("width", [40, 50, 60, 80])
def test_a_narrow_list_has_fewer_columns_and_whole_versions(built: Folder, width: int) -> None:
    arguments = ["snapshots", "list", "--data", str(built.data)]
    said = CliRunner(env={"COLUMNS": str(width)}).invoke(commands, arguments).stdout
    assert {built.old, built.new} <= set(said.replace("*", " ").split())
    assert ("play rows" in said) == (width == 80)


def test_the_list_for_programs(built: Folder) -> None:
    found = {one["version"]: one for one in json.loads(built.said("list", "--json"))}
    assert set(found) == {built.old, built.new}
    assert [found[version]["serves"] for version in (built.old, built.new)] == [False, True]
    assert found[built.new]["subjects"]["games"]["counts"]["users"] == len(world.USERS) + 1
    assert found[built.new]["problem"] is None


def test_a_damaged_one_is_listed_with_its_reason(folder: Folder) -> None:
    (snapshot_path(folder.data, folder.old) / "manifest.json").write_text("{")
    said = folder.said("list")
    assert re.search(rf"^  {folder.old} .*:\d\d +- +- +- +- +0\.\d", said, re.MULTILINE)
    assert "manifest.json is damaged" in said


def test_a_folder_without_a_live_snapshot_says_what_to_do(folder: Folder) -> None:
    (folder.data / "current").unlink()
    assert re.search(
        r"\nNo snapshot is live: \S+/current is missing, so none of the snapshots is live \(.*\)\. "
        r"Choose one with playgraph snapshots use VERSION\.\n$",
        folder.said("list"),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    some(
        [
            (
                b"0123456789abcdef\n",
                "names 0123456789abcdef as live, which is not there. Choose anoth",
            ),
            (b"", "holds '', which is not a valid version."),
            (b'{"a": 1}', """holds '{"a": 1}', which is not a valid version."""),
            (
                b"\x1b[2J" + b"x" * 10_000,
                f"holds '\\x1b[2J{'x' * 56}…', which is not a valid version",
            ),
        ],
        2,
    ),
)
def test_a_pointer_to_nothing_is_the_same_in_a_folder_and_in_storage(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.data.parent / "caches"))
    (folder.data / "current").write_bytes(content)
    outcomes = []
    for name in (str(folder.data), f"file://{folder.data.resolve()}"):
        for command in (["list"], ["list", "--json"], ["show"], ["verify"], ["verify", folder.old]):
            result = CliRunner(env={"COLUMNS": "300"}).invoke(
                commands, ["snapshots", *command, "--data", name]
            )
            text = result.output + str(result.exception or "")
            outcomes.append((command, result.exit_code, text.replace(name, "DATA")))
            if command in (["list"], ["show"], ["verify"]):
                assert f"DATA/current {said}" in outcomes[-1][2], command
    half = len(outcomes) // 2
    for here, there in zip(outcomes[:half], outcomes[half:], strict=True):
        assert here[:2] == there[:2]
        # Files are shared in a folder only, and of two of one second the order is that of files.
        texts = [sorted(re.sub("Total: .*", "", one[2]).splitlines()) for one in (here, there)]
        assert texts[0] == texts[1]
    assert [code for _, code, _ in outcomes[:half]] == [0, 0, 1, 1, 0]


def test_show_has_the_facts_of_the_live_snapshot(built: Folder) -> None:
    said = built.said("show")
    facts = read_manifest(snapshot_path(built.data, built.new)).subjects["games"]
    for line in (
        rf"Snapshot +{built.new}",
        r"live +yes",
        r"data +raw dumps",
        rf"users +{facts.counts['users']}",
        rf"unpriced games +{facts.coverage['unpriced_games']}",
        r"model: factors +128",
        r"seed +1",
        r"items +rows +\d+",
        r"games file +games\.json \(SHA-256 [0-9a-f]{16}…\)",
        r"         kept +\d+",
        rf"No drift since snapshot {built.old}: all \d+ measures are within their limits\.",
    ):
        assert re.search(rf"^{line}\s*$", said, re.MULTILINE), line
    assert "Nothing to measure" in said
    assert "Released." in said
    assert re.search(r"Errors of prices on held-out data \(\* answers\)", said)
    assert re.search(r"│ \* \w+ +│ +\d+\.\d{3} │", said)


def test_show_takes_the_beginning_of_a_version(built: Folder) -> None:
    said = built.said("show", built.old[:6])
    assert re.search(rf"^Snapshot +{built.old}\s*$", said, re.MULTILINE)
    assert re.search(r"^live +no\s*$", said, re.MULTILINE)
    assert "Drift: no snapshot to compare the data with." in said


def test_show_for_programs_has_everything(built: Folder) -> None:
    found = json.loads(built.said("show", "--json"))
    assert found["manifest"]["version"] == found["report"]["version"] == built.new
    assert found["report"]["drift"]["against"] == built.old
    assert found["evaluation"]["gate"]["released"] is True


def test_diff_shows_rows_quality_and_the_answers_that_moved(built: Folder) -> None:
    said = built.said("diff", built.old)
    assert max(map(len, said.splitlines())) <= 80
    users = len(world.USERS)
    for line in (
        f"From {built.old} to {built.new}",
        rf"users +{users} +{users + 1} +\+1",
        r"play rows +41 +42 +\+1",
        r"Rows: \d+ unchanged\.",
        "Developers: 0 new, 0 removed, 0 changed.",
        "Games: 0 new, 0 removed, 2 changed.",
        "Users: 1 new, 0 removed, 6 changed.",
        r"Ember +price +4\.99 +6\.99",
        r"Juno +owners +2 +3",
        r" +hours +0\.8 +100\.8",
        r"ada +money +34\.97 +36\.97",
        r"Racing +dov \(1\.5 h\) +newcomer \(100\.0 h\)",
        r"prices: MAE \(USD\) +\d+\.\d{3} +\d+\.\d{3} +[+-]\d+\.\d{3}",
        r"1 more has changed\.",
        r"The first 10 recommendations per user: .+ of the games are unchanged, .*",
    ):
        assert re.search(rf"^{line}\s*$", said, re.MULTILINE), (line, said)


def test_diff_of_one_with_itself_is_empty(built: Folder) -> None:
    said = built.said("diff", built.new, built.new)
    assert "moved most" not in said
    assert said.count("0 new, 0 removed, 0 changed.") == 3
    assert said.count("100.0% of the games are unchanged") == 2


def test_diff_for_programs_and_its_length(built: Folder) -> None:
    found = json.loads(built.said("diff", built.old, built.new, "--top", "2", "--json"))
    assert (found["before"], found["after"]) == (built.old, built.new)
    assert found["moved_counts"] == {
        "developers": 0, "games": 2, "users": 6, "genres": 1, "years": 0,
    }  # fmt: skip
    assert [len(answers) for answers in found["moved"].values()] == [0, 2, 2, 1, 0]
    prices = {game["key"]: game["figures"].get("price") for game in found["moved"]["games"]}
    assert prices == {"50": [4.99, 6.99], "100": None}


def test_verify_says_that_a_snapshot_is_intact_or_what_is_damaged(folder: Folder) -> None:
    assert re.fullmatch(
        rf"Snapshot {folder.new} is intact: 0\.\d MB checked\.\n", folder.said("verify")
    )
    table = snapshot_path(folder.data, folder.old) / "tables" / "tags.arrow"
    size = table.stat().st_size
    table.write_bytes(b"")
    result = folder.run("verify", folder.old)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Snapshot {folder.old} is damaged: tables/tags.arrow has 0 bytes instead of {size:,}.\n"
    )


def test_a_rollback_checks_first(folder: Folder) -> None:
    said = folder.said("use", folder.old[:8])
    assert said == f"Snapshot {folder.old} is live; running servers switch to it.\n"
    assert current_version(folder.data) == folder.old
    (snapshot_path(folder.data, folder.new) / "arrays" / "item_gram.npy").unlink()
    result = folder.run("use", folder.new)
    assert str(result.exception) == (
        f"Snapshot {folder.new} cannot be made live: arrays/item_gram.npy is missing. "
        "Nothing was changed."
    )
    assert current_version(folder.data) == folder.old


def test_prune_says_what_it_would_remove_and_what_it_has_removed(folder: Folder) -> None:
    would = folder.said("prune", "--keep", "1", "--dry-run")
    assert re.fullmatch(rf"Would remove {folder.old}\.\nWould free 0\.\d MB\.\n", would)
    did = folder.said("prune", "--keep", "1")
    assert did == would.replace("Would remove", "Removed").replace("Would free", "Freed")
    assert "which cannot be read" not in did
    assert folder.said("prune", "--keep", "1") == "Nothing to remove.\n"
    assert [path.name for path in (folder.data / "snapshots").iterdir()] == [folder.new]


@pytest.mark.parametrize("arguments", [("prune",), ("prune", "--keep", "0"), ("use",), ("diff",)])
def test_what_is_needed_is_asked_for(folder: Folder, arguments: tuple[str, ...]) -> None:
    assert folder.run(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["show", "diff", "verify", "use"])
def test_an_unknown_version_is_reported_with_those_available(built: Folder, command: str) -> None:
    result = built.run(command, "xyz")
    versions = ", ".join(sorted([built.old, built.new]))
    assert str(result.exception) == (
        f"No snapshot in {built.data} is called 'xyz'; available: {versions}."
    )


@pytest.mark.parametrize(
    "arguments", [("list",), ("show",), ("verify",), ("use", "x"), ("prune", "--keep", "1")]
)
def test_every_command_reports_that_nothing_was_built(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = Folder(tmp_path, "", "").run(*arguments)
    assert result.exit_code == 1
    assert str(result.exception) == (
        f"No snapshot in {tmp_path}: run playgraph build, or playgraph demo."
    )


def test_the_folder_is_that_of_the_settings(built: Folder) -> None:
    result = CliRunner(env={"PLAYGRAPH_DATA_DIR": str(built.data)}).invoke(
        commands, ["snapshots", "list", "--json"]
    )
    assert len(json.loads(result.stdout)) == 2


def test_help_has_a_sentence_for_each_command() -> None:
    said: Any = CliRunner().invoke(commands, ["snapshots", "--help"]).output
    for name, command in snapshots.commands.items():
        assert name in said
        assert command.help


def test_drift_stops_a_build_by_setting_and_force_releases_it(tmp_path: Path) -> None:
    games = [{"id": str(n), "app_name": f"Game {n}", "price": 5 + n % 7} for n in range(1, 201)]
    dear = [{**game, "price": 105} for game in games]
    item = {"item_id": "1", "item_name": "Game 1", "playtime_forever": 5}
    review = {"item_id": "1", "recommend": True, "review": "Fine.", "posted": "Posted May 1, 2012."}
    records = {
        "games": games,
        "dear": dear,
        "items": [{"user_id": "ada", "items_count": 1, "items": [item]}],
        "reviews": [{"user_id": "ada", "reviews": [review]}],
    }
    for name, lines in records.items():
        (tmp_path / name).write_text("".join(f"{line!r}\n" for line in lines), "utf-8")

    def build(catalogue: str, *more: str, drift: str = "stop", folder: str = "data") -> Result:
        given = ["build", "--games", catalogue, "--reviews", "reviews", "--items", "items"]
        files = [str(tmp_path / part) if part in records else part for part in given]
        environment = {"PLAYGRAPH_DRIFT": drift, "COLUMNS": "80"}
        data = ("--data", str(tmp_path / folder), "--jobs", "1")
        with few_trees():
            return CliRunner(env=environment).invoke(commands, [*files, *data, *more])

    assert build("games").exit_code == 0
    first = current_version(tmp_path / "data")
    shutil.copytree(tmp_path / "data", tmp_path / "other")
    refused = build("dear")
    assert refused.exit_code == 1
    assert str(refused.exception).startswith("Not released because PLAYGRAPH_DRIFT=stop. DRIFT")
    assert current_version(tmp_path / "data") == first
    forced = build("dear", "--force")
    assert forced.exit_code == 0
    assert f"DRIFT since snapshot {first} in 1 of " in forced.output
    assert "\nReleased in spite of drift (forced). " in forced.output
    shown = Folder(tmp_path / "data", "", "").said("show")
    assert "- Prices of games (USD): PSI " in shown
    warned = build("dear", drift="warn", folder="other")
    assert warned.exit_code == 0
    assert "\nReleased in spite of drift (PLAYGRAPH_DRIFT=warn). " in warned.output

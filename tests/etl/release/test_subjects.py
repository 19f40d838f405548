"""Two subjects in one data folder: each comes, is updated and is forgotten next to the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

import world
from datastore.base.errors import InputError, Unavailable
from datastore.base.snapshot import Manifest, read_manifest, snapshot_path
from datastore.store import Store
from etl.process.progress import Reporter
from etl.release.build import Inputs, Options, build, update
from etl.release.watch import Watcher

GAMES = ("games", "reviews", "items")
OPTIONS = Options(max_rejects=0.2, seed=1, jobs=1, max_line_bytes=1 << 20)
WARM = Options(max_rejects=0.2, seed=1, jobs=1, max_line_bytes=1 << 20, warm=True)
TITLES = (
    "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,"
    "description\n"
    "s1,Movie,The Harbor,Ada Stone,Ben Hale,Chile,,2019,PG,90 min,Dramas,A harbor.\n"
    "s2,Movie,The Bridge,Ada Stone,Cyd,Chile,,2020,PG,95 min,Dramas,A bridge.\n"
)
RATINGS = "userId,rating,timestamp,movieId\n9,4.0,100,ns1\n10,2.5,100,ns2\n"


def quiet() -> Reporter:
    return Reporter(Console(quiet=True), quiet=True)


def write_titles(folder: Path) -> Inputs:
    (folder / "netflix.csv").write_text(TITLES)
    (folder / "ratings.csv").write_text(RATINGS)
    return Inputs(titles=folder / "netflix.csv", ratings=folder / "ratings.csv")


@pytest.fixture
def titles(tmp_path: Path) -> Inputs:
    return write_titles(tmp_path)


@pytest.fixture
def games(tmp_path: Path) -> Inputs:
    return world.write(tmp_path / "raw")


def live(data: Path) -> Manifest:
    return read_manifest(snapshot_path(data, (data / "current").read_text().strip()))


Add = Callable[[Inputs, Path], object]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The snapshot of a build of both subjects."""
    folder = tmp_path_factory.mktemp("both")
    inputs = Inputs(**_paths(world.write(folder / "raw")), **_paths(write_titles(folder)))
    build(inputs, folder / "data", OPTIONS, quiet())
    return live(folder / "data")


@pytest.mark.parametrize(
    "add",
    [
        lambda inputs, data: build(inputs, data, OPTIONS, quiet()),
        lambda inputs, data: update(inputs, data, OPTIONS, quiet()),
        lambda inputs, data: update(inputs, data, WARM, quiet()),
    ],
    ids=["build", "update --cold", "update"],
)
@pytest.mark.parametrize("first", ["games", "titles"])
def test_the_order_in_which_subjects_come_does_not_matter(
    tmp_path: Path, games: Inputs, titles: Inputs, both: Manifest, add: Add, first: str
) -> None:
    data = tmp_path / "data"
    one, other = (games, titles) if first == "games" else (titles, games)
    build(one, data, OPTIONS, quiet())
    add(other, data)
    assert live(data).tables == both.tables
    assert live(data).arrays == both.arrays
    assert live(data).version == both.version
    assert Store.open_current(data) is not None


@pytest.mark.parametrize("wrong", ["ratings", "catalogue of another platform"])
def test_files_that_cannot_be_used_are_reported_before_another_subject_is_read(
    tmp_path: Path, games: Inputs, titles: Inputs, wrong: str
) -> None:
    files = _paths(titles)
    if wrong == "ratings":
        rows = "".join(f"9,{n}.25,100,ns1\n" for n in range(20))
        (tmp_path / "ratings.csv").write_text(f"userId,rating,timestamp,movieId\n{rows}")
        message = "ratings.csv"
    else:
        head = TITLES.splitlines()[0]
        rows = "".join(f"s{n},Movie,Title {n},,,,,2019,PG,9 min,Dramas,\n" for n in range(12))
        for name in ("netflix.csv", "hulu.csv"):
            (tmp_path / name).write_text(f"{head}\n{rows}")
        files["titles"] = (tmp_path / "netflix.csv", tmp_path / "hulu.csv")
        message = "they are of one platform"
    reporter = quiet()
    with pytest.raises(InputError, match=message):
        build(Inputs(**_paths(games), **files), tmp_path / "data", OPTIONS, reporter)
    assert "read titles" in reporter.seconds
    assert "read games" not in reporter.seconds


def test_a_build_of_one_subject_links_the_other(
    tmp_path: Path, games: Inputs, titles: Inputs
) -> None:
    data = tmp_path / "data"
    build(games, data, OPTIONS, quiet())
    old = snapshot_path(data, live(data).version)
    build(titles, data, OPTIONS, quiet())
    new = snapshot_path(data, live(data).version)
    for kept in ("tables/games.arrow", "arrays/user_factors.npy", "evaluation.json"):
        assert (new / kept).samefile(old / kept)
    assert live(data).parameters == read_manifest(old).parameters


def test_what_an_absent_subject_would_answer_is_unavailable(tmp_path: Path, titles: Inputs) -> None:
    data = tmp_path / "data"
    build(titles, data, OPTIONS, quiet())
    store = Store.open_current(data)
    assert store is not None
    assert len(store.titles) == 2
    with pytest.raises(Unavailable, match="no games"):
        assert store.games


def test_a_new_subject_needs_all_of_its_required_files(tmp_path: Path, titles: Inputs) -> None:
    data = tmp_path / "data"
    build(titles, data, OPTIONS, quiet())
    before = live(data).version
    raw = world.write(tmp_path / "raw")
    with pytest.raises(InputError, match="first build of games needs --reviews and --items, too"):
        update(Inputs(games=raw.paths("games")), data, OPTIONS, quiet())
    assert live(data).version == before


def test_a_watched_folder_takes_each_subject_when_it_is_complete(
    tmp_path: Path, games: Inputs, titles: Inputs
) -> None:
    inbox, data = tmp_path / "inbox", tmp_path / "data"
    inbox.mkdir()
    said: list[str] = []
    runs: list[str] = []

    def run(command: str, inputs: Inputs) -> None:
        runs.append(command)
        {"build": build, "update": update}[command](inputs, data, WARM, quiet())

    watcher = Watcher(inbox, data, run, said.append, lambda: 0.0, 1 << 20)

    (catalogue,), (ratings,) = titles.paths("titles"), titles.paths("ratings")
    (inbox / catalogue.name).write_bytes(catalogue.read_bytes())
    watcher.look(settled=True)
    assert (runs, said) == ([], ["waiting for the first dump of ratings"])
    (inbox / ratings.name).write_bytes(ratings.read_bytes())
    watcher.look(settled=True)
    assert list(live(data).subjects) == ["titles"]
    for kind in GAMES:
        (path,) = games.paths(kind)
        (inbox / path.name).write_bytes(path.read_bytes())
    watcher.look(settled=True)
    assert (runs, list(live(data).subjects)) == (["build", "update"], ["games", "titles"])


def _paths(inputs: Inputs) -> dict[str, tuple[Path, ...]]:
    kinds = (*GAMES, "titles", "ratings")
    return {kind: inputs.paths(kind) for kind in kinds if inputs.paths(kind)}

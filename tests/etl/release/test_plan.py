"""What a build prepares and what it keeps, for every combination of given and live subjects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from datastore.base.errors import InputError
from datastore.base.snapshot import BuildParameters, InputFile, Manifest, SubjectData
from etl.raw.kinds import RawKind
from etl.release import plan as planning
from etl.release.plan import check_complete, plan
from etl.snapshot.live_snapshot import LiveSnapshot
from etl.subject import Prepared, Subject, Workspace
from etl.subjects import RAW_KINDS


def unused(_: Workspace) -> Prepared:
    raise AssertionError


def kind(name: str, *, required: bool = True) -> RawKind:
    return replace(RAW_KINDS["games"], name=name, required=required)


SHOPS = Subject(
    name="games", kinds=(kind("shops"), kind("visits")), prepare=unused, user_ids=("users", "id")
)
FILMS = Subject(
    name="titles", kinds=(kind("films"), kind("notes", required=False)), prepare=unused,
    user_ids=("viewers", "id"),
)  # fmt: skip
PARAMETERS = BuildParameters(seed=1, model={}, tuned=False, max_line_bytes=1_000)


@pytest.fixture(autouse=True)
def _subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "SUBJECTS", (SHOPS, FILMS))


def file(kind_name: str) -> InputFile:
    return InputFile(kind_name, f"hash of {kind_name}", f"{kind_name}.json")


def live(*subjects: str, forgotten: str = "", demo: bool = False) -> LiveSnapshot:
    inputs = {"games": ["shops", "visits"], "titles": ["films"]}
    manifest = Manifest(
        1, "v", "now", "0", [file(k) for name in subjects for k in inputs[name]], forgotten, {},
        PARAMETERS, demo, {name: SubjectData({}, {}) for name in subjects}, {}, {}, {},
    )  # fmt: skip
    return LiveSnapshot(Path("somewhere"), manifest)


def names(subjects: tuple[Subject, ...]) -> list[str]:
    return [subject.name for subject in subjects]


def planned(
    snapshot: LiveSnapshot, *kinds: str, forgotten: str = "", demo: bool = False, add: bool = False
) -> tuple[list[str], list[str], list[str]]:
    """Built and kept subjects, and the kinds of the files of the live snapshot that are read."""
    found = plan(snapshot, kinds, forgotten, demo=demo, add=add)
    return names(found.built), names(found.kept.subjects), [f.kind for f in found.earlier]


def test_a_first_build_prepares_what_it_is_given() -> None:
    assert planned(LiveSnapshot(), "shops", "visits") == (["games"], [], [])
    assert planned(LiveSnapshot(), "films", "shops") == (["games", "titles"], [], [])


def test_a_build_of_one_subject_keeps_the_other() -> None:
    assert planned(live("games", "titles"), "films") == (["titles"], ["games"], [])
    assert planned(live("games"), "films") == (["titles"], ["games"], [])
    assert planned(live("games", "titles"), "films", "shops") == (["games", "titles"], [], [])


def test_an_update_adds_to_the_files_of_its_subject_only() -> None:
    assert planned(live("games", "titles"), "visits", add=True) == (
        ["games"], ["titles"], ["shops", "visits"],
    )  # fmt: skip
    assert planned(live("games"), "films", add=True) == (["titles"], ["games"], [])


def test_a_forgotten_user_leaves_every_subject() -> None:
    before = live("games", "titles")
    everything = (["games", "titles"], [], ["shops", "visits", "films"])
    assert planned(before, forgotten="someone", add=True) == everything
    assert planned(before, add=True) == everything
    # A build of films alone takes the other files from the live snapshot.
    assert planned(before, "films", forgotten="someone") == (
        ["games", "titles"], [], ["shops", "visits"],
    )  # fmt: skip


def test_real_and_invented_data_are_never_mixed() -> None:
    assert planned(live("games", demo=True), "films") == (["titles"], [], [])
    assert planned(live("games"), "films", demo=True) == (["titles"], [], [])


def test_the_files_of_kept_subjects_are_those_they_were_built_from() -> None:
    kept = plan(live("games", "titles"), ["films"], "", demo=False, add=False).kept
    assert [f.kind for f in kept.inputs] == ["shops", "visits"]
    assert kept.parameters is None  # nothing was trained for it


def test_a_new_subject_needs_a_file_of_each_required_kind() -> None:
    check_complete([SHOPS, FILMS], [file("films")])
    check_complete([SHOPS, FILMS], [])
    with pytest.raises(InputError, match=r"first build of games needs --visits, too\."):
        check_complete([SHOPS, FILMS], [file("shops")])
    with pytest.raises(InputError, match=r"first build of titles needs --films, too\."):
        check_complete([SHOPS, FILMS], [file("notes")])

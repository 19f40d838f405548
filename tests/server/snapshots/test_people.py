"""The setting `users` of a server, and the secret of its pseudonyms."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import world
from datastore.base.errors import SettingsError
from datastore.base.settings import Settings
from datastore.store import Store
from harness import TestClient
from server.app import create_app
from server.cli.main import commands
from server.snapshots.people import people_of

USERS = "{ users(first: 100) { nodes { userId } } }"


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path) -> Path:
    """A data folder of its own, without the secret of a server that ran in production before."""
    without = shutil.ignore_patterns("pseudonyms.key")
    copy: Path = shutil.copytree(data_dir, tmp_path / "data", ignore=without)
    return copy


def ids(settings: Settings, store: Store | None = None) -> list[str]:
    with TestClient(create_app(settings, store)) as client:
        answer: dict[str, Any] = client.post("/graphql", json={"query": USERS}).json()
    return [node["userId"] for node in answer["data"]["users"]["nodes"]]


def test_by_default_ids_are_shown_and_no_secret_is_made(folder: Path) -> None:
    assert ids(Settings(data_dir=folder)) == world.USERS
    assert not (folder / "pseudonyms.key").exists()


def test_pseudonyms_are_the_same_after_a_restart(folder: Path) -> None:
    settings = Settings(data_dir=folder, users="pseudonyms")
    first = ids(settings)
    assert len(first) == len(world.USERS)
    assert not set(first) & set(world.USERS)
    assert ids(settings) == first
    secret = folder / "pseudonyms.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir() if path.name.startswith(".unfinished")] == []
    secret.unlink()
    assert not set(ids(settings)) & set(first)


def test_servers_with_one_secret_have_the_same_pseudonyms_and_write_nothing(folder: Path) -> None:
    settings = Settings(data_dir=folder, users="pseudonyms", users_secret="a shared secret")
    assert ids(settings) == ids(settings)
    assert not (folder / "pseudonyms.key").exists()


def test_the_setting_holds_for_a_store_that_was_opened_without_it(folder: Path) -> None:
    store = Store.open_current(folder)
    shown = ids(Settings(data_dir=folder, users="pseudonyms"), store)
    assert not set(shown) & set(world.USERS)


def test_hidden_users_are_forbidden(folder: Path) -> None:
    with TestClient(create_app(Settings(data_dir=folder, users="off"))) as client:
        answer = client.post("/graphql", json={"query": '{ user(userId: "ann") { userId } }'})
    assert answer.status_code == 200
    assert answer.json()["data"] == {"user": None}
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_damaged_secret_is_not_used(folder: Path) -> None:
    (folder / "pseudonyms.key").write_bytes(b"short")
    people = people_of(Settings(data_dir=folder, users="pseudonyms"))
    with pytest.raises(SettingsError, match=r"pseudonyms\.key is damaged"):
        Store.open_current(folder, people)


def test_a_secret_that_cannot_be_kept_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    people = people_of(Settings(data_dir=tmp_path / "missing", users="pseudonyms"))
    with pytest.raises(SettingsError, match="Set PLAYGRAPH_USERS_SECRET"):
        _ = people.secret


def test_the_command_line_shows_what_clients_see(folder: Path) -> None:
    answers = [
        CliRunner()
        .invoke(commands, ["query", USERS, "--data", str(folder), "--users", shown])
        .output
        for shown in ("open", "pseudonyms", "off")
    ]
    assert all(user in answers[0] for user in world.USERS)
    assert not any(f'"{user}"' in answers[1] + answers[2] for user in world.USERS)
    assert "FORBIDDEN" in answers[2]

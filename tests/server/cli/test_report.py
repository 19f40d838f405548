"""`playgraph report`, and the report that a server shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from analysis.report import sections
from datastore.base.settings import Settings
from datastore.base.snapshot import current_version, report_page
from harness import TestClient
from server.app import create_app
from server.cli.main import commands

pytest.importorskip("matplotlib", reason="it comes with the extra 'report'")


@pytest.fixture
def folder(data_dir: Path, tmp_path: Path) -> Path:
    """A data folder of its own."""
    shutil.copytree(data_dir, tmp_path / "data")
    return tmp_path / "data"


def test_the_report_is_next_to_the_snapshots_and_a_server_shows_it(
    folder: Path, settings: Settings
) -> None:
    chosen = replace(settings, data_dir=folder)
    version = current_version(folder)
    assert version is not None
    with TestClient(create_app(chosen)) as client:
        missing = client.get("/report")
        assert missing.status_code == 404
        assert "playgraph report" in missing.text
        (folder / "reports").mkdir()
        (folder / "reports" / "removed.html").write_text("of a snapshot that was pruned")
        result = CliRunner().invoke(commands, ["report", "--data", str(folder)])
        assert result.exit_code == 0, result.output
        assert "A running server shows it at /report." in result.stdout
        page = report_page(folder, version)
        assert [path.name for path in (folder / "reports").iterdir()] == [page.name]
        shown = client.get("/report")
        assert shown.status_code == 200
        assert shown.headers["content-type"] == "text/html; charset=utf-8"
        assert shown.headers["content-security-policy"].startswith("default-src 'none';")
        assert shown.content == page.read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--png", "{data}/current"], "is in the data folder"),
        (["--png", "{folder}/file"], "file is a file, but a folder is needed"),
        (["--png", "{folder}/file/pictures"], "file is a file, but a folder is needed"),
        (["--out", "{folder}/file/report.html"], "file is a file, but a folder is needed"),
        (["--out", "{folder}"], "is a folder: name a file in it"),
        (["--out", "{data}/snapshots/report.html"], "is in the data folder"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    def work(*_: object) -> None:
        raise AssertionError("the work was begun")

    monkeypatch.setattr("analysis.report.sections", work)
    (folder.parent / "file").touch()
    given = [text.format(data=folder, folder=folder.parent) for text in options]
    result = CliRunner().invoke(commands, ["report", *given, "--data", str(folder)])
    assert result.exit_code == 1
    assert message in str(result.exception)


def test_production_shows_a_report_and_gives_no_hint_without_one(
    folder: Path, settings: Settings
) -> None:
    chosen = replace(settings, data_dir=folder, profile="production")
    with TestClient(create_app(chosen)) as client:
        missing = client.get("/report")
        assert missing.status_code == 404
        assert missing.content == client.get("/nothing").content
        page = report_page(folder, str(current_version(folder)))
        page.parent.mkdir()
        page.write_text("<!DOCTYPE html>")
        assert client.get("/report").text == "<!DOCTYPE html>"


def test_a_server_with_keys_has_no_report(folder: Path, settings: Settings) -> None:
    page = report_page(folder, str(current_version(folder)))
    page.parent.mkdir()
    page.write_text("secret")
    with TestClient(create_app(replace(settings, data_dir=folder, access="keys"))) as client:
        answer = client.get("/report")
        assert answer.status_code in (401, 404)
        assert "secret" not in answer.text


def test_file_and_folder_of_pictures_can_be_chosen(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.report.sections", lambda *given: sections(*given)[:1])
    out, png = tmp_path / "out.html", tmp_path / "png"
    given = ["report", "--out", str(out), "--png", str(png), "--data", str(data_dir)]
    result = CliRunner().invoke(commands, given)
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    drawn = list(png.glob("*.png"))
    assert drawn
    assert f"{len(drawn)} figures as PNG: {png}" in result.output
    assert not (data_dir / "reports").exists()

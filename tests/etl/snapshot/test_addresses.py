"""Addresses of object storage, and the credentials that a machine has for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.errors import SnapshotError
from etl.snapshot.addresses import bucket_of, folder_of, name_of

CREDENTIALS = """
[default]
aws_access_key_id = DEFAULT
aws_secret_access_key = hidden%1

[other]
aws_access_key_id = OTHER
aws_secret_access_key = hidden
aws_session_token = token
"""
CONFIG = """
[default]
region = eu-west-1

[profile other]
region = eu-south-2
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with profiles, and no variables of another person."""
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "REGION", "DEFAULT_REGION", "PROFILE"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(CREDENTIALS)
    (tmp_path / ".aws" / "config").write_text(CONFIG)
    return tmp_path


def config(address: str) -> dict[str, object]:
    return dict(bucket_of(address).config)


def test_keys_and_region_are_those_of_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    found = config("s3://bucket/some/prefix")
    assert found["access_key_id"] == "DEFAULT"
    assert found["secret_access_key"] == "hidden%1"
    assert found["region"] == "eu-west-1"
    monkeypatch.setenv("AWS_PROFILE", "other")
    found = config("s3://bucket/some/prefix")
    assert (found["access_key_id"], found["session_token"]) == ("OTHER", "token")
    assert found["region"] == "eu-south-2"
    assert config("s3://bucket?region=us-west-2")["region"] == "us-west-2"


def test_an_empty_profile_is_the_default_one_and_an_unknown_one_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "")
    assert config("s3://bucket")["access_key_id"] == "DEFAULT"
    monkeypatch.setenv("AWS_PROFILE", "othr")
    with pytest.raises(SnapshotError, match=r"AWS_PROFILE is 'othr', which is in neither .*\.aws"):
        bucket_of("s3://bucket")


def test_files_of_profiles_may_be_in_the_home_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "keys").write_text(CREDENTIALS.replace("DEFAULT", "MOVED"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "~/keys")
    assert config("s3://bucket")["access_key_id"] == "MOVED"


def test_the_environment_comes_before_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-east-1")
    found = config("s3://bucket")
    assert "DEFAULT" not in found.values()
    assert found.get("access_key_id", "ENVIRONMENT") == "ENVIRONMENT"
    assert found.get("region", "ap-east-1") == "ap-east-1"


def test_a_machine_without_profiles_may_have_a_role(home: Path) -> None:
    (home / ".aws" / "credentials").write_text("no section")
    (home / ".aws" / "config").unlink()
    assert "access_key_id" not in config("s3://bucket")


def test_another_endpoint_is_an_option() -> None:
    assert config("s3://b?endpoint_override=h:9000")["endpoint"] == "https://h:9000"
    found = config("gs://b?endpoint_override=h:9000&scheme=http")
    assert found["base_url"] == "http://h:9000"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("ftp://bucket", "it must be s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or file:///FOLDER"),
        ("s3:///prefix", "it must be s3://BUCKET/PREFIX"),
        ("s3://bucket?zone=a", "unknown option 'zone'"),
        ("s3://KEY:secret@bucket", "credentials are not part of it"),
    ],
)
def test_an_invalid_address_is_refused(address: str, problem: str) -> None:
    with pytest.raises(SnapshotError, match="is not a valid address") as error:
        bucket_of(address)
    assert problem in str(error.value)
    assert "secret" not in str(error.value)


def test_a_folder_is_absolute() -> None:
    assert folder_of("file:///srv/play%20graph") == Path("/srv/play graph")
    assert folder_of("s3://bucket") is None
    for address in ("file://srv/playgraph", "file:///srv?region=a"):
        with pytest.raises(SnapshotError, match=r"such as file:///srv/playgraph"):
            folder_of(address)


def test_messages_name_no_options() -> None:
    assert name_of("s3://KEY:secret@bucket/prefix/?region=a") == "s3://bucket/prefix"
    assert name_of("file:///srv/") == "file:///srv"

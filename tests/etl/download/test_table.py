"""The table of files: the published one, and those of operators."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.errors import InputError
from etl.download.http import Client
from etl.download.table import PUBLISHED, RawFile, read_table
from etl.subjects import RAW_KINDS


def read(source: str) -> dict[str, RawFile]:
    return read_table(source, Client(pytest.fail, pytest.fail))


def test_the_published_table_names_a_kind_of_the_build_for_each_file() -> None:
    table = read(str(PUBLISHED))
    assert {file.kind for file in table.values()} == {"games", "reviews", "items"}
    assert {file.kind for file in table.values()} <= set(RAW_KINDS)
    assert all(file.url.startswith("https://") for file in table.values())


def test_a_table_of_ones_own_has_sizes_checksums_and_names(tmp_path: Path) -> None:
    table = tmp_path / "table.toml"
    table.write_text(
        f'[n]\nurl = "https://x.example/a%20b.csv?raw=1"\nkind = "titles"\norigin = "netflix"\n'
        f'bytes = 3\nsha256 = "{"0" * 64}"\n[m]\nurl = "http://x.example/"\nfile = "m.csv"\n'
    )
    found = read(str(table))
    assert found["n"].name == "a b.csv"
    assert (found["n"].bytes, found["n"].origin) == (3, "netflix")
    assert found["m"].name == "m.csv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "lists no files"),
        ("[a", "is not a table of files"),
        ('[a]\nurl = "https://x.example/a"\nsize = 3', "unknown field `size`"),
        ('[a]\nurl = "https://x.example/a"\nsha256 = "abc"', "sha256"),
        ('[a]\nurl = "file:///etc/passwd"', "not an http or https address"),
        ('[a]\nurl = "https://x.example/"', "not a plain file name"),
        ('[a]\nurl = "https://x.example/..%2F..%2Fetc"', "not a plain file name"),
        ('[a]\nurl = "https://x.example/a%E2%80%AEgpj.csv"', "not a plain file name"),
        ('[a]\nurl = "https://x.example/a%1B%5D0.csv"', "not a plain file name"),
        ('[a]\nurl = "https://x.example/a"\nbytes = 0', "bytes"),
        ('[a]\nurl = "https://x.example/a"\nfile = ".bashrc"', "not a plain file name"),
        ('[a]\nurl = "https://x.example/a"\n[b]\nurl = "https://y.example/a"', "both called a"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(text: str, message: str, tmp_path: Path) -> None:
    table = tmp_path / "table.toml"
    table.write_text(text)
    with pytest.raises(InputError, match=message):
        read(str(table))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.toml cannot be read"):
        read(str(tmp_path / "missing.toml"))

"""What may be written where."""

from __future__ import annotations

from pathlib import Path

import pytest

from datastore.base.data_folder import require_folder, require_outside_of_data
from datastore.base.errors import PlaygraphError


@pytest.mark.parametrize("sign", ["current", "sources", "lock"])
def test_nothing_may_be_written_into_a_data_folder_but_where_it_is_allowed(
    tmp_path: Path, sign: str
) -> None:
    data = tmp_path / "data"
    (data / "snapshots").mkdir(parents=True)
    require_outside_of_data(data / "mine")  # a folder of this name alone may be anything
    (data / sign).touch()
    for path in (data, data / "mine", data / "snapshots" / "a" / "b", data / "x" / ".." / "mine"):
        with pytest.raises(PlaygraphError, match="is in the data folder"):
            require_outside_of_data(path, "reports")
    require_outside_of_data(data / "reports" / "a.html", "reports")
    require_outside_of_data(tmp_path / "mine")


def test_a_file_or_a_path_below_one_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    require_folder(tmp_path)
    require_folder(tmp_path / "new" / "newer")
    for path in (tmp_path / "file", tmp_path / "file" / "new" / "newer"):
        with pytest.raises(PlaygraphError, match="file is a file, but a folder is needed"):
            require_folder(path)

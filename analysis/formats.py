"""analysis: the formats of an export; imports nothing, because every command line lists them."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["FORMATS", "Format"]

Format = Literal["parquet", "csv", "duckdb"]
#: The formats of an export.
FORMATS: tuple[Format, ...] = get_args(Format)

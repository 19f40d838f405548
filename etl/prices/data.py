"""etl.prices: the games of the catalogue as the models see them, from the tables of a snapshot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import starmap

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from datastore.base.price_features import Details, Features, Vocabulary, features
from datastore.base.reader import SnapshotReader

__all__ = ["FOLDS", "Catalogue", "Sample", "digest", "read"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Number of parts; each is estimated by models that were trained on the others.
FOLDS = 5
#: All that decides what the models learn. The price under discount is not among it.
_COLUMNS = (
    "app_id", "in_catalogue", "developer", "publisher_folded", "genres", "tags", "specs",
    "release_date", "release_year", "price", "early_access", "metascore",
)  # fmt: skip
#: Names what is made of the same tables; to be changed with it.
_RECIPE = b"hidden details"
_NAMES = {"genres": "name", "tags": "name", "specs": "name", "developers": "folded"}


@dataclass(frozen=True, slots=True)
class Sample:
    """Games to learn from, and their prices in USD, above 0."""

    games: Features
    price: Floats

    def take(self, rows: Ints) -> Sample:
        """Some of the games."""
        return Sample(self.games.take(rows), self.price[rows])

    def __len__(self) -> int:
        return len(self.price)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The games of the catalogue. `priced` are the rows with a known price above 0, in an order
    that nothing about the games decides; `day` is the day of release, NaN where unknown (the
    middle of the year where only the year is known)."""

    vocabulary: Vocabulary
    games: Features
    price: Floats
    day: Floats
    priced: Ints

    def sample(self, rows: Ints) -> Sample:
        """Priced games."""
        return Sample(self.games.take(rows), self.price[rows])

    @property
    def fold(self) -> Ints:
        """The fold of each of the priced games."""
        return np.arange(len(self.priced)) % FOLDS


def digest(reader: SnapshotReader) -> str:
    """Digest of all that decides the result of training, besides the seed."""
    sha = hashlib.sha256(_RECIPE)
    for table, columns in (("games", _COLUMNS), *((t, (c,)) for t, c in _NAMES.items())):
        sink = pa.BufferOutputStream()
        data = reader.table(table, *columns)
        with pa.ipc.new_stream(sink, data.schema) as writer:
            writer.write_table(data.combine_chunks())
        sha.update(sink.getvalue())
    return sha.hexdigest()


def read(reader: SnapshotReader, seed: int) -> Catalogue:
    """The games of the catalogue; the seed decides their order in `priced`."""
    games = reader.table("games", *_COLUMNS)
    games = games.filter(games["in_catalogue"])
    names = {table: reader.column(table, column) for table, column in _NAMES.items()}
    vocabulary = Vocabulary(names["genres"], names["tags"], names["specs"])
    developers = [
        "" if row is None else names["developers"][row] for row in games["developer"].to_pylist()
    ]
    year = _numbers(games["release_year"])
    details = starmap(
        Details,
        zip(
            *(games[name].to_pylist() for name in ("genres", "tags", "specs")),
            developers,
            games["publisher_folded"].to_pylist(),
            _numbers(games["early_access"]).tolist(),
            year.tolist(),
            _numbers(games["metascore"]).tolist(),
            strict=True,
        ),
    )
    day = _numbers(games["release_date"].cast(pa.int32()))
    price = games["price"].to_numpy()
    ranks = [_rank(app_id, seed) for app_id in games["app_id"].to_pylist()]
    order = np.array(sorted(range(len(ranks)), key=ranks.__getitem__), np.int64)
    return Catalogue(
        vocabulary,
        features(details, vocabulary),
        price,
        np.where(np.isnan(day), (year - 1970) * 365.25 + 183, day),
        order[price[order] > 0],
    )


def _numbers(column: pa.ChunkedArray) -> Floats:
    numbers: Floats = column.cast(pa.float64()).to_numpy()  # null is NaN
    return numbers


def _rank(app_id: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {app_id}".encode("utf-8", "surrogatepass")).digest()

"""datastore.base: the linear score of a game, a ridge regression of the logarithm of its price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datastore.base.price_estimates import sums_by_code
from datastore.base.price_features import (
    DEVELOPER,
    KEY_CODES,
    OTHER_WORDS,
    PUBLISHER,
    WORDS,
    Features,
    find_keys,
)

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Linear"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Whose prices are compared.
OWNERS = (DEVELOPER, PUBLISHER)
#: Years that the linear score distinguishes; earlier and later ones count as the first and last.
FIRST_YEAR, LAST_YEAR = 1990, 2030


@dataclass(frozen=True, slots=True)
class Linear:
    """A ridge regression of the logarithm of the price on developers, publishers, words, year,
    early access and metascore; what it gives is called the linear score. Unknown words and an
    unknown year add what they add to the average game."""

    keys: Ints
    key_weights: Floats
    key_shares: Floats
    word_weights: Floats
    word_shares: Floats
    other_weights: Floats
    other_shares: Floats

    def score(self, games: Features) -> Floats:
        """The linear score of each game."""
        by_key, by_word, by_other = self._additions(games)
        words = np.bincount(games.owners, by_word, len(games))
        words = words + (games.sizes == 0) @ self._list_shares(games)
        score: Floats = self.other_weights[0] + by_key.sum(axis=1) + words + by_other.sum(axis=1)
        return score

    def terms(self, games: Features, codes: int) -> Floats:
        """By how much each code puts the score of a game above or below that of the average of
        the training games: games x codes."""
        by_key, by_word, by_other = self._additions(games)
        terms = np.zeros((len(games), codes))
        own_shares = self.word_shares[games.words]
        terms[games.owners, WORDS + games.words] = by_word - own_shares
        terms[:, OTHER_WORDS] = np.bincount(games.owners, own_shares, len(games))
        terms[:, OTHER_WORDS] -= (games.sizes > 0) @ self._list_shares(games)
        owners = [by_key[:, [code == owner for code in KEY_CODES]] for owner in OWNERS]
        sums = np.column_stack([*(part.sum(axis=1) for part in owners), by_other])
        sums -= np.concatenate([self.key_shares, self.other_shares])
        return terms + sums_by_code(sums, games.codes_of_details(), codes)

    def _list_shares(self, games: Features) -> Floats:
        """Mean addition of all genres, all tags, all features."""
        return np.array([part.sum() for part in np.split(self.word_shares, games.starts)])

    def _additions(self, games: Features) -> tuple[Floats, Floats, Floats]:
        """What is added for each key, for each entry of the words, and for year, early access and
        metascore."""
        found, known = find_keys(self.keys, games.keys)
        by_key = np.zeros(found.shape)
        by_key[known] = self.key_weights[found[known]]
        plain, content = self.word_weights
        by_word = plain[games.words] + content[games.words] * games.content[games.owners]
        _, early_access, metascore, *years = self.other_weights
        place = np.clip(np.nan_to_num(games.year), FIRST_YEAR, LAST_YEAR).astype(int) - FIRST_YEAR
        by_year = np.where(np.isnan(games.year), self.other_shares[0], np.array(years)[place])
        by_other = np.stack(
            [
                by_year,
                np.nan_to_num(games.early_access) * early_access,
                np.nan_to_num(games.metascore) / 100 * metascore,
            ],
            axis=1,
        )
        return by_key, by_word, by_other

"""etl.sentiment: VADER's compound score of a text, equal to the package's to the last bit.

The rules are those of `vaderSentiment` 3.3.2, oddities included, and so are lexicon, emoji names
and constants, which are taken from the package. It walks the whole text again for each word that
has a sentiment; the rules look at three words before it and two behind it only.

C. J. Hutto, E. Gilbert: VADER, A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text (ICWSM 2014).
"""

from __future__ import annotations

from string import punctuation

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    normalize,
)

__all__ = ["Vader"]

_NEGATE = frozenset(NEGATE)
_SO = ("so", "this")
#: What is left of a booster's weight one, two and three words before.
_FADING = (1.0, 0.95, 0.9)
#: First words of the phrases, to pass over the words that none can begin with.
_OPENERS = frozenset(
    phrase.split()[0] for phrase in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in phrase
)


class Vader:
    """Scores texts with the lexicon of the package, which is read once."""

    def __init__(self) -> None:
        package = SentimentIntensityAnalyzer()
        self._lexicon: dict[str, float] = package.lexicon
        # The package looks emoji up by the character: those of several are never found.
        self._emoji = {
            ord(emoji): " " + name for emoji, name in package.emojis.items() if len(emoji) == 1
        }

    def compound(self, text: str) -> float:
        """Sentiment of a text, -1 to 1, to four places: 0 without a word of the lexicon.

        Equals `SentimentIntensityAnalyzer().polarity_scores(text)["compound"]`.
        """
        if not text.isascii():
            text = text.translate(self._emoji)
        lexicon = self._lexicon
        words = [
            token if len(word := token.strip(punctuation)) <= 2 else word  # keeps ":)"
            for token in text.lower().split()
        ]
        positions = [position for position, word in enumerate(words) if word in lexicon]
        if not positions:
            return 0.0
        raised = list(map(str.isupper, text.split()))
        if all(raised):  # capitals stand out among others only
            raised = [False] * len(raised)
        valences = [self._valence(words, raised, position) for position in positions]
        if "but" in words:
            _turn(positions, valences, words.index("but"))
        total = sum(valences)
        if total > 0:
            total += _emphasis(text)
        elif total < 0:
            total -= _emphasis(text)
        return round(float(normalize(total)), 4)

    def _valence(self, words: list[str], raised: list[bool], at: int) -> float:
        """Sentiment of a word of the lexicon among its neighbours; `raised` are the words in
        capitals."""
        lexicon, word, behind = self._lexicon, words[at], words[at + 1 : at + 2]
        if word == "kind" and behind == ["of"]:
            return 0.0
        valence = lexicon[word]
        before = words[max(at - 3, 0) : at][::-1]  # the nearest first
        if word == "no" and behind and behind[0] in lexicon:
            valence = 0.0
        if "no" in before[:2] or (before[2:] == ["no"] and before[0] in ("or", "nor")):
            valence = lexicon[word] * N_SCALAR
        if raised[at]:
            valence += C_INCR if valence > 0 else -C_INCR
        for place, neighbour in enumerate(before):
            if neighbour in lexicon:
                continue
            if neighbour in BOOSTER_DICT:
                scalar = BOOSTER_DICT[neighbour] * (-1 if valence < 0 else 1)
                if raised[at - place - 1]:
                    scalar += C_INCR if valence > 0 else -C_INCR
                valence += scalar * _FADING[place]
            valence *= _negation(before, place)
            if place == 2:
                valence = _phrases(valence, words, at)
        if before[:1] == ["least"] and before[1:2] not in (["at"], ["very"]):
            valence *= N_SCALAR
        return valence


def _negation(before: list[str], place: int) -> float:
    """The factor on a word's valence by the neighbour at a place before it."""
    neighbour = before[place]
    if neighbour == "never" and place and before[place - 1] in _SO:
        return 1.25
    if place == 2 and before[0] in _SO:  # whatever the neighbour, as in the package
        return 1.25
    if neighbour == "without" and "doubt" in before[:place]:
        return 1.0
    return N_SCALAR if neighbour in _NEGATE or "n't" in neighbour else 1.0


def _phrases(valence: float, words: list[str], at: int) -> float:
    """Valence after the idioms around a word that has three words before it, and the boosters of
    several words before it."""
    if _OPENERS.isdisjoint(words[at - 3 : at + 1]):
        return valence

    def phrase(start: int, end: int) -> str:
        return " ".join(words[at + start : at + end + 1])

    before = [phrase(-3, -1), phrase(-3, -2), phrase(-2, -1)]
    for idiom in (phrase(-1, 0), phrase(-2, 0), before[2], before[0], before[1]):
        if idiom in SPECIAL_CASES:
            valence = SPECIAL_CASES[idiom]
            break
    for end in range(1, min(3, len(words) - at)):
        valence = SPECIAL_CASES.get(phrase(0, end), valence)
    for booster in before:
        valence += BOOSTER_DICT.get(booster, 0.0)
    return valence


def _turn(positions: list[int], valences: list[float], but: int) -> None:
    """Halve what stands before "but", raise by half what stands behind it; in place.

    As in the package, the first of equal valences is meant whichever of them has its turn.
    """
    for valence in valences:
        first = valences.index(valence)
        valences[first] = valence * (0.5 if positions[first] < but else 1.5)


def _emphasis(text: str) -> float:
    """By how much exclamation and question marks move the sum of valences away from 0."""
    asked = text.count("?")
    weight = 0.0 if asked < 2 else asked * 0.18 if asked < 4 else 0.96
    return min(text.count("!"), 4) * 0.292 + weight

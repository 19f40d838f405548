"""etl.demo: invented review texts whose VADER class is known: negative, neutral or positive.

A text is made of sentences of one class and neutral ones. No sentence ends in a negation or holds a
"but": both would reach into the next one. That every sentence scores in its class is a test.
"""

import random
from typing import Literal

Sentiment = Literal["negative", "neutral", "positive"]

SUBJECTS = (
    "the soundtrack", "the level design", "the camera", "the story", "the map", "the menu",
    "the tutorial", "the second chapter", "the pixel art", "the voice work", "the crafting",
    "the interface", "the music", "the split screen mode", "the last patch", "the keyboard layout",
    "the whole thing", "the netcode",
)  # fmt: skip

POSITIVE = (
    "I love {subject}.", "{subject} is wonderful.", "{subject} is simply brilliant!",
    "great fun from start to finish.", "{subject} is superb and the rest is great too.",
    "an absolute masterpiece, a joy every evening.", "my favorite game in years.",
    "best purchase of the year, so happy with it.", "{subject} made me smile a lot.",
    "beautiful, charming and clever.", "amazing with friends!", "{subject} is excellent, 10/10.",
    "awesome little gem.", "I had a fantastic time with it.",
    "highly recommend it, {subject} is fantastic.", "♥♥♥♥ing brilliant, honestly.",
    "holy ♥♥♥♥ {subject} is amazing", "so good that I bought it twice 😀",
)  # fmt: skip
NEGATIVE = (
    "I hate {subject}.", "{subject} is terrible.", "{subject} is a horrible mess.",
    "boring from start to finish.", "awful controls and an ugly port.", "the worst game I own.",
    "it crashes and {subject} is broken.", "a sad waste of money.", "{subject} is bad, really bad.",
    "what a disappointing, annoying grind.", "this game is ♥♥♥♥ing bad",
    "{subject} is a ♥♥♥♥ing disaster", "pathetic, lazy and dull.", "{subject} made me angry.",
    "a frustrating failure.", "it was a disaster on my machine 😡",
    "I regret the purchase, {subject} is horrible.", "stupid design ruined it.",
)  # fmt: skip
NEUTRAL = (
    "I ran it on a laptop.", "{subject} takes about ten hours.",
    "it has twelve levels and a map editor.", "there are three factions.", "I started it in March.",
    "you walk, you jump, you open doors.", "{subject} is in English and German.",
    "it runs in a window.", "ça se joue à la souris.", "{subject} came with an update on Tuesday.",
    "the settings are in the documents folder.", "part two of three.",
    "press E to open the \"inventory\", it's on the left.", "I have 40 hours on record.", "日本語あり。",
    "it is a game.", "my brother has it on the other computer.",
    "see the forum for the key bindings.", "♥♥♥♥", "size:\t4 GB\nformat:\twindowed",
)  # fmt: skip
SENTENCES: dict[Sentiment, tuple[str, ...]] = {
    "negative": NEGATIVE,
    "neutral": NEUTRAL,
    "positive": POSITIVE,
}

LONGEST = 8_000  # the store cuts a review here
_BLANKS = ("          ", " ", "    ", "\t", "      ")


def sentence(rng: random.Random, sentiment: Sentiment) -> str:
    """One sentence of the class."""
    text = rng.choice(SENTENCES[sentiment]).replace("{subject}", rng.choice(SUBJECTS))
    return text[0].upper() + text[1:]


def compose(rng: random.Random, sentiment: Sentiment) -> str:
    """A review of the class: one to four sentences; a neutral one may be empty or blank."""
    if sentiment == "neutral" and (draw := rng.random()) < 0.06:
        return "" if draw < 0.006 else rng.choice(_BLANKS)
    classes: list[Sentiment] = [sentiment] * rng.choice((1, 1, 2, 3))
    classes += ["neutral"] * rng.choice((0, 0, 1))
    rng.shuffle(classes)
    joint = "\n" if rng.random() < 0.02 else " "
    return joint.join(sentence(rng, kind) for kind in classes)


def page(text: str) -> str:
    """The text over and over, as long as the store allows."""
    times = LONGEST // (len(text) + 2)
    return "\n\n".join([text] * times)

"""etl.demo.streaming: invented names of actors and directors."""

import random
from string import ascii_uppercase

_FIRST = (
    "Orla", "Bastian", "Mirela", "Tadeo", "Anselm", "Priyanka", "Yorick", "Solveig", "Caspian",
    "Imke", "Leandro", "Fumiko", "Ottoline", "Ravindra", "Zdenka", "Ambrose", "Chidera", "Lupe",
    "Nils", "Perpetua", "Quentin", "Rosalba", "Søren", "Thandiwe", "Ulrike", "Violante", "Wojtek",
    "Xiomara", "Ysolde", "Zacharias", "Benoît", "Eun-ji", "Gwendolen", "Hamish", "Inês", "Jarmila",
)  # fmt: skip
_LAST = (
    "Quillfeather", "Vantongeren", "Threlkeldsen", "Okonjo-Lund", "Marrowby", "Castellvecchio",
    "Drummondsey", "Ashgrovena", "Pellwether", "Fjordhammer", "Nakatsubara", "Ravensthorpen",
    "Bhattacharelli", "O'Skerry", "Windlestraw", "Zuckerblum", "Montefiorri", "Abernethwaite",
    "Lindqvarn", "Tarrafalgo", "Umberwick", "Kestrelman", "de la Brasa", "van der Moss", "Ilyenko",
    "Hollowmere", "Sparkbrook", "Dufresnoy-Pike", "Eastermann", "Gallowglass", "Ncubeson",
    "Popplewhite", "Quarrington-Diaz", "St. Alder", "Yarborovic", "Żurawska", "Brightwaterson",
)  # fmt: skip
_SUFFIXES = ("Jr.", "Sr.", "II", "III", "IV", "Ph.D.")
_SUFFIX_SHARE = 0.01
_INITIAL_SHARE = 0.15


def people(rng: random.Random, count: int, taken: str) -> list[str]:
    """`count` distinct names as the platforms spell them: a comma before a suffix.

    None of them is in the text `taken`, whatever its case.
    """
    names: dict[str, None] = {}
    while len(names) < count:
        initial = f" {rng.choice(ascii_uppercase)}." if rng.random() < _INITIAL_SHARE else ""
        name = f"{rng.choice(_FIRST)}{initial} {rng.choice(_LAST)}"
        if name.casefold() in taken.casefold():
            continue
        if rng.random() < _SUFFIX_SHARE:
            name += f", {rng.choice(_SUFFIXES)}"
        names[name] = None
    return list(names)

"""etl.demo: invented names for the demo: developers, titles, players."""

import random
from collections.abc import Callable, Iterator

_QUALITIES = (
    "Amber", "Velvet", "Crooked", "Hollow", "Paper", "Copper", "Distant", "Northern", "Restless",
    "Tidal", "Gilded", "Sunken", "Painted", "Silent", "Borrowed", "Electric", "Frosted",
    "Wandering", "Ninth", "Marbled", "Salted", "Lunar", "Ivory", "Rusted", "Hidden", "Seventh",
    "Woolen", "Burning", "Patchwork", "Emerald", "Second", "Winter", "Upside-Down", "Forgotten",
    "Glass", "Scarlet", "Midnight", "Feral", "Tangled", "Clockwork", "Distilled", "Brass",
)  # fmt: skip
_PLACES = (
    "Amberfall", "Quillmoor", "Tessaly", "Norhaven", "Ostrava Bay", "Pellworth", "Kestrel Isle",
    "the Ninth Coast", "Umberland", "Saint Orla", "Vashti", "Low Meridian", "Ravenglass",
    "Mirefold", "Halcyon", "the Salt Road", "Dunmarrow", "Îlot Vert", "Grünwald", "Old Cairnby",
    "Yarrow", "Port Sable", "Lindenau", "the Far Orchard",
)  # fmt: skip
_OWNERS = (
    "Nan", "Otto", "Marlowe", "Ines", "Tobias", "Wren", "Odile", "Barnaby", "Selma", "Pim",
    "Hester", "Quincy", "Ludo", "Agathe", "Rook", "Mabel",
)  # fmt: skip
_SUBTITLES = (
    "First Light", "The Long Way Home", "Afterglow", "Remastered", "Second Helping", "Deluxe",
    "Origins", "Tactics", "The Board Game", "Zero", "Reborn", "A Quiet Year", "Overtime",
    "Episode 1", "Episode 2", "Collector\u2019s Edition", "Unbound", "Lost Pages", "VR",
    "Anniversary Edition",
)  # fmt: skip
_STUDIO_WORDS = (
    "Badger", "Lantern", "Teapot", "Heron", "Walnut", "Comet", "Thimble", "Otter", "Granite",
    "Bramble", "Lighthouse", "Pickle", "Rocket", "Turnip", "Saffron", "Mammoth", "Zephyr", "Puffin",
    "Quartz", "Juniper", "Anchor", "Moss", "Cobalt", "Sparrow", "Harbour", "Tundra", "Marmalade",
    "Gecko", "Basalt", "Orchid", "Lynx", "Nutmeg", "Plover",
)  # fmt: skip
_STUDIO_KINDS = (
    "Games", "Studio", "Interactive", "Entertainment", "Software", "Labs", "Works", "Collective",
    "Digital", "Arts", "Brothers", "Co., Ltd.", "LLC", "GmbH", "s.r.o.", "Factory",
)  # fmt: skip
_TITLE_PATTERNS = {
    "{quality} {noun}": 20, "{noun} of {place}": 20, "{owner}'s {quality} {noun}": 8,
    "{noun} & {other} of {place}": 4, "{quality} {noun}: {subtitle}": 18,
    "{quality} {noun} {number}": 10, "{quality} {noun}™": 3, "{quality} {noun}®": 2,
    "The {quality} {noun} of {place}": 15,
}  # fmt: skip
_HANDLE_HEADS = (
    "sleepy", "turbo", "mellow", "grumpy", "pixel", "frosty", "lucky", "dusty", "cosmic", "salty",
    "silent", "waffle", "captain", "doctor", "agent", "tiny", "mega", "noble", "rusty", "velvet",
    "hyper", "quiet", "spicy", "vivid", "wobbly", "brisk", "jolly", "lunar", "nimble", "plaid",
    "crispy", "stormy", "gentle", "mossy", "zesty", "umber",
)  # fmt: skip
_HANDLE_TAILS = (
    "badger", "noodle", "walrus", "cactus", "goblin", "teapot", "falcon", "pickle", "wizard",
    "llama", "turnip", "kraken", "biscuit", "otter", "puffin", "raccoon", "gecko", "mammoth",
    "panda", "dumpling", "heron", "marmot", "beetle", "lobster", "pretzel", "quokka", "ferret",
    "turtle", "yeti", "muffin", "possum", "weasel", "crumpet",
)  # fmt: skip
# Longer than handles people really choose: an invented player must not be somebody.
_HANDLE_STYLES = (
    "{head}_the_{tail}", "{head}{tail}{number}", "{Head}The{Tail}", "{head}_{tail}_{number}",
    "{Tail}-{Head}-{number}", "x{head}{tail}{number}x", "{HEAD}{Tail}{number}",
    "_{tail}_{head}_{number}", "{tail}{number}{head}",
)  # fmt: skip


def developers(rng: random.Random, count: int) -> list[str]:
    """`count` distinct invented studios, as the raw dump spells them (`&amp;`)."""
    return _distinct(count, lambda: _developer(rng))


def titles(rng: random.Random, taken: set[str]) -> Callable[[tuple[str, ...]], str]:
    """A source of titles for a pool of nouns: none twice, none of `taken`."""

    def draw(nouns: tuple[str, ...]) -> str:
        while (title := _title(rng, nouns)) in taken:
            pass
        taken.add(title)
        return title

    return draw


def handles(rng: random.Random) -> Iterator[str]:
    """Distinct vanity names, without end."""
    taken: set[str] = set()
    while True:
        if (handle := _handle(rng)) not in taken:
            taken.add(handle)
            yield handle


def _handle(rng: random.Random) -> str:
    head, tail, style = (
        rng.choice(_HANDLE_HEADS),
        rng.choice(_HANDLE_TAILS),
        rng.choice(_HANDLE_STYLES),
    )
    capital = {"Head": head.capitalize(), "Tail": tail.capitalize(), "HEAD": head.upper()}
    return style.format(head=head, tail=tail, number=rng.randrange(1, 10_000), **capital)


def _developer(rng: random.Random) -> str:
    word, other, kind = (
        rng.choice(_STUDIO_WORDS),
        rng.choice(_STUDIO_WORDS),
        rng.choice(_STUDIO_KINDS),
    )
    shape = rng.random()
    if shape < 0.06:
        return f"{word} &amp; {other}"
    if shape < 0.16:
        return f"{rng.choice(_QUALITIES)} {word}"
    if shape < 0.22:
        return f"{word} {other}, Inc."
    if shape < 0.3:
        return f"{rng.choice(_OWNERS)} {word}{rng.choice(('son', 'berg', 'ova', 'ez', 'ström'))}"
    return (
        f"{rng.choice(_QUALITIES)} {word} {kind}"
        if shape < 0.7
        else f"{word}{other.lower()} {kind}"
    )


def _title(rng: random.Random, nouns: tuple[str, ...]) -> str:
    quality, noun, place = rng.choice(_QUALITIES), rng.choice(nouns), rng.choice(_PLACES)
    pattern = rng.choices(list(_TITLE_PATTERNS), list(_TITLE_PATTERNS.values()))[0]
    return pattern.format(
        quality=quality, noun=noun, place=place, other=rng.choice(nouns), owner=rng.choice(_OWNERS),
        subtitle=rng.choice(_SUBTITLES), number=rng.choice(("2", "3", "II", "III", "HD", "2049")),
    )  # fmt: skip


def _distinct(count: int, draw: Callable[[], str]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[draw()] = None
    return list(found)

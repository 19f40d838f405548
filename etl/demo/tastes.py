"""etl.demo: the demo's taste groups: what is co-played, with its genres, tags and words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taste:
    """One latent group of games and players.

    `players` and `games` are relative shares; `core` genres belong to every game of the group,
    `extra` ones to some; `tags`, `specs` and `nouns` are pools for its invented games.
    """

    name: str
    players: float
    games: float
    core: tuple[str, ...]
    extra: tuple[str, ...]
    tags: tuple[str, ...]
    specs: tuple[str, ...]
    nouns: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _taste(
    name: str, shares: tuple[float, float], core: str, extra: str, tags: str, specs: str, nouns: str
) -> Taste:
    pools = [_words(text) for text in (core, extra, tags, specs, nouns)]
    return Taste(name, *shares, *pools)


TASTES = (
    _taste(
        "source", (1.7, 0.3), "Action", "Indie, Adventure",
        "FPS, Classic, Action, Multiplayer, Shooter, First-Person, Sci-fi, Moddable, Team-Based, "
        "1990's",
        "Single-player, Multi-player, Valve Anti-Cheat enabled, Steam Achievements, "
        "Captions available",
        "Reactor, Tramline, Freight, Resonance, Depot, Bulkhead, Overpass, Canal, Conduit, "
        "Outpost",
    ),
    _taste(
        "shooter", (1.5, 1.2), "Action", "Indie, Adventure",
        "Action, Shooter, FPS, Multiplayer, Co-op, Third-Person Shooter, Military, Open World, "
        "Gore, Stealth, War",
        "Single-player, Multi-player, Co-op, Steam Achievements, Steam Cloud, "
        "Full controller support",
        "Battalion, Trigger, Vanguard, Salvo, Ridge, Breach, Squadron, Sector, Ballistics, "
        "Perimeter, Echelon",
    ),
    _taste(
        "rpg", (1.3, 1.2), "RPG", "Action, Adventure, Indie",
        "RPG, Fantasy, Open World, Story Rich, Action RPG, Turn-Based, Character Customization, "
        "Dark Fantasy, Magic,"
        "Party-Based RPG, JRPG, Dungeon Crawler",
        "Single-player, Steam Achievements, Steam Trading Cards, Steam Cloud, "
        "Partial Controller Support",
        "Chronicle, Sigil, Kingdom, Runes, Oath, Citadel, Wyrm, Legacy, Saga, Tome, Crown, "
        "Prophecy, Heirloom",
    ),
    _taste(
        "strategy", (1.2, 1.3), "Strategy", "Simulation, Indie, RPG",
        "Strategy, Turn-Based Strategy, RTS, Historical, 4X, Grand Strategy, Tactical, Military, "
        "Space, Base Building,"
        "Tower Defense, World War II",
        "Single-player, Multi-player, Steam Achievements, Steam Workshop, Includes level editor",
        "Empire, Dominion, Frontier, Campaign, Provinces, Armada, Treaty, Hegemony, Bastions, "
        "Colonies, Legions",
    ),
    _taste(
        "builder", (1.3, 1.2), "Simulation", "Strategy, Casual, Indie",
        "Simulation, Sandbox, Building, Management, City Builder, Crafting, Economy, Realistic, "
        "Driving, Relaxing,"
        "Agriculture, Trains",
        "Single-player, Steam Workshop, Steam Cloud, Steam Achievements, Stats",
        "Tycoon, Harvest, Railway, Workshop, Harbour, Foundry, Township, Orchard, Airfield, "
        "Sawmill, Cargo, Canteen",
    ),
    _taste(
        "survival", (1.2, 1.1), "Action", "Adventure, Indie, Massively Multiplayer",
        "Survival, Horror, Zombies, Open World, Survival Horror, Crafting, Psychological Horror, "
        "Post-apocalyptic,"
        "Atmospheric, Gore, Dark, Mystery",
        "Single-player, Online Multi-Player, Online Co-op, Steam Achievements, Steam Cloud",
        "Hollow, Shelter, Marsh, Cabin, Silence, Quarantine, Asylum, Ashes, Lantern, Wilds, "
        "Burrow, Nightfall",
    ),
    _taste(
        "platformer", (1.1, 1.7), "Indie", "Action, Adventure, Casual",
        "Indie, Platformer, 2D, Pixel Graphics, Difficult, Great Soundtrack, Rogue-like, Retro, "
        "Puzzle-Platformer,"
        "Metroidvania, Side Scroller, Bullet Hell",
        "Single-player, Full controller support, Steam Achievements, Steam Leaderboards, "
        "Shared/Split Screen",
        "Hopper, Pixel, Gecko, Lantern, Tower, Spindle, Wisp, Cavern, Beetle, Clockwork, "
        "Paperboat, Comet",
    ),
    _taste(
        "arena", (0.9, 1.0), "Sports", "Racing, Action, Simulation",
        "Sports, Racing, Multiplayer, Competitive, Driving, Fighting, Local Multiplayer, Arcade, "
        "Football,"
        "Fast-Paced, Controller, e-sports",
        "Single-player, Multi-player, Local Multi-Player, Full controller support, "
        "Steam Leaderboards",
        "Rally, Circuit, Derby, Grand Prix, Kickoff, Drift, Turbo, Slalom, Regatta, Knockout, "
        "Pitlane, League",
    ),
    _taste(
        "online", (1.4, 0.9), "Massively Multiplayer, Free to Play", "Action, RPG, Strategy",
        "Free to Play, Massively Multiplayer, MMORPG, Multiplayer, PvP, MOBA, Co-op, Anime, "
        "Card Game, Tanks,"
        "Open World, Loot",
        "Multi-player, MMO, In-App Purchases, Online Multi-Player, Cross-Platform Multiplayer",
        "Online, Realms, Clans, Raiders, Arenas, Summoners, Guilds, Skyports, Mechs, Factions, "
        "Champions, Nexus",
    ),
    _taste(
        "story", (1.2, 1.5), "Adventure", "Indie, Action, Casual",
        "Adventure, Story Rich, Point & Click, Visual Novel, Choices Matter, Atmospheric, "
        "Walking Simulator, Detective,"
        "Female Protagonist, Comedy, Episodic, Mystery",
        "Single-player, Captions available, Steam Trading Cards, Steam Cloud, Steam Achievements",
        "Letters, Memoir, Journey, Detective, Island, Postcard, Winter, Secret, Voyage, Orchid, "
        "Lighthouse, Mirror",
    ),
    _taste(
        "casual", (0.8, 1.7), "Casual", "Indie, Simulation, Strategy",
        "Casual, Puzzle, Hidden Object, Family Friendly, Match 3, Cute, Relaxing, Clicker, "
        "Minimalist, Board Game,"
        "Colorful, Touch-Friendly",
        "Single-player, Steam Achievements, Steam Trading Cards, Stats",
        "Garden, Marbles, Bakery, Jigsaw, Solitaire, Bubbles, Tiles, Mosaic, Lagoon, Blossom, "
        "Parcel, Teapot",
    ),
    _taste(
        "studio", (0.5, 0.7), "Utilities", "Indie",
        "Utilities, Software, Design & Illustration, Animation & Modeling, Audio Production, "
        "Video Production,"
        "Game Development, Education, Tutorial, Web Publishing",
        "Steam Cloud, Steam Workshop, Partial Controller Support",
        "Painter, Sequencer, Modeller, Mixer, Notebook, Renderer, Palette, Ledger, Timeline, "
        "Composer, Exporter",
    ),
)  # fmt: skip

TASTE_NAMES = tuple(taste.name for taste in TASTES)

# Each tool genre has few games; they are assigned in turn, so that a small world has all of them.
TOOL_GENRES = (
    "Accounting", "Software Training", "Education", "Design &amp; Illustration", "Photo Editing",
    "Web Publishing", "Audio Production", "Video Production", "Animation &amp; Modeling",
    "Utilities",
)  # fmt: skip

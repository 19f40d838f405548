"""etl.demo: public facts about well-known games, so that the demo's answers look familiar.

One game a line: `id | title | developer | publisher | date | price | genres | tags | metascore`,
under the name of its taste group and in falling popularity. A `+` before the id marks what nobody's
library lists (soundtracks, packs). An empty field is missing from the record. The last block is
invented: one line an oddity of spelling.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One line of the table, as the store spells it; the title plain (the record escapes it)."""

    taste: str
    app_id: str
    title: str
    developer: str
    publisher: str
    date: str
    price: str
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    metascore: str
    in_libraries: bool


def facts() -> Iterator[Fact]:
    """The table's games in its own order."""
    taste = ""
    for line in TABLE.strip().splitlines():
        if line.startswith("# "):
            taste = line[2:]
            continue
        app_id, title, developer, publisher, date, price, genres, tags, metascore = map(
            str.strip, line.split("|")
        )
        yield Fact(
            taste, app_id.lstrip("+"), title, developer.replace("~", " "), publisher, date, price,
            _list(genres), _list(tags), metascore, not app_id.startswith("+"),
        )  # fmt: skip


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("/")) if text else ()


# A `~` in a developer is a space that must survive the table.
TABLE = """
# source
730 | Counter-Strike: Global Offensive | Valve | Valve | 2012-08-21 | 14.99 | Action | FPS/Multiplayer/Shooter/Team-Based | 83
240 | Counter-Strike: Source | Valve | Valve | 2004-11-01 | 19.99 | Action | Action/FPS/Multiplayer/Shooter | 88
4000 | Garry's Mod | Facepunch Studios | Valve | 2006-11-29 | 9.99 | Indie/Simulation | Sandbox/Multiplayer/Funny/Moddable |
550 | Left 4 Dead 2 | Valve | Valve | 2009-11-16 | 19.99 | Action | Zombies/Co-op/FPS/Multiplayer | 89
440 | Team Fortress 2 | Valve | Valve | 2007-10-10 | Free to Play | Action/Free to Play | Free to Play/Multiplayer/FPS/Class-Based | 92
220 | Half-Life 2 | Valve | Valve | 2004-11-16 | 9.99 | Action | FPS/Action/Sci-fi/Classic | 96
620 | Portal 2 | Valve | Valve | 2011-04-18 | 19.99 | Action/Adventure | Puzzle/Co-op/First-Person/Sci-fi | 95
10 | Counter-Strike | Valve | Valve | 2000-11-01 | 9.99 | Action | Action/FPS/Multiplayer/1990's | 88
400 | Portal | Valve | Valve | 2007-10-10 | 9.99 | Action | Puzzle/First-Person/Singleplayer/Sci-fi | 90
340 | Half-Life 2: Lost Coast | Valve | Valve | 2005-10-27 | | Action | FPS/Action/Sci-fi/Short |
320 | Half-Life 2: Deathmatch | Valve | Valve | 2004-11-01 | 4.99 | Action | Action/FPS/Multiplayer/Sci-fi |
70 | Half-Life | Valve | Valve | 1998-11-08 | 9.99 | Action | FPS/Classic/Action/1990's | 96
300 | Day of Defeat: Source | Valve | Valve | 2010-07-12 | 9.99 | Action | FPS/World War II/Multiplayer/Shooter | 80
380 | Half-Life 2: Episode One | Valve | Valve | 2006-06-01 | 7.99 | Action | FPS/Action/Sci-fi/Story Rich | 87
360 | Half-Life Deathmatch: Source | Valve | Valve | 2006-05-01 | 9.99 | Action | FPS/Action/Multiplayer/Sci-fi |
420 | Half-Life 2: Episode Two | Valve | Valve | 2007-10-10 | 7.99 | Action | FPS/Action/Sci-fi/Story Rich | 90
80 | Counter-Strike: Condition Zero | Valve | Valve | 2004-03-01 | 9.99 | Action | Action/FPS/Multiplayer/Shooter | 65
20 | Team Fortress Classic | Valve | Valve | 1999-04-01 | 4.99 | Action | FPS/Action/Multiplayer/Classic |
500 | Left 4 Dead | Valve | Valve | 2008-11-17 | 19.99 | Action | Zombies/Co-op/FPS/Multiplayer | 89
130 | Half-Life: Blue Shift | Gearbox Software | Valve | 2001-06-01 | 4.99 | Action | FPS/Action/Sci-fi/Classic | 71
50 | Half-Life: Opposing Force | Gearbox Software | Valve | 1999-11-01 | 4.99 | Action | FPS/Action/Sci-fi/Classic |
30 | Day of Defeat | Valve | Valve | 2003-05-01 | 4.99 | Action | FPS/World War II/Multiplayer/Shooter | 79
280 | Half-Life: Source | Valve | Valve | 2004-06-01 | 9.99 | Action | FPS/Action/Sci-fi/Classic |
60 | Ricochet | Valve | Valve | 2000-11-01 | 4.99 | Action | Action/FPS/Multiplayer/Classic |
40 | Deathmatch Classic | Valve | Valve | 2001-06-01 | 4.99 | Action | Action/FPS/Classic/Multiplayer |
630 | Alien Swarm | Valve | Valve | 2010-07-19 | Free | Action | Free to Play/Co-op/Action/Multiplayer | 77
362890 | Black Mesa | Crowbar Collective | Crowbar Collective | 2015-05-05 | 19.99 | Action/Adventure/Indie/Early Access | Early Access/FPS/Action/Sci-fi |
+323130 | Half-Life Soundtrack | Valve | Valve | 2014-09-24 | | Action | Action/Soundtrack |
+323140 | Half-Life 2 Soundtrack | Valve | Valve | 2014-09-24 | | Action | Action/Soundtrack |
+323150 | Half-Life 2: Episode One Soundtrack | Valve | Valve | 2014-09-24 | | Action | Action/Soundtrack |
+323160 | Half-Life 2: Episode Two Soundtrack | Valve | Valve | 2014-09-24 | | Action | Action/Soundtrack |
+323170 | Portal Soundtrack | Valve | Valve | 2014-09-24 | | Action/Adventure | Action/Soundtrack |
+323180 | Portal 2 Soundtrack | Valve | Valve | 2014-09-24 | | Action/Adventure | Action/Soundtrack |
+323120 | Free to Play Soundtrack | Valve | Valve | 2014-09-24 | | Free to Play | Free to Play/Soundtrack |
+629330 | Fight Songs: The Music Of Team Fortress 2 | Valve | Valve | 2017-05-04 | 12.99 | Action/Free to Play | Free to Play/Soundtrack |
+772170 | ELEAGUE 2018 Boston CS:GO Major Championship Mega Bundle | Valve | Valve | 2017-12-19 | 39.99 | Action | Action/FPS |
# shooter
49520 | Borderlands 2 | Gearbox Software,Aspyr (Mac &amp; Linux) | 2K, Aspyr (Mac and Linux) | 2012-09-17 | 19.99 | Action/RPG | FPS/Co-op/Loot/Open World | 89
218620 | PAYDAY 2 | OVERKILL - a Starbreeze Studio. | Starbreeze Publishing AB | 2013-08-13 | 9.99 | Action/RPG | Heist/FPS/Co-op/Stealth | 79
271590 | Grand Theft Auto V | Rockstar North | Rockstar Games | 2015-04-13 | 59.99 | Action/Adventure | Open World/Action/Multiplayer/Crime | 96
1250 | Killing Floor | Tripwire Interactive | Tripwire Interactive | 2009-05-14 | 19.99 | Action | FPS/Zombies/Co-op/Gore | 72
42680 | Call of Duty®: Modern Warfare® 3 | Infinity Ward,Sledgehammer Games | Activision | 2011-11-08 | 39.99 | Action | FPS/Action/Multiplayer/Military | 78
10180 | Call of Duty®: Modern Warfare® 2 | Infinity Ward | Activision | 2009-11-11 | 19.99 | Action | FPS/Action/Multiplayer/Military | 86
202970 | Call of Duty®: Black Ops II | Treyarch | Activision | 2012-11-12 | 59.99 | Action | FPS/Action/Multiplayer/Zombies | 74
107410 | Arma 3 | Bohemia Interactive | Bohemia Interactive | 2013-09-12 | 39.99 | Action/Simulation/Strategy | Military/Realistic/Open World/Shooter | 74
8870 | BioShock Infinite | Irrational Games,Virtual Programming (Linux) | 2K | 2013-03-25 | 29.99 | Action | FPS/Story Rich/Steampunk/Atmospheric | 94
220240 | Far Cry® 3 | Ubisoft Montreal, Massive Entertainment, and Ubisoft Shanghai | Ubisoft | 2012-11-29 | 19.99 | Action/Adventure | Open World/FPS/Stealth/Shooter | 88
359550 | Tom Clancy's Rainbow Six® Siege | Ubisoft Montreal | Ubisoft | 2015-12-01 | 39.99 | Action | FPS/Tactical/Multiplayer/Shooter | 73
232090 | Killing Floor 2 | Tripwire Interactive | Tripwire Interactive | 2016-11-18 | 29.99 | Action | FPS/Gore/Zombies/Co-op | 75
24960 | Battlefield: Bad Company™ 2 | DICE | Electronic Arts | 2010-03-02 | 19.99 | Action | FPS/Multiplayer/Shooter/War | 87
379720 | DOOM | id Software | Bethesda Softworks | 2016-05-12 | 29.99 | Action | FPS/Gore/Action/Great Soundtrack | 85
8190 | Just Cause 2 | Avalanche Studios | Square Enix | 2010-03-23 | 14.99 | Action/Adventure | Open World/Action/Sandbox/Destruction | 84
243470 | Watch_Dogs™ | Ubisoft | Ubisoft | 2014-05-26 | 29.99 | Action/Adventure | Open World/Hacking/Stealth/Third Person | 77
+612880 | Wolfenstein II: The New Colossus | Machine Games | Bethesda Softworks | 2017-10-26 | 59.99 | Action | FPS/Gore/Alternate History/World War II | 86
# rpg
72850 | The Elder Scrolls V: Skyrim | Bethesda Game Studios | Bethesda Softworks | 2011-11-10 | 19.99 | RPG | Open World/RPG/Fantasy/Moddable | 94
377160 | Fallout 4 | Bethesda Game Studios | Bethesda Softworks | 2015-11-09 | 29.99 | RPG | Open World/Post-apocalyptic/RPG/Exploration | 84
22380 | Fallout: New Vegas | Obsidian Entertainment | Bethesda Softworks | 2010-10-19 | 9.99 | Action/RPG | Open World/RPG/Post-apocalyptic/Moddable | 84
292030 | The Witcher® 3: Wild Hunt | CD PROJEKT RED | CD PROJEKT RED | 2015-05-18 | 39.99 | RPG | Open World/RPG/Story Rich/Fantasy | 93
211420 | DARK SOULS™: Prepare To Die Edition | FromSoftware | BANDAI NAMCO Entertainment | 2012-08-23 | 19.99 | Action/RPG | Difficult/RPG/Dark Fantasy/Atmospheric | 85
200710 | Torchlight II | Runic Games | Runic Games | 2012-09-20 | 19.99 | Action/Adventure/Indie/RPG | Action RPG/Loot/RPG/Hack and Slash | 88
230230 | Divinity: Original Sin (Classic) | Larian Studios | Larian Studios | 2014-06-30 | 39.99 | Adventure/Indie/RPG/Strategy | RPG/Turn-Based/Co-op/Fantasy | 87
367500 | Dragon's Dogma: Dark Arisen | Capcom | Capcom | 2016-01-15 | 29.99 | Action/Adventure/RPG | RPG/Open World/Fantasy/Action | 81
219990 | Grim Dawn | Crate Entertainment | Crate Entertainment | 2016-02-25 | 24.99 | Action/Adventure/Indie/RPG | Action RPG/Hack and Slash/RPG/Dark Fantasy | 83
+422220 | Dragon's Dogma: Dark Arisen Masterworks Collection Soundtrack | Capcom | Capcom | 2016-01-15 | 12.99 | Action/Adventure/RPG | Soundtrack |
# strategy
8930 | Sid Meier's Civilization® V | Firaxis Games,Aspyr (Mac, Linux) | 2K, Aspyr (Mac, Linux) | 2010-09-21 | 29.99 | Strategy | Turn-Based Strategy/4X/Historical/Moddable | 90
200510 | XCOM: Enemy Unknown | Firaxis Games,Feral Interactive (Mac) | 2K, Feral Interactive (Mac) | 2012-10-11 | 29.99 | Strategy | Turn-Based/Tactical/Aliens/Strategy | 89
203770 | Crusader Kings II | Paradox Development Studio | Paradox Interactive | 2012-02-14 | 39.99 | RPG/Simulation/Strategy | Grand Strategy/Medieval/Historical/Strategy | 82
236850 | Europa Universalis IV | Paradox Development Studio | Paradox Interactive | 2013-08-13 | 39.99 | Simulation/Strategy | Grand Strategy/Historical/Strategy/Real-Time with Pause | 87
281990 | Stellaris | Paradox Development Studio | Paradox Interactive | 2016-05-09 | 39.99 | Simulation/Strategy | Space/Grand Strategy/4X/Sci-fi | 78
268500 | XCOM® 2 | Firaxis,Feral Interactive (Mac),Feral Interactive (Linux) | 2K | 2016-02-04 | 59.99 | Strategy | Turn-Based/Tactical/Aliens/Strategy | 88
4700 | Medieval II: Total War™ | The Creative Assembly,Feral Interactive (Mac),Feral Interactive (Linux) | SEGA | 2006-11-15 | 19.99 | Strategy | Medieval/Historical/Turn-Based Strategy/War | 88
48700 | Mount & Blade: Warband | TaleWorlds Entertainment | TaleWorlds Entertainment | 2010-03-31 | 19.99 | Action/RPG | Medieval/Open World/Strategy/RPG | 78
212680 | FTL: Faster Than Light | Subset Games | Subset Games | 2012-09-14 | 9.99 | Indie/Simulation/Strategy | Rogue-like/Space/Strategy/Difficult | 84
363150 | Romance of the Three Kingdoms 13 | KOEI TECMO GAMES CO., LTD. | KOEI TECMO GAMES CO., LTD. | 2016-07-05 | 59.99 | Simulation/Strategy | Strategy/Historical/Simulation |
+289070 | Sid Meier's Civilization® VI | Firaxis Games,Aspyr (Mac, Linux) | 2K | 2016-10-20 | 59.99 | Strategy | Turn-Based Strategy/4X/Historical | 88
# builder
105600 | Terraria | Re-Logic | Re-Logic | 2011-05-16 | 9.99 | Action/Adventure/Indie/RPG | Sandbox/Adventure/Crafting/2D | 83
304930 | Unturned | Smartly Dressed Games | Smartly Dressed Games | 2017-07-07 | Free To Play | Action/Adventure/Casual/Free to Play/Indie | Free to Play/Survival/Zombies/Crafting |
255710 | Cities: Skylines | Colossal Order Ltd. | Paradox Interactive | 2015-03-10 | 29.99 | Simulation/Strategy | City Builder/Simulation/Building/Management | 85
220200 | Kerbal Space Program | Squad | Squad | 2015-04-27 | 39.99 | Indie/Simulation/Strategy | Space/Simulation/Sandbox/Physics | 88
211820 | Starbound | Chucklefish | Chucklefish | 2016-07-22 | 14.99 | Action/Adventure/Casual/Indie/RPG | Sandbox/Space/Crafting/2D | 81
227300 | Euro Truck Simulator 2 | SCS Software | SCS Software | 2013-01-16 | 19.99 | Indie/Simulation | Driving/Simulation/Realistic/Relaxing | 79
413150 | Stardew Valley | ConcernedApe | Chucklefish | 2016-02-26 | 14.99 | Indie/RPG/Simulation | Agriculture/Pixel Graphics/Relaxing/Crafting | 89
57690 | Tropico 4 | Haemimont Games | Kalypso Media Digital | 2011-09-01 | 14.99 | Simulation/Strategy | City Builder/Simulation/Management/Sandbox | 78
233450 | Prison Architect | Introversion Software | Introversion Software | 2015-10-06 | 29.99 | Indie/Simulation/Strategy | Management/Simulation/Building/Strategy | 83
24010 | Train Simulator | Dovetail Games | Dovetail Games - Trains | 2009-07-12 | 29.99 | Simulation | Trains/Simulation/Realistic/Driving |
239820 | Game Dev Tycoon | Greenheart Games | Greenheart Games | 2013-08-29 | 9.99 | Casual/Indie/Simulation/Strategy | Management/Simulation/Indie/Casual | 68
# survival
252490 | Rust | Facepunch Studios | Facepunch Studios | 2018-02-08 | 34.99 | Action/Adventure/Indie/Massively Multiplayer/RPG | Survival/Crafting/Multiplayer/Open World |
221100 | DayZ | Bohemia Interactive | Bohemia Interactive | 2013-12-16 | 34.99 | Action/Adventure/Massively Multiplayer/Early Access | Survival/Zombies/Early Access/Open World |
219740 | Don't Starve | Klei Entertainment | Klei Entertainment | 2013-04-23 | 14.99 | Adventure/Indie/Simulation | Survival/Crafting/Difficult/Atmospheric | 79
242760 | The Forest | Endnight Games Ltd | Endnight Games Ltd | 2014-05-30 | 14.99 | Action/Adventure/Indie/Simulation/Early Access | Survival/Open World/Horror/Early Access |
221040 | Resident Evil 6 / Biohazard 6 | Capcom | Capcom | 2013-03-22 | 29.99 | Action/Adventure | Zombies/Co-op/Horror/Third Person | 69
222480 | Resident Evil Revelations / Biohazard Revelations | Capcom | Capcom | 2013-05-20 | 29.99 | Action/Adventure | Horror/Zombies/Survival Horror/Third Person | 77
17470 | Dead Space | EA Redwood Shores | Electronic Arts | 2008-10-20 | 19.99 | Action | Horror/Sci-fi/Survival Horror/Third Person | 86
57300 | Amnesia: The Dark Descent | Frictional Games | Frictional Games | 2010-09-08 | 19.99 | Action/Adventure/Indie | Horror/Survival Horror/Atmospheric/Dark | 85
214490 | Alien: Isolation | Creative Assembly,Feral Interactive (Mac),Feral Interactive (Linux) | SEGA | 2014-10-06 | 39.99 | Action | Horror/Survival Horror/Sci-fi/Aliens | 81
304240 | Resident Evil / biohazard HD REMASTER | CAPCOM | CAPCOM Co., Ltd. | 2015-01-19 | 19.99 | Action/Adventure | Horror/Survival Horror/Zombies/Classic | 82
427190 | DEAD RISING® | Capcom | Capcom | 2016-09-12 | 19.99 | Action/Adventure | Zombies/Open World/Action |
+418370 | RESIDENT EVIL 7 biohazard / BIOHAZARD 7 resident evil | CAPCOM | CAPCOM Co., Ltd. | 2017-01-23 | 59.99 | Action/Adventure | Horror/Survival Horror/Gore | 83
# platformer
40800 | Super Meat Boy | Team Meat | Team Meat | 2010-11-30 | 14.99 | Indie | Platformer/Difficult/2D/Great Soundtrack | 90
113200 | The Binding of Isaac | Edmund McMillen and Florian Himsl | Edmund McMillen | 2011-09-28 | 4.99 | Action/Adventure/Indie/RPG | Rogue-like/Difficult/2D/Replay Value | 84
219150 | Hotline Miami | Dennaton Games | Devolver Digital | 2012-10-23 | 9.99 | Action/Indie | Great Soundtrack/Difficult/Violent/Pixel Graphics | 85
391540 | Undertale | tobyfox | tobyfox | 2015-09-15 | 9.99 | Indie/RPG | Great Soundtrack/Story Rich/Choices Matter/Pixel Graphics | 92
48000 | LIMBO | Playdead | Playdead | 2011-08-02 | 9.99 | Action/Adventure/Indie | Puzzle-Platformer/Atmospheric/Dark/2D | 88
239350 | Spelunky | Mossmouth | Mossmouth | 2013-08-08 | 14.99 | Action/Adventure/Indie | Platformer/Rogue-like/Difficult/2D | 87
26800 | Braid | Number None | Number None | 2009-04-10 | 14.99 | Casual/Indie/Strategy | Puzzle-Platformer/Time Manipulation/2D/Puzzle | 90
214560 | Mark of the Ninja | Klei Entertainment | Microsoft Studios | 2012-10-16 | 14.99 | Action/Adventure/Indie | Stealth/Platformer/Ninja/2D | 91
250900 | The Binding of Isaac: Rebirth | Nicalis, Inc. | Nicalis, Inc. | 2014-11-04 | 14.99 | Action | Rogue-like/Replay Value/Difficult/Pixel Graphics |
252410 | SteamWorld Dig | Image &amp; Form | Image &amp; Form | 2013-12-05 | 9.99 | Adventure/Indie | Platformer/Steampunk/Metroidvania/2D | 76
363440 | Mega Man Legacy Collection / ロックマン クラシックス コレクション | Capcom | Capcom | 2015-08-24 | 14.99 | Action | Platformer/Retro/2D/Difficult | 85
+367520 | Hollow Knight | Team Cherry | Team Cherry | 2017-02-24 | 14.99 | Action/Adventure/Indie | Metroidvania/Difficult/2D/Atmospheric | 86
# arena
252950 | Rocket League® | Psyonix, Inc. | Psyonix, Inc. | 2015-07-07 | 19.99 | Action/Indie/Racing/Sports | Multiplayer/Competitive/Football/Racing | 86
24740 | Burnout Paradise: The Ultimate Box | Criterion Games | Electronic Arts | 2009-02-03 | 19.99 | Racing | Racing/Open World/Driving/Multiplayer | 87
310560 | DiRT Rally | Codemasters Racing Studio | Codemasters | 2015-12-07 | 59.99 | Racing/Simulation/Sports | Racing/Simulation/Driving/Realistic | 86
310950 | Street Fighter V | Capcom | Capcom | 2016-02-15 | 39.99 | Action | Fighting/2D Fighter/Competitive/Multiplayer | 74
21660 | Street Fighter® IV | Capcom | Capcom | 2009-07-07 | 19.99 | Action | Fighting/2D Fighter/Arcade/Competitive | 91
244210 | Assetto Corsa | Kunos Simulazioni | Kunos Simulazioni | 2014-12-19 | 29.99 | Indie/Racing/Simulation/Sports | Racing/Simulation/Driving/Realistic | 85
245490 | Trials Fusion™ | RedLynx, in collaboration with  Ubisoft Shanghai, Ubisoft Kiev | Ubisoft | 2014-04-24 | 19.99 | Racing/Sports | Racing/Difficult/Multiplayer/Sports |
2990 | FlatOut 2™ | Bugbear Entertainment | Strategy First | 2006-08-01 | 9.99 | Racing | Racing/Destruction/Multiplayer/Classic |
+475230 | Street Fighter® V - A Shadow Falls (Cinematic Story Expansion) | Capcom | Capcom | 2016-07-01 | Free | Action | Action/Fighting |
+444680 | Street Fighter V Original Soundtrack | Capcom | Capcom | 2016-02-15 | 12.99 | Action | Action/Soundtrack |
+493840 | Marvel vs. Capcom: Infinite | Capcom | Capcom | 2017-09-19 | 59.99 | Action | Fighting/Action/Superhero | 69
# online
230410 | Warframe | Digital Extremes | Digital Extremes | 2013-03-25 | Free to Play | Action/Free to Play | Free to Play/Co-op/Loot/Sci-fi | 73
236390 | War Thunder | Gaijin Entertainment | Gaijin Distribution KFT | 2013-08-15 | Free to Play | Action/Free to Play/Massively Multiplayer/Simulation | Free to Play/World War II/Tanks/Multiplayer | 81
218230 | PlanetSide 2 | Daybreak Game  Company | Daybreak Game Company | 2012-11-20 | Free to Play | Action/Free to Play/Massively Multiplayer | Free to Play/FPS/Massively Multiplayer/PvP | 84
238960 | Path of Exile | Grinding Gear Games | Grinding Gear Games | 2013-10-23 | Free to Play | Action/Adventure/Free to Play/Indie/Massively Multiplayer/RPG | Free to Play/Action RPG/Loot/Hack and Slash | 86
301520 | Robocraft | Freejam | Freejam | 2017-08-24 | Free to Play | Action/Free to Play/Indie/Massively Multiplayer/Simulation | Free to Play/Robots/Building/Multiplayer |
386360 | SMITE® | Titan Forge Games | Hi-Rez Studios | 2015-09-08 | Free to Play | Action/Free to Play | Free to Play/MOBA/Multiplayer/PvP | 83
212500 | The Lord of the Rings Online™ | Standing Stone Games, LLC | Standing Stone Games, LLC | 2012-06-06 | Play for Free! | Free to Play/Massively Multiplayer/RPG | Free to Play/MMORPG/Fantasy/Open World | 86
99900 | Spiral Knights | Grey Havens, LLC | Grey Havens, LLC | 2011-06-14 | Free to Play | Action/Adventure/Casual/Free to Play/Indie/Massively Multiplayer/RPG | Free to Play/MMORPG/Co-op/Multiplayer | 74
8500 | EVE Online | CCP | CCP | 2010-12-14 | Free to Play | Action/Free to Play/Massively Multiplayer/RPG/Strategy | Space/MMORPG/Sci-fi/PvP | 88
# story
221910 | The Stanley Parable | Galactic Cafe | Galactic Cafe | 2013-10-17 | 14.99 | Adventure/Indie | Comedy/Narration/Walking Simulator/Funny | 88
319630 | Life is Strange - Episode 1 | DONTNOD Entertainment,Feral Interactive (Mac),Feral Interactive (Linux) | Square Enix | 2015-01-29 | Free | Action/Adventure | Story Rich/Choices Matter/Female Protagonist/Episodic |
207610 | The Walking Dead | Telltale Games | Telltale Games | 2012-04-24 | 24.99 | Action/Adventure | Story Rich/Choices Matter/Zombies/Episodic | 89
239030 | Papers, Please | 3909 | 3909 | 2013-08-08 | 9.99 | Adventure/Indie | Political/Point & Click/Dystopian/Singleplayer | 85
33230 | Assassin's Creed 2 | Ubisoft Montreal | Ubisoft | 2010-03-09 | 19.99 | Action/Adventure | Open World/Parkour/Stealth/Story Rich | 86
48190 | Assassin's Creed Brotherhood | Ubisoft  Montreal | Ubisoft | 2011-03-17 | 19.99 | Action/Adventure | Open World/Parkour/Stealth/Story Rich | 88
3830 | Psychonauts | Double Fine Productions | Double Fine Productions | 2005-04-19 | 9.99 | Action | Platformer/Comedy/Adventure/Cult Classic | 87
383870 | Firewatch | Campo Santo | Panic, Campo Santo | 2016-02-09 | 19.99 | Adventure/Indie | Walking Simulator/Story Rich/Mystery/Atmospheric | 80
200260 | Batman: Arkham City - Game of the Year Edition | Rocksteady Studios,Feral Interactive (Mac) | Warner Bros. Interactive Entertainment, Feral Interactive (Mac) | 2012-09-07 | 19.99 | Action/Adventure | Open World/Superhero/Stealth/Third Person | 91
+447040 | Watch_Dogs® 2 | Ubisoft | Ubisoft | 2016-11-28 | 59.99 | Action/Adventure | Open World/Hacking/Stealth |
# casual
22000 | World of Goo | 2D BOY | 2D BOY | 2008-10-13 | 9.99 | Casual/Indie | Puzzle/Physics/Casual/2D | 90
3590 | Plants vs. Zombies: Game of the Year | PopCap Games, Inc. | PopCap Games, Inc. | 2009-05-05 | 4.99 | Strategy | Tower Defense/Zombies/Casual/Strategy | 87
234710 | Poker Night 2 | Telltale Games | Telltale Games | 2013-04-26 | 4.99 | Casual/Sports | Card Game/Comedy/Casual/Gambling | 75
363970 | Clicker Heroes | Playsaurus | Playsaurus | 2015-05-13 | Free to Play | Adventure/Casual/Free to Play/Indie/RPG/Simulation/Strategy | Clicker/Free to Play/Casual/Indie |
221640 | Super Hexagon | Terry Cavanagh | Terry Cavanagh | 2012-11-27 | 2.99 | Action/Indie | Difficult/Arcade/Rhythm/Minimalist | 88
# studio
274920 | FaceRig | Holotech Studios | Holotech Studios | 2015-07-07 | 14.99 | Animation &amp; Modeling/Utilities | Utilities/Animation & Modeling/Funny/Software |
220700 | RPG Maker VX Ace | KADOKAWA,SMILE BOOM Co.Ltd. | Degica | 2012-12-14 | 69.99 | Design &amp; Illustration/Web Publishing | RPGMaker/Game Development/Software/Design & Illustration |
214850 | GameMaker: Studio | YoYo Games Ltd. | YoYo Games Ltd. | 2012-10-08 | | Animation &amp; Modeling/Design &amp; Illustration/Education/Utilities | Game Development/Software/2D/Utilities |
223850 | 3DMark | Futuremark | Futuremark | 2013-07-23 | 29.99 | Utilities | Benchmark/Utilities/Software |
1840 | Source Filmmaker | Valve | Valve | 2012-07-10 | | Animation &amp; Modeling/Video Production | Animation & Modeling/Video Production/Software |
+323910 | SteamVR Performance Test | Valve | | 2016-02-22 | Free | Utilities | Utilities/VR/Benchmark |
+480560 | RPG Maker MV - Team Fortress 2 Character Pack | Valve,KADOKAWA | Degica | 2016-05-26 | Free to Play | Design &amp; Illustration/Web Publishing | RPGMaker/Design & Illustration |
# casual
7000010 | Nan's "Secret" Pie Shop | ~Teacup Owl Studio~ | Teacup Owl Studio | 2014-03-06 | 4.99 | Casual/Indie | Casual/Cute/Puzzle | NA
7000020 | Pizza Planet Panic 🍕 | Teacup  Owl Studio | Teacup Owl Studio | 2015-06-11 | 2.99 | Casual/Indie | Casual/Cute/Funny | NA
7000030 | Café Pâté™ | Teacup Owl Studio | Teacup Owl Studio | 2016-02-04 | Free to Play | Casual/Free to Play | Casual/Cute/Cooking |
7000040 | 小さな庭 | 星の庭工房 | 星の庭工房 | 2015-11-19 | 0.99 | Casual | Casual/Relaxing/Cute |
7000050 | Salt & Lantern | Fern &amp; Fable, TEACUP OWL STUDIO | Fern &amp; Fable | 2013-10-02 | 6.99 | Casual/Indie | Puzzle/Relaxing/Mystery | 71
"""

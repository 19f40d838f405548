"""etl.demo.streaming: what the invented titles are about: words and genres of each theme.

The words of a theme occur in no other one, so titles of a theme are similar by content.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """The words of a theme, and its genres as each platform names them."""

    nouns: tuple[str, ...]
    heroes: tuple[str, ...]
    plots: tuple[str, ...]
    twists: tuple[str, ...]
    amazon: str
    disney: str
    hulu: str
    netflix_movie: str
    netflix_series: str

    def genres(self, platform: str, *, series: bool) -> list[str]:
        """The genres of a title of this theme on a platform, the most fitting first."""
        if platform == "netflix":
            return (self.netflix_series if series else self.netflix_movie).split("/")
        listed: str = getattr(self, platform)
        return listed.split("/")


THEMES = (
    Theme(
        ("Heist", "Vault", "Safecracker", "Getaway"),
        ("A retired safecracker", "A one-armed pickpocket", "A bank teller", "The quietest burglar"),
        ("plans one last robbery of a casino vault", "steals a diamond from a moving train",
         "robs the bank that once fired her", "forges a masterpiece to swap for the real one"),
        ("until the getaway driver disappears with the loot.",
         "but an insurance investigator is already inside.", "and nobody trusts the locksmith."),
        "Action/Suspense", "Action-Adventure/Crime/Buddy", "Crime/Thriller/Action",
        "Action & Adventure/Thrillers/International Movies", "Crime TV Shows/TV Thrillers",
    ),
    Theme(
        ("Harbour", "Lighthouse", "Tide", "Trawler"),
        ("A lighthouse keeper", "The captain of a rusty trawler", "A marine biologist",
         "A stubborn fisherman"),
        ("sails out to find a drowned village", "follows a whale along the northern coast",
         "repairs an old ship before the autumn storms", "charts a reef that is on no map"),
        ("while the tide brings back more than driftwood.", "and the sea keeps its own ledger.",
         "though the harbour master forbids it."),
        "Drama", "Animals & Nature/Family", "Drama/Adventure",
        "Dramas/Independent Movies", "TV Dramas/International TV Shows",
    ),
    Theme(
        ("Orbit", "Airlock", "Comet", "Satellite"),
        ("A cargo pilot", "The last astronaut on the station", "An android botanist",
         "A team of asteroid miners"),
        ("drifts off course behind the rings of Saturn", "answers a signal from a dead satellite",
         "grows wheat in zero gravity", "wakes from cryosleep a century late"),
        ("and the ship's computer has learned to lie.", "until a second moon rises.",
         "with oxygen for eleven days."),
        "Science Fiction/Action", "Science Fiction/Action-Adventure/Family",
        "Science Fiction/Action", "Sci-Fi & Fantasy/Action & Adventure",
        "TV Sci-Fi & Fantasy/TV Action & Adventure",
    ),
    Theme(
        ("Kitchen", "Dumpling", "Recipe", "Sourdough"),
        ("A Michelin chef without a restaurant", "A strict grandmother", "A nervous baker",
         "An amateur cook"),
        ("opens a noodle stall in a car park", "competes for the golden ladle",
         "inherits a bakery and its enormous oven", "cooks her way through a stolen recipe book"),
        ("and the critic arrives a day early.", "while the yeast has other plans.",
         "but the secret ingredient has run out."),
        "Special Interest/Entertainment", "Reality/Lifestyle/Family",
        "Cooking & Food/Reality/Lifestyle & Culture", "Documentaries/International Movies",
        "Reality TV/International TV Shows",
    ),
    Theme(
        ("Ghost", "Attic", "Séance", "Hollow"),
        ("A widowed clockmaker", "An orphaned twin", "A sceptical priest", "The new night nurse"),
        ("moves into a house where every mirror is covered", "hears footsteps below the crypt",
         "holds a séance that never ended", "digs up a coffin full of letters"),
        ("and the dead want their attic back.", "while the haunting follows them home.",
         "as the candles go out one by one."),
        "Horror/Suspense", "Fantasy/Mystery/Family", "Horror/Thriller",
        "Horror Movies/Thrillers", "TV Horror/TV Mysteries",
    ),
    Theme(
        ("Classroom", "Homework", "Semester", "Prom"),
        ("The shyest girl of the school", "A substitute teacher", "An exchange student",
         "The debating club"),
        ("runs for class president by accident", "starts a band in the detention room",
         "fails every exam on purpose", "writes the diary that everybody reads"),
        ("weeks before graduation.", "and the headmistress joins in.",
         "because a bet is a bet among teenagers."),
        "Comedy/Young Adult Audience", "Coming of Age/Comedy/Family", "Comedy/Teen/Sitcom",
        "Comedies/Children & Family Movies", "TV Comedies/Teen TV Shows",
    ),
    Theme(
        ("Alibi", "Inspector", "Verdict", "Fingerprint"),
        ("A detective who never sleeps", "An inspector on her last case",
         "The coroner's apprentice", "A blind witness"),
        ("reopens the murder of a judge", "hunts a forger of alibis through the suburbs",
         "links nine fingerprints to one glove", "interrogates an entire jury"),
        ("and the evidence points at the police.", "while the suspect sends postcards.",
         "with a confession that is too good."),
        "Suspense/Drama", "Crime/Mystery/Drama", "Crime/Drama/Mystery",
        "Thrillers/Dramas/International Movies", "Crime TV Shows/TV Mysteries/TV Dramas",
    ),
    Theme(
        ("Otter", "Savanna", "Penguin", "Meadow"),
        ("A young otter", "A family of elephants", "A short-sighted penguin", "A tired park ranger"),
        ("crosses the savanna in search of rain", "migrates over the frozen plains",
         "raises an orphaned cub among the reeds", "returns to the meadow after the wildfire"),
        ("while the herd waits at the waterhole.", "and winter comes early to the burrow.",
         "filmed over three breeding seasons."),
        "Documentary/Kids", "Animals & Nature/Documentary/Family", "Documentaries/Family",
        "Documentaries", "Docuseries/Science & Nature TV",
    ),
    Theme(
        ("Ballad", "Encore", "Piano", "Choir"),
        ("A wedding singer", "The worst choir of the valley", "A deaf composer",
         "A drummer with stage fright"),
        ("tours the provinces in a borrowed van", "records an album in an empty opera house",
         "rehearses a symphony for broken pianos", "learns the accordion for a farewell concert"),
        ("and the encore changes everything.", "until the melody turns up on the radio.",
         "to applause that nobody expected."),
        "Arts, Entertainment, and Culture/Music Videos and Concerts", "Music/Musical/Family",
        "Music/Documentaries", "Music & Musicals/Dramas", "TV Comedies/International TV Shows",
    ),
    Theme(
        ("Penalty", "Underdog", "Marathon", "Goalkeeper"),
        ("A village goalkeeper", "A disgraced coach", "The slowest marathon runner",
         "A wheelchair fencer"),
        ("trains a team of postmen for the cup", "enters the league with borrowed boots",
         "runs across a continent for a bet", "saves the stadium from demolition"),
        ("and the referee is her brother.", "in extra time, in the rain.",
         "while the champions laugh on the bench."),
        "Sports/Documentary", "Sports/Biographical/Family", "Sports/Documentaries",
        "Sports Movies/Dramas", "Docuseries/Reality TV",
    ),
    Theme(
        ("Wedding", "Valentine", "Honeymoon", "Bouquet"),
        ("A divorce lawyer", "A florist who hates weddings", "A stranger at an airport",
         "A matchmaker"),
        ("falls in love with the best man", "fakes an engagement for a summer",
         "writes love letters for a shy colleague", "shares a honeymoon suite by mistake"),
        ("until the bride says no.", "and the bouquet lands in the wrong arms.",
         "before the last dance in Lisbon."),
        "Romance/Comedy", "Romance/Romantic Comedy/Comedy", "Romance/Comedy",
        "Romantic Movies/Comedies", "Romantic TV Shows/TV Comedies",
    ),
    Theme(
        ("Dragon", "Sorcerer", "Crown", "Enchantment"),
        ("A goose girl", "The youngest sorcerer of the realm", "A dragon without fire",
         "A prince in a beggar's coat"),
        ("breaks the enchantment of a sleeping kingdom", "carries a stolen crown over the mountains",
         "bargains with the goblin queen", "enters a tournament of wizards"),
        ("and the curse asks for its price.", "although the oracle laughed.",
         "with a sword that will not leave its scabbard."),
        "Fantasy/Kids/Animation", "Fantasy/Animation/Family", "Adventure/Anime/Family",
        "Children & Family Movies/Sci-Fi & Fantasy", "Kids' TV/TV Sci-Fi & Fantasy",
    ),
)  # fmt: skip

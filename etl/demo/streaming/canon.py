"""etl.demo.streaming: titles whose answers are known: the longest, the busiest actors, look-alikes.

They are the first of their platform (`s1`, `s2`, ...), in the order of the table. The oddities of
the real files are here at least once each.
"""

from typing import Final, NamedTuple

__all__ = ["CANON", "UNRATED", "Record"]

_MOVIE: Final = "Movie"
_SERIES: Final = "TV Show"


class Record(NamedTuple):
    """A row of a platform's file without its id; an empty text is a missing value."""

    type: str
    title: str
    director: str
    cast: str
    country: str
    date_added: str
    release_year: str
    rating: str
    duration: str
    listed_in: str
    description: str


_KETTLE = (
    "Copper kettles vanish from the tea rooms of Pellworth, and the samovar gang denies everything"
)

CANON: dict[str, tuple[Record, ...]] = {
    "amazon": (
        # as1, as2: the longest of all, and the longest of 2020.
        Record(_MOVIE, "Unattended Lighthouse: Rain for Ten Hours", "None", "1", "", "", "2019",
               "", "612 min", "Special Interest", "Rain on a lamp room window. Nothing happens."),
        Record(_MOVIE, "Kettle Sounds for Deep Sleep", "1", "", "", "", "2020", "ALL", "540 min",
               "Special Interest", "A kettle that never quite boils.\n\nFor tired people."),
        # as3 to as6: Bastian Quillfeather Jr. is in four titles of 2016, once listed twice.
        Record(_MOVIE, "The Kettle Heist", "Ottoline Marrowby",
               "Bastian Quillfeather, Jr., Solveig Umberwick, Tadeo de la Brasa", "United Kingdom",
               "", "2016", "13+", "96 min", "Action, Suspense", _KETTLE + "."),
        Record(_MOVIE, "Samovar Season", "Ravindra Windlestraw",
               "BASTIAN  QUILLFEATHER , Jr., Imke St. Alder", "", "", "2016", "16+", "101 min",
               "Drama", "A tea merchant bets his shop on the weather in Odessa."),
        Record(_SERIES, "Quillfeather Presents", "",
               "Bastian Quillfeather, Jr., bastian quillfeather jr.", "", "", "2016", "TV-PG",
               "2 Seasons", "Talk Show and Variety, Arts, Entertainment, and Culture",
               "An evening of anecdotes, most of them about weather."),
        Record(_MOVIE, "Night Bus to Umberland", "Ambrose Popplewhite, M.D.",
               "Bastian Quillfeather Jr., Solveig Umberwick, 1, 1", "India", "March 30, 2021",
               "2016", "R", "88 min", "Suspense,, Horror,", "The last bus leaves without a driver."),
        # as7 to as9: two actors share the first place of 2014.
        Record(_MOVIE, "Paper Moons", "Inês Tarrafalgo",
               "Zdenka Ilyenko, Hamish O'Skerry, Ph.D., Nils Gallowglass", "", "", "2014", "NR",
               "93 min", "Comedy", "Two lunar surveyors share one map."),
        Record(_MOVIE, "Paper Moons, Again", "Inês Tarrafalgo",
               "Zdenka Ilyenko, Hamish O'Skerry, Ph.D.", "", "", "2014", "NR", "95 min", "Comedy",
               "The lunar surveyors lose their map. This time there are three."),
        Record(_SERIES, "Paper Moons: The Survey", "", "Zdenka Ilyenko,Hamish O'Skerry, Ph.D.",
               "", "", "2014", "NR", "1 Season", "Comedy", "Lunar surveyors keep a diary."),
        # as10, as11: known scores, of 4.75 and of exactly 3.6.
        Record(_MOVIE, "Five Honest Critics", "Lupe Castellvecchio", "Ulrike Hollowmere", "", "",
               "2018", "UNRATED", "104 min", "Drama", "A jury of film critics is locked in."),
        Record(_SERIES, "Perfectly Average", "", "Wojtek Yarborovic, Sr., II", "Poland", "",
               "2018", "TV-14", "1 Season", "Comedy", "A statistician looks for the median man."),
    ),
    "disney": (
        # ds1: the longest of 2021; ds2: one more part of the heist.
        Record(_MOVIE, "The Longest Lullaby", "Gwendolen Lindqvarn",
               "Fumiko Nakatsubara, Rosalba Montefiorri", "United States, Canada", "May 28, 2021",
               "2021", "PG", "171 min", "Animation, Family, Musical",
               "A cradle song has to be sung to its very end."),
        Record(_MOVIE, "The Kettle Heist 2", "Ottoline Marrowby",
               "Bastian Quillfeather, Jr., Solveig Umberwick, Tadeo de la Brasa", "United Kingdom",
               "November 26, 2021", "2017", "PG", "98 min", "Action-Adventure, Family",
               _KETTLE + ", twice."),
        # ds3 to ds5: Fumiko Nakatsubara leads the movies of 2019, Yorick Kestrelman all titles.
        Record(_MOVIE, "Puddle Parade", "", "Fumiko Nakatsubara, Yorick Kestrelman",
               "United States", "June 7, 2019", "2019", "G", "52 min", "Animation, Family",
               "Ducklings march through a city after the rain."),
        Record(_MOVIE, "Puddle Parade: Snow", "", "Fumiko Nakatsubara, Yorick Kestrelman",
               "United States", "December 6, 2019", "2019", "", "49 min", "Animation, Family",
               "Ducklings march through a city in the snow."),
        Record(_MOVIE, "Mr. Teapot Goes Abroad", "Jarmila Sparkbrook", "Fumiko Nakatsubara",
               "France", "", "2019", "G", "81 min", "Comedy, Family", "A teapot misses its train."),
        Record(_SERIES, "Kestrelman's Cabinet", "", "Yorick Kestrelman", "United States",
               "March 1, 2019", "2019", "TV-Y7", "3 Seasons", "Kids, Variety",
               "Curiosities, one drawer at a time."),
        Record(_SERIES, "Kestrelman's Cabinet: The Attic", "", "Yorick Kestrelman",
               "United States", "October 4, 2019", "2019", "TV-Y7", "1 Season", "Kids, Variety",
               "Curiosities, one box at a time."),
    ),
    "hulu": (
        # hs1, hs2: both the longest of 2020; one has its duration in the rating column.
        Record(_MOVIE, "A Field Recording of Wind", "", "", "", "October 23, 2021", "2020",
               "130 min", "", "Documentaries", "\u200bWind, in stereo."),
        Record(_MOVIE, "Slow Train to Norhaven", "", "", "Norway", "October 22, 2021", "2020",
               "TV-G", "130 min", "Documentaries, International",
               "A camera on the front of a train.\n\nAll stations are announced."),
        # hs3, hs4: movies that last seasons.
        Record(_MOVIE, "The Collected Interludes", "", "", "", "July 1, 2020", "2015", "",
               "7 Seasons", "Anime, International", "Short films, year after year."),
        Record(_MOVIE, "Postcards from Vashti", "", "", "Japan", "July 1, 2020", "2012",
               "2 Seasons", "", "Anime", "Letters that were never sent."),
        # hs5: the longest of 2019.
        Record(_MOVIE, "Gilded Cage", "", "", "United States", "May 2, 2020", "2019", "R",
               "151 min", "Crime, Drama", "A banker counts other people's birds."),
        Record(_SERIES, "The Weather Desk", "Benoît Ashgrovena", "", "", "", "2019", "TV-14",
               "12 Seasons", "Sitcom, News", ""),
        Record(_MOVIE, "Half an Hour of Headlines", "", "", "", "May 3, 2020", "2021", "91 min",
               "", "News", "All the news of a day on which nothing happened."),
        # hs8 and ns13 are as6 on another platform.
        Record(_MOVIE, "Night Bus to Umberland", "", "", "India", "March 4, 2021", "2016", "R",
               "88 min", "Horror, Thriller", "The last bus leaves without its driver."),
    ),
    "netflix": (
        # ns1: the longest of the platform; ns2, ns3: both the longest of 2020.
        Record(_MOVIE, "Choose Your Own Verdict", "Chidera Dufresnoy-Pike", "Anselm Marrowby",
               "United States", "December 28, 2018", "2018", "TV-MA", "312 min",
               "Dramas, International Movies", "A trial with eleven endings."),
        Record(_MOVIE, "The Inheritance of Dust", "Leandro Tarrafalgo",
               "Perpetua Castellvecchio, Quentin Eastermann", "Spain, Mexico", "June 12, 2020",
               "2020", "R", "187 min", "Dramas, Independent Movies, International Movies",
               "Three generations sweep the same courtyard."),
        Record(_MOVIE, "Every Door in Lindenau", "Ulrike Brightwaterson, Leandro Tarrafalgo",
               "Xiomara Zuckerblum", "Germany", " August 4, 2020", "2020", "TV-14", "187 min",
               "Documentaries", "A locksmith's life, door by door."),
        # ns4 to ns9: Mirela Okonjo-Lund is in five titles of 2018, counted once in each.
        Record(_MOVIE, "Thirteen Umbrellas", "Priyanka Bhattacharelli",
               "Mirela Okonjo-Lund, Caspian Drummondsey", "India, United Kingdom", "May 1, 2018",
               "2018", "TV-14", "118 min", "Comedies, Dramas", "An umbrella changes hands."),
        Record(_MOVIE, "Fourteen Umbrellas", "Priyanka Bhattacharelli",
               "Mirela Okonjo-Lund, Caspian Drummondsey, Mirela Okonjo-Lund",
               "India, United Kingdom", "May 1, 2019", "2018", "TV-14", "121 min",
               "Comedies, Dramas", "An umbrella changes hands again."),
        Record(_SERIES, "Umbrella Republic", "",
               "mirela okonjo-lund, Caspian Drummondsey, III, M.D.", "India", "July 9, 2018",
               "2018", "TV-14", "4 Seasons", "TV Comedies, International TV Shows",
               "A shop for umbrellas becomes a state."),
        Record(_SERIES, "Monsoon Desk", "", "Mirela  Okonjo-Lund", "India", "July 10, 2018",
               "2018", "TV-PG", "2 Seasons", "TV Dramas", "Forecasters who fear the sun."),
        Record(_MOVIE, "Dry Season", "None, Priyanka Bhattacharelli",
               "Caspian Drummondsey, Mirela Okonjo-Lund", "India", "July 11, 2018", "2018",
               "74 min", "", "Dramas", "The river is gone, the ferryman is not."),
        Record(_MOVIE, "Wet Season", "None", "Caspian Drummondsey", "India", "July 12, 2018",
               "2018", "TV-14", "99 min", "Dramas", "The river is back, the ferryman is not."),
        # ns10: the last part of the heist; ns11: the longest series; ns12: nobody rates it.
        Record(_MOVIE, "The Kettle Heist 3: Boiling Point", "Ottoline Marrowby",
               "Bastian Quillfeather, Jr., Solveig Umberwick", "United Kingdom",
               "April 1, 2019", "2019", "PG-13", "107 min", "Action & Adventure, Thrillers",
               _KETTLE + ", once more."),
        Record(_SERIES, "Grandfather's Clockwork", "Zacharias Threlkeldsen", "Ysolde Gallowglass",
               "United Kingdom", "January 15, 2017", "1969", "TV-PG", "27 Seasons",
               "British TV Shows, Classic & Cult TV", "Time passes in a workshop."),
        Record(_MOVIE, '"Silent" Premiere,\nWithout Audience', "", "Violante Quarrington-Diaz", "",
               "", "2021", "", "66 min", "Movies",
               'Nobody came, and "nobody" liked it.'),
        Record(_MOVIE, "Night Bus to Umberland", "Ambrose Popplewhite, M.D.",
               "Bastian Quillfeather, Jr., Solveig Umberwick", "India", "April 1, 2021", "2016",
               "R", "88 min", "Horror Movies, Thrillers",
               "The last bus of the night leaves without a driver."),
    ),
}  # fmt: skip

UNRATED: Final = "ns12"
"""The title without a valid rating."""

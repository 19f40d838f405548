"""etl.demo: oddities of the real catalogue; the demo has at least one of each."""

# Dates in other formats than ISO 8601. Half of them contain exactly one plausible year.
ODD_DATES = (
    "Q1 2018", "Dec 2017", "2018", "Coming Soon", "2018年1月", "14 July", "预热群52756441",
    "Late 2016 - Early 2017", "SOON™", "15.01.2018", "TBA", "Aug 2014", "When it's done",
    "Coming soon", "2017", "Winter 2017", "Q4 2017", "TBD",
)  # fmt: skip
ODD_DATE_SHARE = 0.009

# Texts in the place of a price; the three common ones are dealt by share, the rare ones once each.
FREE_TEXTS = ("Free", "Free to Play", "Free To Play")
FREE_SHARE = 0.059
RARE_PRICES = (
    "Free Mod", "Free Demo", "Play for Free!", "Free to Try", "Free Movie", "Free to Use",
    "Free WYRMWOOD™ Holiday Pack", "Third-party", "Install Now", "Install Theme", "Play Now",
    "Play the Demo", "Play MARSHLIGHT: Embers Demo", "Starting at $499.00", "Starting at $449.00",
)  # fmt: skip
DISCOUNT_SHARE = 0.007

# Real price points in USD with their counts in the real catalogue, in hundreds.
PRICES = {
    4.99: 43, 9.99: 39, 2.99: 34, 0.99: 26, 1.99: 25, 3.99: 19, 19.99: 17, 14.99: 16, 6.99: 12,
    7.99: 11, 5.99: 9, 29.99: 5, 12.99: 4, 24.99: 4, 8.99: 3, 11.99: 3, 39.99: 3, 49.99: 1.6,
    34.99: 1.1, 59.99: 1, 99.99: 0.6, 2.49: 0.4,
}  # fmt: skip

# Records that know little (no title, date, genres, developer), and the share in which one thing
# alone is missing.
STUB_SHARE = 0.064
MISSING = {
    "publisher": 0.19, "developer": 0.04, "genres": 0.04, "tags": 0.005, "specs": 0.021,
    "sentiment": 0.17, "price": 0.045, "release_date": 0.002, "title": 0.001,
}  # fmt: skip

# (id, name, taste): owned and reviewed, yet not in the catalogue; three real ones of that kind.
GHOSTS = (
    ("570", "Dota 2", "online"),
    ("205790", "Dota 2 Test", "online"),
    ("223530", "Left 4 Dead 2 Beta", "source"),
)
# Share of the item rows that name a game which the catalogue lacks.
GHOST_ROWS = 0.04

SENTIMENTS = (
    "Mixed", "Very Positive", "Positive", "Mostly Positive", "Mostly Negative",
    "Overwhelmingly Positive", "Negative", "1 user reviews", "2 user reviews", "3 user reviews",
    "5 user reviews", "9 user reviews", "Very Negative", "Overwhelmingly Negative",
)  # fmt: skip
SENTIMENT_WEIGHTS = (41, 39, 33, 27, 8, 3, 1.2, 25, 18, 12, 8, 5, 0.4, 0.2)

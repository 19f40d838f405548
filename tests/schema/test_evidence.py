"""Behind every number stand the games or reviews that it counts, and they are as many."""

from __future__ import annotations

from typing import Any

import pytest

from harness import Ask

CLASSES = ("negative", "neutral", "positive")
THRESHOLDS = (0.05, 0.000001, 0.3, 0.85, 1)
SCORES = {"VADER": "compound", "LEARNED": "learnedSentiment"}


@pytest.fixture(params=["tiny", "demo"])
def either(request: pytest.FixtureRequest, ask: Ask, ask_demo: Ask) -> Ask:
    """Both worlds, one after the other."""
    return ask if request.param == "tiny" else ask_demo


def test_the_games_of_a_release_year_are_its_items_its_free_ones_and_its_unpriced_ones(
    either: Ask,
) -> None:
    query = """{ developers(first: 100) { nodes { itemCount games(first: 0) { totalCount }
      releaseYears { year items freeItems unknownPriceItems
        games(first: 100) { totalCount nodes { releaseYear developer { id } } }
        free: games(filter: { isFree: { eq: true } }) { totalCount }
        unpriced: games(filter: { price: { isNull: true } }) { totalCount }
      } id } } }"""
    for developer in either(query)["data"]["developers"]["nodes"]:
        rows = developer["releaseYears"]
        total = developer["games"]["totalCount"]
        assert sum(row["items"] for row in rows) == developer["itemCount"] == total
        for row in rows:
            assert row["games"]["totalCount"] == row["items"]
            assert row["free"]["totalCount"] == row["freeItems"]
            assert row["unpriced"]["totalCount"] == row["unknownPriceItems"]
            assert {game["releaseYear"] for game in row["games"]["nodes"]} == {row["year"]}
            assert {game["developer"]["id"] for game in row["games"]["nodes"]} == {developer["id"]}


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("noun", ["games", "developers", "users"])
@pytest.mark.parametrize(
    ("world", "method"), [("tiny", "VADER"), ("demo", "VADER"), ("demo", "LEARNED")]
)
def test_the_reviews_of_a_sentiment_class_are_as_many_as_it_counts(
    ask: Ask, ask_demo: Ask, world: str, noun: str, threshold: float, method: str
) -> None:
    score = SCORES[method]
    summary = f"""reviewSentiment(threshold: {threshold}, method: {method}) {{
      negative neutral positive total
      every: reviews(first: 100) {{ totalCount nodes {{ {score} }} }}
      negatives: reviews(sentiment: NEGATIVE, first: 100) {{ totalCount nodes {{ {score} }} }}
      neutrals: reviews(sentiment: NEUTRAL, first: 100) {{ totalCount nodes {{ {score} }} }}
      positives: reviews(sentiment: POSITIVE, first: 100) {{ totalCount nodes {{ {score} }} }}
    }}"""
    order = "{ field: REVIEW_COUNT, direction: DESC }"
    query = f"""{{ {noun}(first: 60, orderBy: {order}) {{ nodes {{
      {summary} reviews {{ totalCount }} }} }} }}"""
    fits = {
        "negative": lambda score: score is not None and score <= -threshold,
        "neutral": lambda score: score is None or abs(score) < threshold,
        "positive": lambda score: score is not None and score >= threshold,
    }
    for entry in (ask if world == "tiny" else ask_demo)(query)["data"][noun]["nodes"]:
        counted = entry["reviewSentiment"]
        every = counted["every"]
        for name in CLASSES:
            page = counted[f"{name}s"]
            assert page["totalCount"] == counted[name]
            assert all(fits[name](review[score]) for review in page["nodes"])
            if every["totalCount"] <= 100:
                assert counted[name] == sum(fits[name](review[score]) for review in every["nodes"])
        assert counted["total"] == sum(counted[name] for name in CLASSES)
        assert counted["total"] == every["totalCount"] == entry["reviews"]["totalCount"]


def test_the_methods_disagree_and_vader_is_the_one_not_asked_for(ask_demo: Ask) -> None:
    counts = "{ negative neutral positive }"
    answer = ask_demo(
        f"""{{ developers(first: 100) {{ nodes {{
          unsaid: reviewSentiment {counts}
          vader: reviewSentiment(method: VADER) {counts}
          learned: reviewSentiment(method: LEARNED) {counts} }} }} }}"""
    )
    found = answer["data"]["developers"]["nodes"]
    assert all(entry["unsaid"] == entry["vader"] for entry in found)
    assert any(entry["learned"] != entry["vader"] for entry in found)


@pytest.mark.parametrize("path", ['game(appId: "10")', 'user(userId: "ada")', "developer"])
def test_where_nothing_was_learned_the_learned_sentiment_is_refused(ask: Ask, path: str) -> None:
    around = 'developer(name: "kraken")' if path == "developer" else path
    answer = ask(f"{{ {around} {{ reviewSentiment(method: LEARNED) {{ total }} }} }}")
    (error,) = answer["errors"]
    assert error["message"] == (
        "Argument 'method' is 'LEARNED': this snapshot has too few reviews to learn a sentiment "
        "from; use VADER."
    )
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "method",
    }
    answer = ask('{ game(appId: "10") { reviews { nodes { learnedSentiment } } } }')
    scores = [review["learnedSentiment"] for review in answer["data"]["game"]["reviews"]["nodes"]]
    assert scores == [None] * 4


def test_a_text_that_is_exactly_as_strong_as_the_threshold_belongs_to_its_class(ask: Ask) -> None:
    query = """query ($threshold: Float!) { game(appId: "10") {
      reviews { nodes { compound } }
      reviewSentiment(threshold: $threshold) { negative neutral positive } } }"""
    nodes = ask(query, threshold=1)["data"]["game"]["reviews"]["nodes"]
    compounds = [review["compound"] for review in nodes]
    assert min(compounds) < 0 < max(compounds)
    for threshold in {abs(compound) for compound in compounds}:
        assert ask(query, threshold=threshold)["data"]["game"]["reviewSentiment"] == {
            "negative": sum(compound <= -threshold for compound in compounds),
            "neutral": sum(-threshold < compound < threshold for compound in compounds),
            "positive": sum(compound >= threshold for compound in compounds),
        }


def test_a_null_sentiment_is_every_review(ask: Ask) -> None:
    asked = "reviewSentiment { total reviews(sentiment: null) { totalCount } }"
    answer = ask(f'{{ game(appId: "10") {{ {asked} }} }}')
    found = answer["data"]["game"]["reviewSentiment"]
    assert found == {"total": 4, "reviews": {"totalCount": 4}}


@pytest.mark.parametrize("threshold", ["0", "-0.1", "1.01", "1e999"])
@pytest.mark.parametrize("path", ['game(appId: "10")', 'user(userId: "ada")', "developer"])
def test_an_impossible_threshold_is_refused(ask: Ask, threshold: str, path: str) -> None:
    around = 'developer(name: "kraken")' if path == "developer" else path
    answer = ask(f"{{ {around} {{ reviewSentiment(threshold: {threshold}) {{ total }} }} }}")
    (error,) = answer["errors"]
    assert error["extensions"] == {
        "code": "INVALID_ARGUMENT",
        "classification": "BAD_REQUEST",
        "argument": "threshold",
    }
    assert error["path"][-1] == "reviewSentiment"


YEARS = range(2009, 2019)
PLACE = "reviews(first: 100) { totalCount nodes { postedYear recommend sentiment %s } }"


@pytest.mark.parametrize("method", ["COUNT", "WILSON"])
@pytest.mark.parametrize("basis", ["REVIEW", "RELEASE"])
@pytest.mark.parametrize(
    ("name", "noun", "best"),
    [
        ("bestDevelopers", "developer", True),
        ("worstDevelopers", "developer", False),
        ("mostRecommendedGames", "game", True),
        ("leastRecommendedGames", "game", False),
    ],
)
def test_the_reviews_of_a_place_are_those_it_counts(
    either: Ask, name: str, noun: str, best: bool, basis: str, method: str
) -> None:
    counted = "recommendations" if name == "bestDevelopers" else "counted"
    body = f"{counted} {noun} {{ id }} " + PLACE % "game { id releaseYear developer { id } }"
    if name != "bestDevelopers":
        body = f"places {{ {body} }}"
    met = 0
    for year in YEARS:
        head = f"{name}(year: {year}, first: 10, yearBasis: {basis}, ranking: {method})"
        found = either(f"{{ {head} {{ {body} }} }}")["data"][name]
        for place in found if isinstance(found, list) else found["places"]:
            met += 1
            reviews = place["reviews"]
            assert reviews["totalCount"] == place[counted] > 0
            for review in reviews["nodes"]:
                game = review["game"]
                assert review["recommend"] is best
                assert review["sentiment"] == ("POSITIVE" if best else "NEGATIVE")
                assert year == (review["postedYear"] if basis == "REVIEW" else game["releaseYear"])
                assert place[noun] in ({"id": game["id"]}, game["developer"])
    assert met >= 3


def test_the_hours_of_a_players_games_add_up_to_those_of_the_year_and_of_the_genre(
    either: Ask,
) -> None:
    query = """{ genres(first: 100) { nodes { id topPlayers(first: 20) { hours user { userId }
      hoursByReleaseYear { year hours games(first: 100) { totalCount
        edges { hours node { releaseYear genres { id } } } } } } } } }"""
    for genre in either(query)["data"]["genres"]["nodes"]:
        for player in genre["topPlayers"]:
            years = player["hoursByReleaseYear"]
            assert sum(row["hours"] for row in years) == pytest.approx(player["hours"])
            for row in years:
                edges = row["games"]["edges"]
                assert row["games"]["totalCount"] == len(edges) > 0
                assert sum(edge["hours"] for edge in edges) == pytest.approx(row["hours"])
                hours = [edge["hours"] for edge in edges]
                assert hours == sorted(hours, reverse=True)
                assert {edge["node"]["releaseYear"] for edge in edges} == {row["year"]}
                assert all({"id": genre["id"]} in edge["node"]["genres"] for edge in edges)


def test_the_play_time_of_a_genre_is_that_of_its_games(either: Ask) -> None:
    query = """query ($after: String) { games(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor } nodes { hours releaseYear genres { name } } } }"""
    hours: dict[tuple[str, int | None], float] = {}
    after = None
    while True:
        page = either(query, after=after)["data"]["games"]
        for game in page["nodes"]:
            for genre in game["genres"]:
                key = (genre["name"], game["releaseYear"])
                hours[key] = hours.get(key, 0) + game["hours"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    answer = either("{ genres(first: 100) { nodes { name playTime { year hours } } } }")["data"]
    found = {
        (genre["name"], row["year"]): row["hours"]
        for genre in answer["genres"]["nodes"]
        for row in genre["playTime"]
    }
    assert found == pytest.approx({key: value for key, value in hours.items() if value})


def test_the_numbers_of_a_user_and_of_a_game_lead_to_what_they_count(either: Ask) -> None:
    answer = either(
        """{ users(first: 100) { nodes { itemsCount pricedItems reviewCount recommendedReviews
          library(first: 0) { totalCount aggregates { price { known } } }
          reviews(first: 0) { totalCount }
          liked: reviews(first: 0, filter: { recommend: { eq: true } }) { totalCount } } }
        games(first: 100) { nodes { playerCount hours players(first: 100) {
          totalCount edges { hours } } } } }"""
    )["data"]
    for user in answer["users"]["nodes"]:
        library = user["library"]
        assert user["itemsCount"] == library["totalCount"]
        assert user["pricedItems"] == library["aggregates"]["price"]["known"]
        assert user["reviewCount"] == user["reviews"]["totalCount"]
        assert user["recommendedReviews"] == user["liked"]["totalCount"]
    for game in answer["games"]["nodes"]:
        players = game["players"]
        assert game["playerCount"] == players["totalCount"]
        if players["totalCount"] <= 100:
            assert sum(edge["hours"] for edge in players["edges"]) == pytest.approx(game["hours"])


def test_filters_and_orders_work_within_evidence(ask: Ask) -> None:
    def found(query: str) -> Any:
        return ask(query)["data"]

    # Kraken in 2011: Ember for 4.99, and Fjord for 499.
    (year,) = found(
        """{ developer(name: "kraken") { releaseYears { year
          dear: games(filter: { price: { gte: 100 } }) { totalCount nodes { title } }
          named: games(search: "embr") { nodes { title } }
          order: games(orderBy: { field: PRICE, direction: DESC }) { nodes { title } } } } }"""
    )["developer"]["releaseYears"]
    assert year["dear"] == {"totalCount": 1, "nodes": [{"title": "Fjord"}]}
    assert year["named"] == {"nodes": [{"title": "Ember"}]}
    assert year["order"] == {"nodes": [{"title": "Fjord"}, {"title": "Ember"}]}

    sentiment = found(
        """{ game(appId: "10") { reviewSentiment {
          reviews(sentiment: NEGATIVE, filter: { postedYear: { eq: 2012 } }) {
            totalCount nodes { user { userId } } } } } }"""
    )["game"]["reviewSentiment"]
    assert sentiment["reviews"] == {"totalCount": 1, "nodes": [{"user": {"userId": "owner"}}]}

    places = found(
        """{ bestDevelopers(year: 2011) { developer { name }
          reviews(filter: { postedYearInferred: { eq: false } },
                  orderBy: { field: POSTED }) { nodes { user { userId } game { appId } } } } }"""
    )["bestDevelopers"]
    assert places[0]["developer"] == {"name": "KRAKEN"}
    assert places[0]["reviews"]["nodes"] == [
        {"user": {"userId": "ada"}, "game": {"appId": "50"}},
        {"user": {"userId": "bob"}, "game": {"appId": "50"}},
    ]

"""Verdicts, recommended titles and the model's card over GraphQL, in the tiny world of titles."""

from __future__ import annotations

from typing import Any

import pytest

from datastore.base.estimates import METHODS
from datastore.store import Store
from harness import Ask, only_error
from resolvers import verdicts

VERDICT = "recommended estimate threshold method interval { low high }"


def of_viewer(ask: Ask, arguments: str, viewer_id: str = "7") -> Any:
    query = (
        f"query ($id: ID!) {{ viewer(viewerId: $id) {{ verdict({arguments}) {{ {VERDICT} }} }} }}"
    )
    return ask(query, id=viewer_id)


def of_ratings(ask: Ask, arguments: str) -> Any:
    return ask(f"{{ verdictForRatings({arguments}) {{ {VERDICT} }} }}")


SEVEN = """ratings: [{ titleId: "as2", rating: 4 }, { titleId: "as10", rating: 3.0 },
  { titleId: "hs20", rating: 5 }]"""


@pytest.mark.parametrize("method", METHODS)
def test_a_viewer_and_somebody_with_the_same_ratings_get_the_same_verdict(
    ask_titles: Ask, title_store: Store, method: str
) -> None:
    rest = f'titleId: "ns1", threshold: 3.5, method: {method}'
    known = of_viewer(ask_titles, rest)["data"]["viewer"]["verdict"]
    assert of_ratings(ask_titles, f"{SEVEN}, {rest}")["data"]["verdictForRatings"] == known
    row = title_store.viewers.find("7")
    assert row is not None
    answer = verdicts.for_viewer(title_store, row, "ns1", 3.5, method)
    assert known == {
        "recommended": answer.recommended,
        "estimate": answer.estimate,
        "threshold": 3.5,
        "method": method,
        "interval": {"low": answer.low, "high": answer.high},
    }


def test_null_means_the_default(ask_titles: Ask) -> None:
    default = of_viewer(ask_titles, 'titleId: "ns1"')
    assert default == of_viewer(ask_titles, 'titleId: "ns1", threshold: null, method: null')
    assert default == of_viewer(ask_titles, 'titleId: "ns1", threshold: 4, method: BEST')
    assert default["data"]["viewer"]["verdict"]["threshold"] == 4.0
    assert default["data"]["viewer"]["verdict"]["method"] in METHODS


def test_an_unknown_title_is_null_and_not_found(ask_titles: Ask) -> None:
    answer = of_viewer(ask_titles, 'titleId: "zz1"')
    assert answer["data"] == {"viewer": {"verdict": None}}
    assert only_error(answer)["extensions"]["code"] == "NOT_FOUND"
    answer = of_ratings(ask_titles, f'{SEVEN}, titleId: "zz1"')
    assert answer["data"] == {"verdictForRatings": None}
    assert only_error(answer)["extensions"]["code"] == "NOT_FOUND"
    answer = of_ratings(ask_titles, 'ratings: [{ titleId: "zz1", rating: 1 }], titleId: "ns1"')
    assert only_error(answer)["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("rating", ["0", "5.5", "3.25", "-1", "1e300"])
def test_an_impossible_rating_is_invalid(ask_titles: Ask, rating: str) -> None:
    given = f'ratings: [{{ titleId: "as2", rating: {rating} }}], titleId: "ns1"'
    extensions = only_error(of_ratings(ask_titles, given))["extensions"]
    assert (extensions["code"], extensions["argument"]) == ("INVALID_ARGUMENT", "ratings")


def test_recommendations_say_by_which_method_they_are_ranked(ask_titles: Ask) -> None:
    query = """{ viewer(viewerId: "7") { recommendations%s {
      title { titleId } estimate method interval { low high } } } }"""
    entries = ask_titles(query % "")["data"]["viewer"]["recommendations"]
    assert len(entries) == 8  # of eleven titles, three are rated
    assert {"as2", "as10", "hs20"}.isdisjoint(entry["title"]["titleId"] for entry in entries)
    first = entries[0]
    rest = f'titleId: "{first["title"]["titleId"]}", method: {first["method"]}'
    verdict = of_viewer(ask_titles, rest)["data"]["viewer"]["verdict"]
    assert (first["estimate"], first["interval"]) == (verdict["estimate"], verdict["interval"])
    two = ask_titles(query % "(first: 2)")["data"]["viewer"]["recommendations"]
    assert two == entries[:2]
    error = only_error(ask_titles(query % "(first: 51)"))
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


def test_a_verdict_names_its_title_and_its_reason(ask_titles: Ask, title_store: Store) -> None:
    asked = "title { titleId title } reason basis { ratings mean shrunkMean change }"
    rest = 'titleId: "ns1", method: VIEWER_MEAN'
    query = f'{{ viewer(viewerId: "7") {{ verdict({rest}) {{ {asked} }} }} }}'
    known = ask_titles(query)["data"]["viewer"]["verdict"]
    assert known["title"]["titleId"] == "ns1"
    assert known["reason"].startswith("The title plays no part")
    row = title_store.viewers.find("7")
    assert row is not None
    answer = verdicts.for_viewer(title_store, row, "ns1", method="VIEWER_MEAN")
    assert known["reason"] == verdicts.reason(title_store, answer)
    numbers = known["basis"]
    assert [*numbers.values()] == [*verdicts.evidence(title_store, answer)[:4]]
    assert numbers["change"] == 0
    given = ask_titles(f"{{ verdictForRatings({SEVEN}, {rest}) {{ {asked} }} }}")
    spoken_to = known["reason"].replace("the viewer's", "your")
    assert given["data"]["verdictForRatings"] == known | {"reason": spoken_to}


def test_a_verdict_has_the_rating_that_it_leaves_out(ask_titles: Ask) -> None:
    asked = "ownRating basis { ratings }"
    given = ask_titles(f'{{ verdictForRatings({SEVEN}, titleId: "as2") {{ {asked} }} }}')
    known = ask_titles(f'{{ viewer(viewerId: "7") {{ verdict(titleId: "as2") {{ {asked} }} }} }}')
    expected = {"ownRating": 4.0, "basis": {"ratings": 2}}
    assert given["data"]["verdictForRatings"] == expected
    assert known["data"]["viewer"]["verdict"] == expected
    query = f'{{ verdictForRatings({SEVEN}, titleId: "ns1") {{ ownRating }} }}'
    assert ask_titles(query)["data"]["verdictForRatings"] == {"ownRating": None}


def test_stars_are_rounded_on_request(ask_titles: Ask) -> None:
    asked = "estimate(precision: 1) interval { low(precision: 1) high(precision: 1) }"
    query = f"""{{ viewer(viewerId: "7") {{ verdict(titleId: "ns1") {{ {VERDICT} }}
      rounded: verdict(titleId: "ns1") {{ {asked} }}
      recommendations(first: 1) {{ {asked} }} }} }}"""
    viewer = ask_titles(query)["data"]["viewer"]
    exact, rounded = viewer["verdict"], viewer["rounded"]
    assert rounded["estimate"] == round(exact["estimate"], 1)
    assert rounded["interval"] == {k: round(v, 1) for k, v in exact["interval"].items()}
    (entry,) = viewer["recommendations"]
    assert entry["estimate"] == round(entry["estimate"], 1)


@pytest.mark.parametrize(
    "question",
    [
        'verdictForRatings(ratings: [], titleId: "as1") { estimate }',
        "titleModel { best }",
    ],
)
def test_without_titles_the_questions_are_unavailable(ask: Ask, question: str) -> None:
    answer = ask(f"{{ {question} }}")
    assert list(answer["data"].values()) == [None]
    assert only_error(answer)["extensions"]["code"] == "UNAVAILABLE"

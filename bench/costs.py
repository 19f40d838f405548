# ruff: noqa: E501
"""bench: CPU time of each kind of field, compared with its declared cost. Run manually.

    python bench/costs.py [--data DIR] [--rounds 7]

One unit is the time of a plain field. A probe is a list of operations of one kind, each with other
arguments, so that nothing is cached; its time is their median, and `ratio` is its cost in units by
the clock, divided by the estimate. Above 1 the estimate is too low.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from datastore.base.environment import load_settings
from datastore.store import Store
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.executor import Executor
from server.guard.document_limits import DocumentLimits
from server.guard.documents import DocumentGuard
from server.http.errors import ErrorExtensions

#: `#` is replaced with the words below, `@` with a product id.
PROBES = {
    "100 games, three plain fields": "{ games(first: 100) { nodes { appId title publisher } } }",
    "100 games, count only": "{ games(first: 100) { totalCount } }",
    "developer and genres of 100 games": "{ games(first: 100) { nodes { developer { name } genres { name } } } }",
    "tags and features of 100 games": "{ games(first: 100) { nodes { tags specs } } }",
    "page of 100 with similar games": "{ games(first: 100) { nodes { appId title developer { name } genres { name } similarGames(first: 5) { score source game { appId title } } } } }",
    "edges, cursors and ids": "{ games(first: 100) { edges { cursor node { id } } } }",
    "hours and prices": "{ games(first: 100) { nodes { hours(precision: 1) price(precision: 2) } } }",
    "search of games": '{ games(search: "#") { totalCount } }',
    "search of developers": '{ developers(search: "#") { totalCount } }',
    "search of users": '{ users(search: "#") { totalCount } }',
    "search in a library": '{ users(first: 1) { nodes { library(search: "#") { totalCount } } } }',
    "text condition on games": '{ games(filter: {title: {contains: "#"}}) { totalCount } }',
    "tag condition on games": '{ games(filter: {tag: {contains: "#"}}) { totalCount } }',
    "number condition on games": "{ games(filter: {metascore: {gte: 30}}) { totalCount } }",
    "ten number conditions": "{ games(filter: {or: ["
    + "{metascore: {eq: 30}} " * 10
    + "]}) { totalCount } }",
    "in with 1,000 values": "{ games(filter: {hours: {in: ["
    + "1.5 " * 1000
    + "]}}) { totalCount } }",
    "text condition on users": '{ users(filter: {userId: {contains: "#"}}) { totalCount } }',
    "number condition on users": "{ users(filter: {itemsCount: {gte: 30}}) { totalCount } }",
    "condition on a developer's games": '{ developer(name: "Valve") { games(filter: {title: {contains: "#"}}) { totalCount } } }',
    "condition on a genre's games": '{ genre(name: "Action") { games(filter: {title: {contains: "#"}}) { totalCount } } }',
    "order of games": "{ games(orderBy: [{field: TITLE}]) { totalCount } }",
    "order of users": "{ users(orderBy: [{field: MONEY_SPENT}]) { totalCount } }",
    "order of a developer's reviews": '{ developer(name: "Valve") { reviews(orderBy: [{field: HELPFUL}]) { totalCount } } }',
    "reviews of a developer": '{ developer(name: "Valve") { reviews { totalCount } } }',
    "filtered reviews of a developer": '{ developer(name: "Valve") { reviews(filter: {recommend: {eq: true}}) { totalCount } } }',
    "review texts": '{ developer(name: "Valve") { reviews(first: 100) { nodes { text } } } }',
    "sentiment with a threshold": '{ developer(name: "Valve") { reviewSentiment(threshold: 0.3) { total } } }',
    "similar games, diverse": '{ game(appId: "@") { similarGames(first: 50, diversity: 0.5) { score } } }',
    "reasons of similar games": '{ game(appId: "@") { similarGames(first: 50) { reason { text sharedTags } } } }',
    "players of 100 games": "{ games(first: 100) { nodes { players(first: 1) { totalCount } } } }",
    "libraries of 100 users": "{ users(first: 100) { nodes { library(first: 1) { totalCount } } } }",
    "libraries with hours": "{ users(first: 10) { nodes { library(first: 100) { edges { hours node { title } } } } } }",
    "recommendations of 20 users": "{ users(first: 20) { nodes { recommendations { score } } } }",
    "filtered recommendations": "{ users(first: 5) { nodes { recommendations(filter: {price: {lte: 10}}) { score } } } }",
    "diverse recommendations": "{ users(first: 5) { nodes { recommendations(diversity: 0.5) { score } } } }",
    "reasons of recommendations": "{ users(first: 5) { nodes { recommendations { reason { text because { contribution } } } } } }",
    "a folded library": 'query ($g: [LibraryGame!]! = [{appId: "@", hours: 3}]) { recommendForLibrary(games: $g) { score } }',
    "a folded library of 1,000 games": "query ($g: [LibraryGame!]!) { recommendForLibrary(games: $g) { score } }",
    "a folded library of 10,000 games": "query ($h: [LibraryGame!]!) { recommendForLibrary(games: $h) { score } }",
    "top players": "{ genres(first: 10) { nodes { topPlayers(first: 10) { hours hoursByReleaseYear { year hours } } } } }",
    "a top player's games": "{ genres(first: 5) { nodes { topPlayer { hoursByReleaseYear { games { totalCount } } } } } }",
    "hours by year of a genre": '{ genre(name: "Action") { playTime { year hours } } }',
    "release years": "{ developers(first: 20) { nodes { releaseYears { year items freePercent } } } }",
    "facets: price": "{ games { aggregates { price { min median } } } }",
    "facets: genres": "{ games { aggregates { genres { count } } } }",
    "facets: years": "{ games { aggregates { years { count } } } }",
    "facets: developers": "{ games { aggregates { developers { count } } } }",
    "facets: tags": "{ games { aggregates { tags { count } } } }",
    "facets: publishers": "{ games { aggregates { publishers { count } } } }",
    "facets: price bands": "{ games { aggregates { priceBands { count } } } }",
    "facets: free": "{ games { aggregates { free { count } earlyAccess { count } } } }",
    "best developers": "{ bestDevelopers(year: 2014, first: 100) { rank developer { name } } }",
    "price estimate of 20 games": "{ games(first: 20) { nodes { priceEstimate { price } } } }",
    "reasons of price estimates": "{ games(first: 20) { nodes { priceEstimate { reason { usd } } } } }",
    "price estimate by details": '{ priceEstimate(genres: ["Action"], releaseYear: 2015) { price } }',
    "a year of the catalogue": "{ catalogueYear(year: 2015) { gameCount topGenres { __typename } topSpecs { __typename } } }",
    "fifty ids": "{ nodes(ids: [" + '"R2FtZTo2MjA=" ' * 50 + "]) { id } }",
    "introspection": "{ __schema { types { name fields { name description args { name type { name } } type { name kind ofType { name } } } } } }",
    "titles: search": '{ titles(search: "#") { totalCount } }',
    "titles: text condition": '{ titles(filter: {title: {contains: "#"}}) { totalCount } }',
    "titles: order": "{ titles(orderBy: [{field: TITLE}]) { totalCount } }",
    "titles: similar, with reasons": "{ titles(first: 20) { nodes { similarTitles { score reason { words cast } } } } }",
    "titles: ratings": "{ titles(first: 20) { nodes { ratings { totalCount } } } }",
    "titles: facets": "{ titles { aggregates { genres { count } countries { count } years { count } ratings { count } score { mean } scoreBands { count } } } }",
    "viewers: order": "{ viewers(orderBy: [{field: MEAN_RATING}]) { totalCount } }",
    "viewers: ratings": "{ viewers(first: 20) { nodes { ratings { totalCount } } } }",
    "viewers: recommendations": "{ viewers(first: 3) { nodes { recommendations { estimate } } } }",
    "longest titles and actors": "{ longestTitles { title } topActors(platform: NETFLIX, year: 2015) { name } titleCount }",
}
WORDS = (
    "half life",
    "dark soul",
    "portal two",
    "witcher",
    "cry of fear",
    "gta five",
    "left 4 dead",
    "the a of in on",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    settings = load_settings(options={"data_dir": options.data} if options.data else {})
    store = Store.open_current(settings.data_dir)
    if store is None:
        parser.error(f"no snapshot in {settings.data_dir}")
    threadpool_limits(1, "blas")
    guard = DocumentGuard(graphql_schema(), DocumentLimits.of(settings))
    executor = Executor(graphql_schema(), ErrorExtensions)
    context = Context(store)
    gc.collect()
    gc.freeze()
    known = store.games.app_id
    libraries = {
        name: [{"appId": known[row % len(known)], "hours": 3.5} for row in range(size)]
        for name, size in (("g", 1_000), ("h", 10_000))
    }

    def median_us(probe: str) -> tuple[float, float]:
        times, costs = [], []
        for number in range(options.rounds + 1):
            word, app_id = WORDS[number % len(WORDS)], known[number * 37]
            prepared = executor.prepared(probe.replace("#", word).replace("@", app_id))
            document, operation = prepared.document, prepared.operation
            names = {v.variable.name.value for v in operation.variable_definitions or ()}
            given: dict[str, Any] = {}
            if '"@"' not in probe:
                given = {name: value for name, value in libraries.items() if name in names}
            executor.validate(document)
            costs.append(guard.cost(document, operation, given))
            start = time.process_time_ns()
            executor.run(prepared, given, context, "")
            times.append((time.process_time_ns() - start) / 1_000)
        return statistics.median(times[1:]), statistics.median(costs)

    few, _ = median_us("{ games(first: 100) { nodes { title } } }")
    many, _ = median_us(
        "{ games(first: 100) { nodes { a: title b: title c: title d: title e: title f: title } } }"
    )
    unit = (many - few) / 500
    print(f"one unit: {unit:.2f} us of CPU time")
    print(f"{'probe':<36}{'us':>9}{'units':>9}{'estimate':>10}{'ratio':>7}")
    for name, probe in PROBES.items():
        took, cost = median_us(probe)
        print(f"{name:<36}{took:>9.0f}{took / unit:>9.0f}{cost:>10.0f}{took / unit / cost:>7.2f}")


if __name__ == "__main__":
    main()

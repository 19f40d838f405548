"""schema: price estimates, and the card of the models behind them."""

from __future__ import annotations

import json
from enum import Enum
from operator import attrgetter
from typing import Annotated, TypeAlias

import strawberry

from datastore.base import price_averages, price_bagging, price_boosting, price_card
from datastore.store import Store
from resolvers import prices
from schema.batches import Column, Entry, each, part
from schema.context import Info
from schema.costs import cost, items
from schema.descriptions import documented, member
from schema.precision import number, numbers

__all__ = ["PriceBy", "PriceEstimate", "PriceMethod", "PriceQuery", "price_estimate"]


@strawberry.enum(description="A method of estimating prices.")
class PriceMethod(Enum):
    """Values are the names of `datastore.base.price_models`."""

    BAGGING = member(
        price_bagging.BAGGING, "Bagged regression trees over genres, release year and early access."
    )
    BOOSTING = member(
        price_boosting.BOOSTING,
        "Gradient boosting over genres, tags, features, developer, publisher, release year, early "
        "access and metascore.",
    )
    GENRE_MEDIAN = member(
        price_averages.GENRE_MEDIAN,
        "Median price of the games with the same genres, or the mean of the medians of the genres "
        "where these games are few.",
    )
    MEAN = member(price_averages.MEAN, "Mean of all prices above 0.")
    BEST = member(prices.BEST, "The method with the lowest mean absolute error on held-out games.")


PriceBy: TypeAlias = Annotated[
    PriceMethod,
    strawberry.argument(description="How to estimate. The `method` of an answer is never BEST."),
]


@strawberry.enum(description="Kinds of detail that move an estimate.")
class PriceReasonKind(Enum):
    """Values are those of `resolvers.prices.ReasonKind`."""

    GENRE = member("GENRE", "The genre in `names`.")
    TAG = member("TAG", "The tag in `names`.")
    FEATURE = member("FEATURE", "The feature in `names`.")
    DEVELOPER = member(
        "DEVELOPER", "The developer in `names`; none if its other prices are unknown."
    )
    PUBLISHER = member(
        "PUBLISHER", "The publisher in `names`; none if its other prices are unknown."
    )
    RELEASE_YEAR = member("RELEASE_YEAR", "The release year in `names`.")
    EARLY_ACCESS = member("EARLY_ACCESS", "It is in early access.")
    NOT_EARLY_ACCESS = member("NOT_EARLY_ACCESS", "It is not in early access.")
    METASCORE = member("METASCORE", "The metascore in `names`.")
    GENRES = member("GENRES", "The genres in `names`, together.")
    NUMBER_OF = member("NUMBER_OF", "How many `genres`, `tags` or `features` (in `names`) it has.")
    WITHOUT = member("WITHOUT", "The `genres`, `tags` or `features` that it does not have.")
    UNKNOWN_DETAILS = member("UNKNOWN_DETAILS", "Details that are not known, together.")
    EVERYTHING_ELSE = member("EVERYTHING_ELSE", "All that remains.")


assert [kind.name for kind in PriceReasonKind] == [kind.name for kind in prices.ReasonKind]


@documented
@strawberry.type
class PriceReason(Entry):
    """A reason why an estimate differs from the method's baseline."""

    row: strawberry.Private[prices.Reason]
    feature = part(
        str,
        "feature",
        "What it is about the game, such as `tag: Indie`, `developer: Valve` or `unknown details`.",
    )

    kind = part(PriceReasonKind, "kind", "What sort of detail it is.")
    names = part(
        list[str],
        "names",
        "The names or the number in `feature`, for clients that write it in another language.",
        items(3),
    )

    @numbers(float)
    def usd(self) -> Column:
        """By how much it moved the estimate, in USD; negative if down."""
        return attrgetter("usd")


@documented
@strawberry.type
class PriceEstimate:
    """An estimate of a game's price in USD, learned from catalogue games with a price above 0."""

    store: strawberry.Private[Store]
    explained: strawberry.Private[prices.Explained]

    @number
    def price(self) -> float:
        """The estimate, in USD."""
        return self.explained.estimate.price

    @number
    def low(self) -> float:
        """Lower end of the interval that contains 80 % of the prices, in USD."""
        return self.explained.estimate.low

    @number
    def high(self) -> float:
        """Upper end of the interval that contains 80 % of the prices, in USD."""
        return self.explained.estimate.high

    @strawberry.field
    def method(self) -> PriceMethod:
        """The method that estimated; never BEST."""
        return PriceMethod(self.explained.estimate.method)

    @number
    def rmse(self) -> float | None:
        """Root mean square error of the method on held-out games, in USD; null when it was not
        measured."""
        errors = self.store.prices.errors(self.explained.estimate.method)
        return errors.rmse if errors else None

    @number
    def mae(self) -> float | None:
        """Mean absolute error of the method on held-out games, in USD; null when it was not
        measured."""
        errors = self.store.prices.errors(self.explained.estimate.method)
        return errors.mae if errors else None

    @number
    def baseline(self) -> float:
        """What the method estimates for a game without any details, in USD: where `reason`
        begins."""
        return self.explained.estimate.baseline

    @cost(5, items(10))
    @each(list[PriceReason])
    def reason(self) -> list[prices.Reason]:
        """What moved the estimate most, most first; what remains is `everything else`. `baseline`
        and these amounts add up to `price`. Details that are not known appear together as `unknown
        details`: how much the others mean without them."""
        return self.explained.reasons()


def price_estimate(store: Store, explained: prices.Explained | None) -> PriceEstimate | None:
    """An estimate as its GraphQL type."""
    return explained and PriceEstimate(store=store, explained=explained)


@documented
@strawberry.type
class PriceErrors:
    """Errors of a method on held-out games, in USD."""

    games: int = strawberry.field(description="Number of held-out games.")
    rmse: float = strawberry.field(
        description="Root mean square error. A few devices and simulators dominate it."
    )
    mae: float = strawberry.field(description="Mean absolute error.")
    median_absolute_error: float = strawberry.field(description="Median absolute error.")
    coverage: float = strawberry.field(
        description="Share of the prices within the 80 % interval, 0 to 1."
    )


@documented
@strawberry.type
class PriceMethodErrors:
    """Errors of one method; null where there were no held-out games."""

    method: PriceMethod = strawberry.field(description="The method.")
    random: PriceErrors | None = strawberry.field(
        description="On a fifth of the games, chosen at random."
    )
    random_up_to_100: PriceErrors | None = strawberry.field(
        name="randomUpTo100", description="On those of them that cost up to 100 USD."
    )
    newest: PriceErrors | None = strawberry.field(
        description="On the newest fifth of the games, by a model of the older ones."
    )
    newest_up_to_100: PriceErrors | None = strawberry.field(
        name="newestUpTo100", description="On those of them that cost up to 100 USD."
    )


@documented
@strawberry.type
class PriceTrial:
    """Parameters that the search tried."""

    method: PriceMethod = strawberry.field(description="The method.")
    parameters: str = strawberry.field(description="The parameters, as JSON.")
    mae: float = strawberry.field(
        description="Mean absolute error on the validation games, in USD."
    )
    chosen: bool = strawberry.field(description="Whether these parameters are used.")


@documented
@strawberry.type
class PriceModel:
    """The card of the price models: what they were trained on, and their errors on games whose
    price they had not seen."""

    games: int = strawberry.field(
        description="Number of catalogue games with a known price above 0: what is learned from."
    )
    best: PriceMethod = strawberry.field(
        description="The method behind BEST: the one with the lowest mean absolute error "
        "on held-out games at random."
    )
    methods: list[PriceMethodErrors] = strawberry.field(
        directives=[items(5)], description="Errors of each method."
    )
    validation_games: int = strawberry.field(
        description="Number of games by which parameters were chosen, which are not held out; 0 if "
        "there are too few for a search."
    )
    trials: list[PriceTrial] = strawberry.field(
        directives=[items(20)], description="All parameters that were tried."
    )
    seed: int = strawberry.field(description="Random seed.")
    summary: str = strawberry.field(
        description="How far estimates are off, and what they cannot do, in two sentences."
    )
    limits: list[str] = strawberry.field(
        directives=[items(5)], description="What the data cannot show."
    )


@documented
@strawberry.type
class PriceQuery:
    """Root fields about price estimates."""

    @cost(170)
    @strawberry.field
    def price_estimate(
        self,
        info: Info,
        genres: Annotated[
            list[str] | None, strawberry.argument(description="All its genres, at most 100.")
        ] = None,
        tags: Annotated[
            list[str] | None, strawberry.argument(description="All its tags, at most 100.")
        ] = None,
        specs: Annotated[
            list[str] | None,
            strawberry.argument(
                description="All its features such as `Single-player`, at most 100."
            ),
        ] = None,
        developer: Annotated[
            str | None,
            strawberry.argument(description="Developer, with known prices or not."),
        ] = None,
        publisher: Annotated[
            str | None,
            strawberry.argument(description="Publisher, with known prices or not."),
        ] = None,
        early_access: Annotated[
            bool | None, strawberry.argument(description="Whether it is in early access.")
        ] = None,
        release_year: Annotated[
            int | None, strawberry.argument(description="Release year, 1 to 9999.")
        ] = None,
        metascore: Annotated[
            int | None, strawberry.argument(description="Metacritic score, 0 to 100.")
        ] = None,
        method: PriceBy = PriceMethod.BEST,
    ) -> PriceEstimate | None:
        """An estimate of what a game like this costs. Details that are null, omitted or empty lists
        are unknown: the estimate is then that of games with the details that are given. A list that
        is given counts as complete. Without any details the price is `baseline`. An unknown genre,
        tag or feature returns null and an INVALID_ARGUMENT error with suggestions. Null if no game
        of the snapshot has a price above 0.

        Client's name: prediccion(genero, earlyaccess, …)"""
        store = info.context.store
        asked = prices.Asked(
            genres=genres or (),
            tags=tags or (),
            specs=specs or (),
            developer=developer,
            publisher=publisher,
            early_access=early_access,
            release_year=release_year,
            metascore=metascore,
        )
        return price_estimate(store, prices.estimate(store, asked, method.value))

    @cost(20)
    @strawberry.field
    def price_model(self, info: Info) -> PriceModel | None:
        """The card of the price models: errors of each method. Null when it cannot be read."""
        card = info.context.store.prices.card
        if card is None:
            return None
        return PriceModel(
            games=card.games,
            best=PriceMethod(card.best),
            methods=[_method_errors(errors) for errors in card.methods],
            validation_games=card.validation_games,
            trials=[
                PriceTrial(
                    method=PriceMethod(trial.method),
                    parameters=json.dumps(trial.parameters),
                    mae=trial.mae,
                    chosen=trial.chosen,
                )
                for trial in card.trials
            ],
            seed=card.seed,
            summary=prices.summary(card),
            limits=prices.LIMITS,
        )


def _method_errors(measured: price_card.MethodErrors) -> PriceMethodErrors:
    return PriceMethodErrors(
        method=PriceMethod(measured.method),
        random=_errors(measured.random),
        random_up_to_100=_errors(measured.random_up_to_100),
        newest=_errors(measured.newest),
        newest_up_to_100=_errors(measured.newest_up_to_100),
    )


def _errors(errors: price_card.Errors | None) -> PriceErrors | None:
    if errors is None:
        return None
    return PriceErrors(
        games=errors.games,
        rmse=errors.rmse,
        mae=errors.mae,
        median_absolute_error=errors.median_absolute_error,
        coverage=errors.coverage,
    )

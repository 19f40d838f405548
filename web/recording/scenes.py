"""The scenes of the film: the six questions, then the recommenders, as a newcomer asks them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from film import Film

__all__ = ["LANGUAGES", "SCENES", "Scene", "closing", "opening"]

LANGUAGES = ("en", "es")


class Scene(NamedTuple):
    """A scene by its name on the command line."""

    name: str
    play: Callable[[Film], None]


def opening(film: Film) -> None:
    """What it is about."""
    film.card(
        "playgraph",
        film.text(
            "Six questions about a game store, and recommendations that give their reasons.",
            "Seis preguntas sobre una tienda de juegos, y recomendaciones que dan sus razones.",
        ),
        film.text(
            "Recorded on demo data: names may be real, all numbers are invented.",
            "Grabado con datos de demostración: nombres a veces reales, cifras inventadas.",
        ),
    )


def developer(film: Film) -> None:
    """Questions 1 and 5."""
    page = film.page
    question = film.text("Question 1 · developer", "Pregunta 1 · developer")
    film.open()
    film.say(
        question,
        "How much does a developer publish each year, and how much of it is free?",
        "¿Cuánto publica una desarrolladora cada año, y qué parte es gratuita?",
    )
    film.choose(page.get_by_role("combobox").first, "valv", "Valve")
    film.say(
        question,
        "Items by release year; the free ones stand out.",
        "Artículos por año de lanzamiento; los gratuitos destacan.",
    )
    film.show(page.locator("table.table").first)
    film.say(
        question,
        "The table has the share of free items of each year.",
        "La tabla da el porcentaje de artículos gratuitos de cada año.",
    )
    film.show(page.locator("h1"))
    film.point(page.locator(".shares"))
    film.say(
        film.text("Question 5 · developer reviews", "Pregunta 5 · reseñas de la desarrolladora"),
        "What do the reviews of its games say? Their texts, by sentiment.",
        "¿Qué dicen las reseñas de sus juegos? Sus textos, por sentimiento.",
    )


def genre(film: Film) -> None:
    """Questions 3 and 2: a genre's players, then one of them."""
    page = film.page
    question = film.text("Question 3 · user for genre", "Pregunta 3 · usuario por género")
    film.open("/genre/Action")
    film.say(
        question,
        "Who plays a genre most, and from which years are the games they play?",
        "¿Quién juega más a un género, y de qué años son los juegos que se juegan?",
    )
    top = page.locator("table.bars a").first
    film.point(top)
    film.say(
        question,
        "This player has the most hours of action games.",
        "Este jugador acumula más horas en juegos de acción.",
    )
    film.click(top)
    question = film.text("Question 2 · user data", "Pregunta 2 · datos del usuario")
    film.say(
        question,
        "What has a player spent, how many games do they own, how often do they recommend?",
        "¿Cuánto ha gastado un jugador, cuántos juegos tiene, cuánto recomienda?",
    )
    film.point(page.locator(".facts dd").nth(1))
    film.say(
        question,
        "Money spent, hours played, and the share of reviews that recommend.",
        "Dinero gastado, horas jugadas y porcentaje de reseñas que recomiendan.",
    )
    film.show(page.locator(".cards"))
    film.say(
        film.text("Recommendations", "Recomendaciones"),
        "What to play next, and because of which games of the library.",
        "A qué jugar ahora, y por qué juegos de la biblioteca.",
    )


def best(film: Film) -> None:
    """Question 4."""
    page = film.page
    question = film.text("Question 4 · best developers", "Pregunta 4 · mejores desarrolladoras")
    film.open("/best?from=2014&to=2015")
    film.say(
        question,
        "Which developers had the most recommendations in a year?",
        "¿Qué desarrolladoras tuvieron más recomendaciones en un año?",
    )
    film.select(page.locator(".controls select").first, "2012")
    film.say(
        question,
        "Up to five years side by side: Valve keeps the first place.",
        "Hasta cinco años a la vez: Valve conserva el primer puesto.",
    )
    film.show(page.locator(".columns .section").first, above=40)
    film.wait(2.5)


def game(film: Film) -> None:
    """Question 6."""
    page = film.page
    question = film.text("Question 6 · similar games", "Pregunta 6 · juegos parecidos")
    film.open()
    film.say(
        question,
        "Which games are like one that I know? Type its name.",
        "¿Qué juegos se parecen a uno que conozco? Escribe su nombre.",
    )
    film.choose(page.get_by_role("combobox").first, "portal 2", "Portal 2")
    film.show(page.locator(".cards"), above=130)
    film.say(
        question,
        "Each with a score and a reason: players and tags in common.",
        "Cada uno con una puntuación y una razón: jugadores y etiquetas en común.",
    )
    film.point(page.locator(".slider input"))
    film.press("Tab")
    page.locator(".slider input").focus()
    film.press("ArrowRight", times=7)
    page.wait_for_timeout(400)
    film.settle()
    film.say(
        question,
        "More diversity: fewer games of the same kind.",
        "Más diversidad: menos juegos del mismo tipo.",
    )
    film.show(page.locator("h1"))
    film.point(page.locator(".chart").first)
    film.say(
        film.text("Price", "Precio"),
        "The price beside its estimate, and what moved the estimate.",
        "El precio junto a su estimación, y qué movió la estimación.",
    )


def for_me(film: Film) -> None:
    """Recommendations without an account."""
    page = film.page
    kind = film.text("Games for me", "Juegos para mí")
    film.open("/for-me")
    film.say(
        kind,
        "Recommendations for you, without an account: name a few games.",
        "Recomendaciones para ti, sin cuenta: nombra algunos juegos.",
    )
    add = page.get_by_role("combobox", name=film.text("Add a game", "Añadir un juego"))
    film.choose(add, "portal", "Portal 2")
    film.choose(add, "stardew", "Stardew Valley")
    hours = page.locator(".mine input").first
    film.type(hours, "120", clear=True)
    film.press("Tab")
    film.settle()
    film.say(
        kind,
        "Hours count: what you play more weighs more.",
        "Las horas cuentan: lo que más juegas pesa más.",
    )
    film.show(page.locator(".cards"), above=150)
    film.say(
        kind,
        "Every recommendation names the games it rests on.",
        "Cada recomendación nombra los juegos en que se apoya.",
    )
    film.click(page.get_by_role("checkbox"))
    film.say(
        kind,
        "Only free games. The address keeps it all: share it.",
        "Solo juegos gratuitos. La dirección lo guarda todo: compártela.",
    )


def verdict(film: Film) -> None:
    """Would I like it?"""
    page = film.page
    kind = film.text("Would I like it?", "¿Me gustaría?")
    film.open("/verdict")
    film.say(
        kind,
        "A film or a series: is it for you? Choose the title, rate one or two others.",
        "Una película o una serie: ¿es para ti? Elige el título y valora uno o dos más.",
    )
    title = page.get_by_role("combobox", name=film.text("Choose a title", "Elegir un título"))
    film.choose(title, "harbour of q", "The Harbour of Quillmoor")
    rated = page.get_by_role("combobox", name=film.text("Add a title", "Añadir un título"))
    film.choose(rated, "satellite", "The Satellite of Norhaven")
    film.choose(rated, "painted w", "Painted Wedding")
    film.select(page.locator(".mine select").first, "5")
    film.show(page.locator(".verdict"))
    film.say(
        kind,
        "The verdict, with the estimate and the range in which most ratings lie.",
        "El veredicto, con la estimación y el margen en que están la mayoría de valoraciones.",
    )
    film.show(page.locator(".reason").last)
    film.say(
        kind,
        "And what it rests on. If the title hardly matters, it says so.",
        "Y en qué se apoya. Si el título apenas influye, lo dice.",
    )


def platforms(film: Film) -> None:
    """Platforms compared."""
    page = film.page
    kind = film.text("Platforms", "Plataformas")
    film.open("/platforms")
    film.say(
        kind,
        "Four streaming platforms compared: titles, longest films, actors.",
        "Cuatro plataformas comparadas: títulos, películas más largas, actores.",
    )
    film.select(page.locator(".controls select").first, "2020")
    film.show(page.locator(".four").last)
    film.wait(2.0)
    film.click(page.locator(".four").last.locator("a").first)
    film.say(kind, "An actor, and all their titles.", "Un actor o actriz, y todos sus títulos.")


def query(film: Film) -> None:
    """From a view to its query."""
    page = film.page
    film.open("/developer/Valve")
    film.say(
        "GraphQL",
        "Every view is a query of the public API. See it, change it, run it.",
        "Cada vista es una consulta de la API pública. Mírala, cámbiala, ejecútala.",
    )
    link = page.locator(".page-head a.button")
    film.point(link)
    film.wait(0.6)
    address = link.get_attribute("href")
    assert address is not None
    page.goto(address)
    page.get_by_role("region", name="Operation Editor").locator(".view-lines").wait_for()
    page.wait_for_timeout(1_000)  # the editor draws its text a little later
    film.wait(1.5)
    film.click(page.get_by_role("button", name=re.compile("Execute query")))
    page.wait_for_timeout(1_000)
    film.say(
        "GraphQL",
        "The same answer as JSON, for your own program.",
        "La misma respuesta en JSON, para tu propio programa.",
    )


def closing(film: Film) -> None:
    """How to begin."""
    film.card(
        film.text("Try it", "Pruébalo"),
        "pip install . && playgraph serve --demo",
        "http://localhost:8000/explore",
    )


SCENES = [
    Scene("developer", developer),
    Scene("genre", genre),
    Scene("best", best),
    Scene("game", game),
    Scene("for-me", for_me),
    Scene("verdict", verdict),
    Scene("platforms", platforms),
    Scene("query", query),
]

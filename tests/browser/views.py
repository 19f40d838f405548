"""The views of the explorer, with keys of the demo world."""

__all__ = ["VIEWS"]

VIEWS = {
    "start": "",
    "search": "/search?q=star",
    "game": "/game/730",
    "developer": "/developer/Valve",
    "genre": "/genre/Action",
    "player": "/player/76561190001107381",
    "for me": "/for-me?games=730:20,219740:5",
    "for me, empty": "/for-me",
    "best": "/best?from=2013&to=2015",
    "year": "/year/2015",
    "title": "/title/hs21",
    "actor": "/actor/Thandiwe%20X.%20%C5%BBurawska",
    "verdict": "/verdict?title=hs21&ratings=as68:4.5",
    "verdict of a viewer": "/verdict?title=hs21&viewer=1000",
    "platforms": "/platforms?year=2020",
    "models": "/models",
    "data": "/data",
    "not found": "/developer/Valv",
    "no such view": "/nothing",
}

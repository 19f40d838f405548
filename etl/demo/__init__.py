"""etl.demo: a synthetic world in the raw dumps' own formats, with answers known by construction."""

from etl.demo.world import PUBLISHED_GAMES, PUBLISHED_USERS, DemoFiles, write_demo

__all__ = ["PUBLISHED_GAMES", "PUBLISHED_USERS", "DemoFiles", "write_demo"]

"""resolvers: the catalogue of one release year."""

from __future__ import annotations

from datastore.catalogue_years import CatalogueYear
from datastore.store import Store
from resolvers.arguments import check_year

__all__ = ["of_year"]


def of_year(store: Store, year: int) -> CatalogueYear:
    """The games of a release year, counted. Raises InvalidArgument for an impossible year."""
    return store.catalogue_years.of(check_year(year))

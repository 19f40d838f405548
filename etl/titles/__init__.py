"""etl.titles: streaming titles: catalogues of four platforms, and viewers' ratings."""

"""etl.spark: the build on a Spark cluster; only this room imports pyspark."""

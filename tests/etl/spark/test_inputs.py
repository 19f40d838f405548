"""Addresses become raw files: folders, patterns, and tables that Spark reads."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from datastore.base.errors import InputError
from etl.parts.folder import WorkFolder
from etl.snapshot.objects import Objects
from etl.spark.engine import SparkEngine
from etl.spark.inputs import raw_inputs
from etl.subjects import RAW_KINDS
from object_storage import ENVIRONMENT
from spark_session import spark_engine

pytestmark = [pytest.mark.spark, pytest.mark.slow]
__all__ = ["spark_engine"]


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    folder = tmp_path / "dumps"
    (folder / "2017").mkdir(parents=True)
    for name in ("b.json.gz", "a.json.gz", "2017/c.json.gz", "_SUCCESS", ".a.crc", "notes.txt"):
        (folder / name).write_text("x")
    return folder


def addresses(engine: SparkEngine, work: Path, kind: str, *written: str) -> list[tuple[str, str]]:
    from pyspark.sql import SparkSession

    spark = SparkSession.getActiveSession()
    assert spark is not None
    found = raw_inputs(spark, {kind: written}, RAW_KINDS, WorkFolder(work))
    assert {each.kind for each in found} <= {kind}
    return [(each.origin, each.address) for each in found]


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_folders_and_patterns_stand_for_their_files(
    spark_engine: SparkEngine, dumps: Path, tmp_path: Path, scheme: str
) -> None:
    def named(written: str) -> list[str]:
        found = addresses(spark_engine, tmp_path / "work", "items", f"{scheme}{written}")
        return [Path(address.removeprefix("file:")).as_posix() for _, address in found]

    assert named(f"{dumps}/a.json.gz") == [f"{dumps}/a.json.gz"]
    assert named(f"{dumps}/*.json.gz") == [f"{dumps}/a.json.gz", f"{dumps}/b.json.gz"]
    assert named(str(dumps)) == [
        f"{dumps}/{name}" for name in ("2017/c.json.gz", "a.json.gz", "b.json.gz", "notes.txt")
    ]


@pytest.mark.parametrize("address", ["s3", "gs"], indirect=True)
def test_objects_in_buckets_are_listed_and_read_by_the_workers(
    spark_engine: SparkEngine, address: str, dumps: Path, tmp_path: Path
) -> None:
    place, _, options = address.partition("?")
    for path in dumps.rglob("*"):
        if path.is_file():
            Objects(address).upload(path, f"_raw/{path.relative_to(dumps)}")

    def named(written: str) -> list[str]:
        found = addresses(spark_engine, tmp_path / "work", "items", f"{written}?{options}")
        assert all(each.endswith(f"?{options}") for _, each in found)
        return [each.partition("?")[0].removeprefix(f"{place}/_raw/") for _, each in found]

    assert named(f"{place}/_raw/a.json.gz") == ["a.json.gz"]
    assert named(f"{place}/_raw/*.json.gz") == ["a.json.gz", "b.json.gz"]
    assert named(f"{place}/_raw/[ac]*.gz") == ["a.json.gz"]
    whole = ["2017/c.json.gz", "a.json.gz", "b.json.gz", "notes.txt"]
    assert named(f"{place}/_raw/") == named(f"{place}/_raw") == whole
    with pytest.raises(InputError, match="no such file"):
        named(f"{place}/_raw/none.json.gz")
    spark_engine._context.environment.update(ENVIRONMENT)  # of the workers
    files = [(f"{place}/_raw/{name}?{options}", name) for name in whole[:2]]
    found = spark_engine.map_files(content, files, "files")
    assert list(found) == [(name, name.rsplit("/", 1)[-1], "x") for name in whole[:2]]


def content(path: Path, part: str) -> tuple[str, str, str]:
    return part, path.name, path.read_text()


def test_a_bucket_that_cannot_be_read_is_named(spark_engine: SparkEngine, tmp_path: Path) -> None:
    nowhere = "s3://bucket/a.gz?scheme=http&endpoint_override=127.0.0.1:1&region=us-east-1"
    with pytest.raises(InputError, match="s3://bucket cannot be used"):
        addresses(spark_engine, tmp_path / "work", "items", nowhere)


def test_the_order_is_the_given_one(spark_engine: SparkEngine, dumps: Path, tmp_path: Path) -> None:
    written = [f"{dumps}/b.json.gz", f"{dumps}/a.json.gz"]
    assert addresses(spark_engine, tmp_path / "work", "items", *written) == [
        ("", address) for address in written
    ]


def test_nothing_at_an_address_is_an_error(spark_engine: SparkEngine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none/\*\.gz cannot be read: there is no such file"):
        addresses(spark_engine, tmp_path / "work", "items", f"{tmp_path}/none/*.gz")


def test_platforms_come_from_in_front_or_from_the_names(
    spark_engine: SparkEngine, tmp_path: Path
) -> None:
    for name in ("hulu.csv", "netflix.csv", "x.csv"):
        (tmp_path / name).write_text("x")
    written = (f"{tmp_path}/[hn]*.csv", f"amazon={tmp_path}/x.csv")
    assert addresses(spark_engine, tmp_path / "work", "titles", *written) == [
        ("hulu", f"{tmp_path}/hulu.csv"),
        ("netflix", f"{tmp_path}/netflix.csv"),
        ("amazon", f"{tmp_path}/x.csv"),
    ]


def test_a_parquet_table_of_records_becomes_json_lines(
    spark_engine: SparkEngine, tmp_path: Path
) -> None:
    from pyspark.sql import SparkSession

    spark = SparkSession.getActiveSession()
    assert spark is not None
    lines = [
        {"user_id": "ann", "items": [{"item_id": "10", "item_name": "A", "playtime_forever": 5}]},
        {"user_id": "bob", "items": []},
    ]
    (tmp_path / "items.json").write_text("\n".join(map(json.dumps, lines)))
    spark.read.json(f"file://{tmp_path}/items.json").write.parquet(f"file://{tmp_path}/table")
    found = addresses(spark_engine, tmp_path / "work", "items", f"{tmp_path}/table")
    rows = [json.loads(line) for _, path in found for line in Path(path).read_text().splitlines()]
    assert rows == lines


def test_parquet_files_of_ratings_are_read_as_they_are(
    spark_engine: SparkEngine, tmp_path: Path
) -> None:
    (tmp_path / "part-0.parquet").write_text("x")
    assert addresses(spark_engine, tmp_path / "work", "ratings", str(tmp_path)) == [
        ("", f"{tmp_path}/part-0.parquet")
    ]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("s3a://bucket/a.json.gz", "Class org.apache.hadoop.fs.s3a.S3AFileSystem not found"),
        ("hdfs://no.such.host.invalid:9000/a.json.gz", "no.such.host.invalid"),
        ("unknown://host/a.json.gz", 'No FileSystem for scheme "unknown"'),
    ],
)
def test_what_spark_cannot_read_is_an_error_of_one_line(
    spark_engine: SparkEngine, tmp_path: Path, address: str, reason: str
) -> None:
    with pytest.raises(InputError) as failure:
        addresses(spark_engine, tmp_path / "work", "items", address)
    message = str(failure.value)
    assert message.startswith(f"{address} cannot be read by Spark: ") and reason in message
    assert "\n" not in message and "Exception:" not in message and not message.endswith("..")


def test_a_broken_table_is_an_error(spark_engine: SparkEngine, tmp_path: Path) -> None:
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "a.parquet").write_text("no table")
    with pytest.raises(InputError, match=r"table cannot be read by Spark: .*footer"):
        addresses(spark_engine, tmp_path / "work", "items", str(tmp_path / "table"))


def test_texts_of_a_table_pass_csv_as_they_are(spark_engine: SparkEngine, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    spark = SparkSession.getActiveSession()
    assert spark is not None
    texts = ['The "Best" of, all', "  blanks  ", "back\\slash", '"']
    rows = [(f"s{number}", text) for number, text in enumerate(texts)]
    frame = spark.createDataFrame(rows, "show_id string, title string")
    frame.coalesce(1).write.parquet(f"file://{tmp_path}/table")
    found = addresses(spark_engine, tmp_path / "work", "titles", f"netflix={tmp_path}/table")
    with Path(found[0][1]).open(newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == texts

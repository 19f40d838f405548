"""The example alerts and dashboard: valid PromQL over metrics and labels that the server has."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from harness import TestClient
from thorough import thorough_only

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
#: Labels that Prometheus adds to each scraped metric, and its own metric of a scrape.
SCRAPED = {"instance", "job"}
#: The dashboard's variables, with values that Grafana could give them.
VARIABLES = {"$__rate_interval": "1m", "$instance": ".*"}


def rules() -> dict[str, dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def panels() -> dict[str, dict[str, Any]]:
    return {panel["title"]: panel for panel in json.loads(DASHBOARD.read_text())["panels"]}


def with_values(expression: str) -> str:
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    return expression


def expressions() -> dict[str, str]:
    dashboard = json.loads(DASHBOARD.read_text())
    found = {name: rule["expr"] for name, rule in rules().items()}
    for title, panel in panels().items():
        for target in panel["targets"]:
            found[f"{title} {target['refId']}"] = with_values(target["expr"])
    for annotation in dashboard["annotations"]["list"]:
        found[annotation["name"]] = with_values(annotation["expr"])
    return found


def selectors(expression: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Metric and label matchers of each selector; values are "" unless the matcher is `=`."""
    pending: list[Any] = [promql_parser.parse(expression)]
    while pending:
        node = pending.pop()
        if isinstance(node, promql_parser.VectorSelector):
            matchers = node.matchers.matchers
            yield (
                node.name,
                {m.name: m.value if str(m.op) == "MatchOp.Equal" else "" for m in matchers},
            )
        for part in ("lhs", "rhs", "expr", "vector_selector", "vs", "param"):
            child = getattr(node, part, None)
            if isinstance(child, promql_parser.Expr):
                pending.append(child)
        pending.extend(getattr(node, "args", None) or [])


@pytest.fixture(scope="module")
def exposed(demo_client: TestClient) -> dict[str, list[dict[str, str]]]:
    """Labels of all samples of a server that has had some of each kind of request."""
    query = {"query": "query Games { games { totalCount } }"}
    demo_client.post("/graphql", json=query)
    demo_client.post("/graphql", json={"query": "{"})
    demo_client.get("/nothing")
    found: dict[str, list[dict[str, str]]] = {"up": [{}]}
    for family in text_string_to_metric_families(demo_client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


@pytest.mark.parametrize("name", expressions())
def test_an_expression_asks_for_metrics_and_labels_that_exist(
    exposed: dict[str, list[dict[str, str]]], name: str
) -> None:
    asked = list(selectors(expressions()[name]))
    assert asked
    for metric, matchers in asked:
        assert metric in exposed
        labels = {label for sample in exposed[metric] for label in sample}
        assert matchers.keys() <= labels | SCRAPED
        for label in matchers.keys() - SCRAPED - {"demo", "outcome", "reason"}:
            assert matchers[label] in {sample[label] for sample in exposed[metric]}


@pytest.mark.parametrize("name", expressions())
def test_an_expression_groups_by_labels_that_exist(
    exposed: dict[str, list[dict[str, str]]], name: str
) -> None:
    expression = expressions()[name]
    labels = {
        label
        for metric, _ in selectors(expression)
        for sample in exposed[metric]
        for label in sample
    }
    for group in re.findall(r"by \(([^)]*)\)", expression):
        assert set(re.split(r",\s*", group)) <= labels | SCRAPED


@pytest.mark.parametrize(("name", "rule"), rules().items(), ids=rules())
def test_an_alert_says_what_happened_and_what_to_do(name: str, rule: dict[str, Any]) -> None:
    assert name.startswith("Playgraph")
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"].keys() == {"summary", "description"}
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "0m"))


def test_values_that_alerts_wait_for_are_those_of_the_server() -> None:
    from server.observe.metrics import outcome

    outcomes = {outcome(500, {}), outcome(400, {"error": "X"})}
    asked = {
        matchers["outcome"]
        for rule in rules().values()
        for _, matchers in selectors(rule["expr"])
        if "outcome" in matchers
    }
    assert asked == outcomes == {"failed", "refused"}
    assert "OVERLOADED" in (ROOT / "server" / "guard" / "turns.py").read_text(encoding="utf-8")


def test_panels_have_titles_of_their_own_and_do_not_overlap() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    assert len(panels()) == len(dashboard["panels"])
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


@pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="needs promtool, of Debian's package prometheus; the tests above parse the same rules",
)
@thorough_only("takes five seconds")
def test_alerts_fire_when_they_should() -> None:
    for command in (["check", "rules", str(ALERTS)], ["test", "rules", "alerts_test.yml"]):
        ended = subprocess.run(
            ["promtool", *command], cwd=Path(__file__).parent, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

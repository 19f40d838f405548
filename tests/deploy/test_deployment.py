"""The files of deploy/ name settings, options, paths and files that playgraph has."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from datastore.base.environment import load_settings
from datastore.base.setting_rules import PREFIX
from datastore.base.settings import TABLE, Settings
from datastore.store import Store
from etl.snapshot.addresses import bucket_of, folder_of
from harness import TestClient
from server.cli.checks import _BUILDING, _required
from server.cli.main import commands
from serving import serving

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
YAML = [path for path in FILES if path.suffix == ".yaml"]
SETTINGS = {setting.variable: setting for setting in TABLE}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "playgraph.service").read_text(encoding="utf-8")
#: What a server runs without: the packages that the image of the server leaves out.
LEFT_OUT = re.search(r"uninstall --yes \\\n([a-z \-]+)", DOCKERFILE)


def named(path: Path) -> str:
    return str(path.relative_to(DEPLOY))


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def of_kind(name: str, kind: str) -> dict[str, Any]:
    (found,) = (document for document in documents(name) if document["kind"] == kind)
    return found


def values(node: Any) -> Iterator[tuple[str, str]]:
    """Settings with their values, as a mapping or as `name` or `key` with a `value`."""
    if isinstance(node, dict):
        name = node.get("name", node.get("key"))
        if isinstance(name, str) and name.startswith(PREFIX) and "value" in node:
            yield name, node["value"]
        for key, value in node.items():
            if isinstance(key, str) and key.startswith(PREFIX):
                yield key, value
            yield from values(value)
    elif isinstance(node, list):
        for entry in node:
            yield from values(entry)


def parse(arguments: list[str]) -> None:
    """Parse a command line of playgraph without running it. Raises click.UsageError,
    and ValueError for the value of a setting."""
    command: click.Command = commands
    context = click.Context(command, info_name="playgraph", **command.context_settings)
    while isinstance(command, click.Group):
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command, context = found, click.Context(found, context, found.name)
    options, rest, _ = command.make_parser(context).parse_args(arguments)
    assert not rest
    for setting in TABLE:
        if isinstance(options.get(setting.name), str):
            setting.parse(options[setting.name])


#: A command of playgraph in a block of a page, in a unit, or in a container of compose.yaml.
_COMMAND = re.compile(
    r"^(?:ExecStart=| *)(?:sudo -u playgraph )?"
    r"(?:(?:\S*/)?playgraph|docker compose run --rm tools|docker run .* playgraph-tools) "
    r"([a-z][^#\n]*)$",
    re.MULTILINE,
)


def command_lines(path: Path) -> list[list[str]]:
    """The command lines of playgraph in a file, without `playgraph` itself."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in _COMMAND.findall(text)]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_names_settings_that_playgraph_has(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    others = {"PLAYGRAPH_MOTO_SERVER"}  # a command for check.sh
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text)) <= set(SETTINGS) | others


@pytest.mark.parametrize("path", YAML, ids=named)
def test_settings_have_values_that_playgraph_accepts(path: Path) -> None:
    for document in documents(named(path)):
        for name, value in values(document):
            assert isinstance(value, str), f"{name} is {value!r}: quote it"
            if "${" not in value:
                SETTINGS[name].parse(value)


def test_the_image_sets_what_playgraph_accepts() -> None:
    given = dict(re.findall(rf"({PREFIX}[A-Z_]+)=(\S+)", DOCKERFILE))
    assert given["PLAYGRAPH_PROFILE"] == "production"
    for name, value in given.items():
        SETTINGS[name].parse(value)


@pytest.mark.parametrize("name", ["README.md", "playgraph.service"])
def test_a_file_names_commands_and_options_that_playgraph_has(name: str) -> None:
    found = command_lines(DEPLOY / name)
    assert found
    for arguments in found:
        parse(arguments)


def test_an_unknown_option_would_be_found() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(["serve", "--prot", "1"])
    with pytest.raises(ValueError, match="it must be"):
        parse(["serve", "--profile", "live"])


def test_a_job_builds_with_options_that_playgraph_has() -> None:
    (container,) = of_kind("kubernetes/build.yaml", "Job")["spec"]["template"]["spec"]["containers"]
    parse(container["args"])
    assert container["args"][0] == "build"


def test_the_image_has_all_packages_of_the_wheel_and_all_that_it_copies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M)
        for source in line.split()[:-1]
    }
    sent = set(re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.M))
    assert set(packages) <= copied
    assert copied == sent
    assert {name for name in copied if not (ROOT / name).exists()} == set()


def test_the_image_of_a_snapshot_holds_no_secret_and_no_raw_data() -> None:
    text = (DEPLOY / "Dockerfile.snapshot").read_text(encoding="utf-8")
    copied = {
        source for line in re.findall(r"^COPY (.+)$", text, re.M) for source in line.split()[:-1]
    }
    # Not even by a pattern: an ignore file next to a Dockerfile is not known to every builder.
    assert copied == {"current", "forgotten.jso[n]", "snapshots"}


def test_images_run_as_a_user_without_rights() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE, flags=re.M)
    for stage in stages:
        users = re.findall(r"^USER (\S+)$", stage, re.M)
        assert not users or users[-1] == "10001:10001"
    assert sum("USER 10001:10001" in stage for stage in stages) == 3


def test_the_server_answers_every_question_without_what_its_image_leaves_out(
    full_demo_folder: Path,
) -> None:
    assert LEFT_OUT is not None
    modules = [{"scikit-learn": "sklearn"}.get(name, name) for name in LEFT_OUT[1].split()]
    assert {"pandas", "scipy", "sklearn"} <= set(modules)
    required = {requirement.name for requirement in _required()}
    assert set(LEFT_OUT[1].split()) & required <= _BUILDING  # a warning of playgraph doctor
    program = """
import json, re, sys
from pathlib import Path
sys.modules.update(dict.fromkeys(sys.argv[2].split(",")))  # importing one of them fails
import server.app, server.cli.main, server.cli.serve
from datastore.store import Store
from etl.snapshot.addresses import bucket_of, folder_of
from schema.context import Context
from schema.graph import graphql_schema
from server.execution.executor import Executor
from server.http.errors import ErrorExtensions
store, executor = Store.open(Path(sys.argv[1])), Executor(graphql_schema(), ErrorExtensions)
for page in sorted(Path("docs/queries").glob("*.md")):
    pattern = r"```(graphql|json variables|json)\\n(.*?)```"
    blocks = dict(re.findall(pattern, page.read_text(), re.DOTALL))
    variables = json.loads(blocks.get("json variables", "{}"))
    found = executor.execute(blocks["graphql"], variables, context=Context(store))
    assert json.loads(found.body).keys() == json.loads(blocks["json"]).keys(), page
    print(page.stem)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, full_demo_folder, ",".join(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(list((ROOT / "docs" / "queries").glob("*.md")))


def health_check(port: int) -> int:
    text = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE, re.S | re.M)
    assert text is not None
    program, *arguments = json.loads(text[1])
    assert program == "python3"
    environment = {**os.environ, "PLAYGRAPH_PORT": str(port)}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True)
    return done.returncode


def test_the_health_check_succeeds_while_the_server_answers(data_dir: Path, store: Store) -> None:
    settings = Settings(data_dir=data_dir, profile="production", root_path="/games")
    with serving(settings, store) as (_, port):
        assert health_check(port) == 0
    assert health_check(port) != 0


def probes() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, kind in (
        ("kubernetes/server.yaml", "Deployment"),
        ("cloud-run.yaml", "Service"),
        ("cloud-run-storage.yaml", "Service"),
    ):
        (container,) = of_kind(name, kind)["spec"]["template"]["spec"]["containers"]
        for probe, given in container.items():
            if probe.endswith("Probe"):
                yield f"{name}: {probe}", given, container


@pytest.mark.parametrize(
    ("probe", "container"), [pytest.param(*rest, id=name) for name, *rest in probes()]
)
def test_a_probe_asks_for_a_path_of_the_server(
    demo_client: TestClient, probe: dict[str, Any], container: dict[str, Any]
) -> None:
    assert demo_client.get(probe["httpGet"]["path"]).status_code == 200
    ports = {port.get("name"): port["containerPort"] for port in container["ports"]}
    port = probe["httpGet"]["port"]
    assert ports.get(port, port) == 8000


def test_render_asks_for_a_path_of_the_server(demo_client: TestClient) -> None:
    services = documents("render.yaml")[0]["services"]
    assert [service["runtime"] for service in services] == ["docker", "image", "image"]
    for service in services:
        assert demo_client.get(service["healthCheckPath"]).status_code == 200
        assert {"key": "PORT", "value": "8000"} in service["envVars"]
    assert (ROOT / services[0]["dockerfilePath"]).is_file()


def test_a_rolling_update_always_leaves_the_servers_that_were_asked_for() -> None:
    deployment = of_kind("kubernetes/server.yaml", "Deployment")
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (_, pause) = container["lifecycle"]["preStop"]["exec"]["command"]
    needed = int(pause) + SETTINGS["PLAYGRAPH_SHUTDOWN_SECONDS"].default
    assert pod["terminationGracePeriodSeconds"] > needed


@pytest.mark.parametrize("name", ["kubernetes/server.yaml", "kubernetes/build.yaml"])
def test_a_pod_has_no_rights_and_a_limit_of_memory(name: str) -> None:
    kind = {"kubernetes/server.yaml": "Deployment", "kubernetes/build.yaml": "Job"}[name]
    pod = of_kind(name, kind)["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"] == ("2Gi" if kind == "Job" else "512Mi")
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts["cache"] == dict(re.findall(r"(\w+)=(\S+)", DOCKERFILE))["XDG_CACHE_HOME"]
    assert {volume["name"] for volume in pod["volumes"]} == set(mounts)


@pytest.mark.parametrize(
    "name", ["render.yaml", "cloud-run-storage.yaml", "kubernetes/server.yaml"]
)
def test_a_server_without_a_volume_fetches_from_an_address(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    given = [dict(values(document)) for document in documents(name)]
    (address,) = (found for each in given if (found := each.get("PLAYGRAPH_DATA_DIR")))
    assert folder_of(address) is None
    bucket_of(address)
    assert load_settings(options={"data_dir": address}).storage == address


def test_a_job_and_the_servers_use_the_same_storage() -> None:
    pods = [
        of_kind(name, kind)["spec"]["template"]["spec"]["containers"][0]
        for name, kind in (
            ("kubernetes/build.yaml", "Job"),
            ("kubernetes/server.yaml", "Deployment"),
        )
    ]
    assert pods[0]["envFrom"] == pods[1]["envFrom"]
    assert of_kind("kubernetes/server.yaml", "ConfigMap")["metadata"]["name"] == "playgraph"


def test_the_ingress_publishes_the_prefix_and_the_service_finds_the_pods() -> None:
    (rule,) = of_kind("kubernetes/server.yaml", "Ingress")["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    config = of_kind("kubernetes/server.yaml", "ConfigMap")["data"]
    assert path["path"] == config["PLAYGRAPH_ROOT_PATH"]
    labels = of_kind("kubernetes/server.yaml", "Deployment")["spec"]["template"]["metadata"]
    service = of_kind("kubernetes/server.yaml", "Service")
    assert service["spec"]["selector"] == labels["labels"]
    assert path["backend"]["service"]["name"] == service["metadata"]["name"]


def test_compose_publishes_the_proxy_only_and_keeps_file_systems_read_only() -> None:
    services = documents("compose.yaml")[0]["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    for service in services.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
    for name in ("server", "tools"):
        build = services[name]["build"]
        assert f"AS {build['target']}\n" in DOCKERFILE
        assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert services["server"]["mem_limit"] == "512m"


def test_the_proxy_of_compose_closes_idle_connections_before_the_server() -> None:
    proxy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    server = documents("compose.yaml")[0]["services"]["server"]["environment"]
    kept = re.search(r"keepalive (\d+)s", proxy)
    assert kept is not None
    assert int(kept[1]) < int(server["PLAYGRAPH_IDLE_SECONDS"])
    assert "{$UPSTREAM:server:8000}" in proxy
    assert "encode" not in proxy  # the server compresses


def test_the_service_stops_gracefully() -> None:
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", UNIT, re.M)
    assert seconds is not None
    assert int(seconds[1]) > SETTINGS["PLAYGRAPH_SHUTDOWN_SECONDS"].default


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_service_and_finds_it_hardened(tmp_path: Path) -> None:
    installed = tmp_path / "playgraph.service"
    # The installation at /opt is not of this machine.
    installed.write_text(UNIT.replace("/opt/playgraph/bin/playgraph", "/bin/true"))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", installed], capture_output=True, text=True
    )
    complaints = [line for line in verified.stderr.splitlines() if str(installed) in line]
    assert complaints == []
    graded = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", installed],
        capture_output=True,
        text=True,
    )
    assert graded.returncode == 0, graded.stdout[-200:]


@pytest.mark.parametrize("name", ["check.sh", "slim.sh"])
def test_a_script_has_no_syntax_error(name: str) -> None:
    subprocess.run(["bash", "-n", DEPLOY / name], check=True)

"""How many processes a build uses, on machines and in containers written into a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from etl.process.limits import Limits, limits, worker_count

MB = 1 << 20
OWN = float(len(os.sched_getaffinity(0)))  # no container allows more than the test's own cores


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine of 8 GB without control groups."""
    write(tmp_path, {"proc/meminfo": "MemTotal:        8388608 kB\nMemFree:  1 kB\n"})
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def test_without_control_groups_the_machine_is_the_limit(root: Path) -> None:
    assert limits(root) == Limits(OWN, 8192 * MB)


def test_where_nothing_can_be_read_only_the_cores_are_known(tmp_path: Path) -> None:
    assert limits(tmp_path) == Limits(OWN, None)


@pytest.mark.parametrize("name", ["memory.max", "memory.high"])
def test_a_container_of_version_2_limits_cores_and_memory(root: Path, name: str) -> None:
    write(root, {
        "proc/self/cgroup": "0::/\n",
        "sys/fs/cgroup/cpu.max": "50000 100000\n",
        f"sys/fs/cgroup/{name}": f"{512 * MB}\n",
    })  # fmt: skip
    assert limits(root) == Limits(0.5, 512 * MB, grouped=True)


def test_a_container_of_version_1_limits_cores_and_memory(root: Path) -> None:
    write(root, {
        "proc/self/cgroup": "5:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/docker/abc\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "25000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{768 * MB}\n",
    })  # fmt: skip
    assert limits(root) == Limits(0.25, 768 * MB, grouped=True)


def test_controllers_of_version_1_may_be_mounted_in_another_order(root: Path) -> None:
    write(root, {
        "proc/self/cgroup": "2:cpuacct,cpu:/docker/abc\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "25000\n",
        "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    })  # fmt: skip
    (root / "sys/fs/cgroup/cpu").symlink_to("cpu,cpuacct")
    assert limits(root) == Limits(0.25, 8192 * MB)


def test_the_tightest_of_nested_groups_counts(root: Path) -> None:
    write(root, {
        "proc/self/cgroup": "0::/user.slice/build.scope\n",
        "sys/fs/cgroup/user.slice/cpu.max": "30000 100000\n",
        "sys/fs/cgroup/user.slice/build.scope/cpu.max": "max 100000\n",
        "sys/fs/cgroup/user.slice/memory.max": f"{2048 * MB}\n",
        "sys/fs/cgroup/user.slice/build.scope/memory.max": f"{1024 * MB}\n",
        "sys/fs/cgroup/other.slice/memory.max": "1\n",
    })  # fmt: skip
    assert limits(root) == Limits(0.3, 1024 * MB, grouped=True)


@pytest.mark.parametrize(
    "files",
    [
        {"cpu.max": "max 100000\n", "memory.max": "max\n"},
        {"cpu.max": "", "memory.max": "nonsense\n", "cpuset.cpus.effective": "\n"},
        {"cpu.max": "100000 0\n", "memory.limit_in_bytes": "9223372036854771712\n"},
        {
            "cpu.cfs_quota_us": "-1\n",
            "cpu.cfs_period_us": "100000\n",
            "memory.limit_in_bytes": "-1",
        },
    ],
    ids=["max", "no numbers", "largest number", "minus one"],
)
def test_a_group_without_a_limit_limits_nothing(root: Path, files: dict[str, str]) -> None:
    write(root, {"proc/self/cgroup": "0::/\n"})
    write(root, {f"sys/fs/cgroup/{name}": content for name, content in files.items()})
    assert limits(root) == Limits(OWN, 8192 * MB)


def test_a_set_of_processors_limits_the_cores(root: Path) -> None:
    write(root, {
        "proc/self/cgroup": "3:cpuset:/\n",
        "sys/fs/cgroup/cpuset/cpuset.effective_cpus": "7\n",
    })  # fmt: skip
    assert limits(root).cores == 1


@pytest.mark.parametrize(
    ("cores", "megabytes", "jobs"),
    [(8, None, 8), (2, 8192, 2), (0.5, 8192, 1), (2.5, 8192, 3), (64, 512, 1), (64, 480, 1),
     (64, 1024, 14)],
)  # fmt: skip
def test_the_default_is_a_job_per_core_as_far_as_the_memory_goes(
    cores: float, megabytes: int | None, jobs: int
) -> None:
    allowed = Limits(cores, None if megabytes is None else megabytes * MB)
    assert worker_count(0, allowed) == (jobs, "")


def test_more_jobs_than_cores_are_taken_at_their_word() -> None:
    assert worker_count(8, Limits(2, 8192 * MB)) == (8, "")


def test_more_jobs_than_the_memory_holds_are_reduced_with_a_warning() -> None:
    assert worker_count(32, Limits(2, 512 * MB)) == (
        1,
        "32 jobs need about 1,720 MB of memory, but 512 MB are allowed: using 1.",
    )


def test_memory_that_may_not_be_enough_for_one_job_is_a_warning() -> None:
    jobs, warning = worker_count(0, Limits(2, 200 * MB))
    assert jobs == 1
    assert warning.startswith("Only 200 MB of memory are allowed. ")
    assert "needs about 480 MB" in warning

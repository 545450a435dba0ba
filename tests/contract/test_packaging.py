"""What is built is whole: it runs from a wheel in an environment that has no checkout."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import yaml

import mentorflow
from mentorflow_workers.channels.settings import PREFIX, ChannelSettings
from project import ROOT, installed_files

WORKFLOWS = "workflows/mentorflow_workflows"

pytestmark = pytest.mark.xdist_group("packaging")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel alone; it borrows the dependencies that are installed here.

    The line in the .pth file adds the folder, and not what the .pth files in there add: the
    checkout stays out of reach.
    """
    folder = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    packages = next(folder.glob("lib*/python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    install = ["install", "--quiet", "--no-index", "--no-deps", "--ignore-installed"]
    _run(sys.executable, "-m", "pip", "--python", folder, *install, wheel, cwd=folder)
    return folder


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        missing = set(installed_files()) - set(archive.namelist())

    assert missing == set()


def test_the_wheel_holds_nothing_but_the_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}

    assert {top for top in tops if not top.startswith("mentorflow")} == set()


@pytest.mark.parametrize(
    "package", ["mentorflow", "mentorflow_workflows", "mentorflow_workers", "mentorflow_server"]
)
def test_an_installed_package_is_imported(environment: Path, package: str) -> None:
    code = f"import {package}; print({package}.__file__)"
    imported = _run(environment / "bin" / "python", "-c", code, cwd=environment)

    assert Path(imported.strip()).is_relative_to(environment)


def test_the_installed_command_line_answers(environment: Path) -> None:
    text = _run(environment / "bin" / "mentorflow", "--help", cwd=environment)

    assert "mentorflow" in text


def test_the_wheel_holds_the_templates_of_every_message(wheel: Path) -> None:
    messages = yaml.safe_load((ROOT / WORKFLOWS / "mentorship.yaml").read_text())["messages"]
    with zipfile.ZipFile(wheel) as archive:
        missing = {f"mentorflow_workflows/messages/{name}.j2" for name in messages} - set(
            archive.namelist()
        )

    assert missing == set()


def test_an_installed_message_can_be_worded(environment: Path) -> None:
    mentorflow = environment / "bin" / "mentorflow"

    html = _run(mentorflow, "messages", "show", "completed", "--html", cwd=environment)

    assert "What happens next" in html


def test_the_package_knows_its_version(wheel: Path) -> None:
    assert wheel.name.startswith(f"mentorflow-{mentorflow.__version__}-")


@pytest.mark.parametrize("service", ["migrate", "worker"])
def test_the_composed_services_run_commands_that_exist(environment: Path, service: str) -> None:
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][service]

    text = _run(environment / "bin" / "mentorflow", *composed["command"], "--help", cwd=environment)

    assert "--db" in text


def test_the_composed_services_set_what_is_read() -> None:
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    named = {name for service in composed.values() for name in service.get("environment", {})}
    channels = {f"{PREFIX}{name.upper()}" for name in ChannelSettings.model_fields}

    ours = {name for name in named if name.startswith(PREFIX)}
    assert ours - channels == {
        "MENTORFLOW_DB",
        "MENTORFLOW_REDIS",
        "MENTORFLOW_LOG_FORMAT",
        "MENTORFLOW_SECRET_KEY",
        "MENTORFLOW_WEBHOOK_NETWORKS",
    }
    assert ours & channels >= {"MENTORFLOW_SMTP_URL", "MENTORFLOW_APPRISE"}


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

"""A wheel built from the tree answers a question in an environment of its own."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, TOP],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_answers_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)})
    )
    python = environment / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile",
         "--target", packages, wheel],
        check=True,
        capture_output=True,
    )  # fmt: skip
    # The dependencies are those of this environment, which `make` installed from the same
    # pyproject.toml; its editable chuhai is not among them (a nested .pth is not read).
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("CHUHAI_", "PYTHON"))}
    result = subprocess.run(
        [python, "-m", "chuhai.cli", "ask", "--json", "展会有什么缺点？"],
        cwd=tmp_path,
        env={**environ, "CHUHAI_HOME": str(tmp_path / "home")},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr.decode()
    answer = json.loads(result.stdout)
    assert "66%" in answer["answer"]
    where = subprocess.run(
        [python, "-c", "import chuhai; print(chuhai.__file__)"],
        cwd=tmp_path, env=environ, capture_output=True, check=True,
    )  # fmt: skip
    assert str(environment) in where.stdout.decode()

import importlib.util
from pathlib import Path

import pytest

from crisismap import paths


def test_checkout_data() -> None:
    assert paths.data_path() == Path(paths.__file__).resolve().parents[1] / "data"
    assert paths.data_path("lexicons", "demonyms.csv").is_file()


def test_missing_file_is_a_path() -> None:
    assert not paths.data_path("no", "such", "file").exists()


@pytest.mark.parametrize(("inside", "expected"), [(True, "site/crisismap/data"), (False, "site/data")])
def test_wheel_data_wins(tmp_path: Path, inside: bool, expected: str) -> None:
    package = tmp_path / "site" / "crisismap"
    (tmp_path / "site" / "data").mkdir(parents=True)
    (package / "data" if inside else package).mkdir(parents=True)
    module_file = package / "paths.py"
    module_file.write_text(Path(paths.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("installed_paths", module_file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.data_path("x") == (tmp_path / expected / "x").resolve()

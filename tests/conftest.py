import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.load_profile("ci")  # the same examples at every run; `make fuzz` looks for new ones


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder for prepared model files; up to 550 MB, so it does not outlive the run."""
    folder = tmp_path_factory.mktemp("model-cache")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def milvus_lite(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Milvus's own double in one process."""
    return str(tmp_path_factory.mktemp("lite") / "engine.db")

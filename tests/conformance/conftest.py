"""The engines that the suites of this folder run against, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.launcher import running


@pytest.fixture(scope="package")
def milvus_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("cluster") / "run") as cluster:
        yield cluster.uri

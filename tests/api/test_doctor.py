from __future__ import annotations

from api.doctor import Check, cuda_packages, examine
from corpus.errors import StoreUnavailable


def test_no_cuda_package_is_installed() -> None:
    assert cuda_packages() == ()


def test_a_probe_that_fails_becomes_a_check_that_says_how_to_mend_it() -> None:
    def damaged() -> str:
        raise StoreUnavailable("corpus.sqlite is damaged; restore a backup")

    checks = list(examine({"python": lambda: "3.11.7", "documents": damaged}))
    assert checks == [
        Check("python", ok=True, found="3.11.7"),
        Check("documents", ok=False, found="corpus.sqlite is damaged; restore a backup"),
    ]

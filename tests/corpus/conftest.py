"""The maker of small PDF files, for the tests of this floor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.corpus import pdf_samples

MakePdf = Callable[..., bytes]


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    return pdf_samples.make_pdf

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SnapshotCorrupt, SnapshotMismatch
from index.manifest import FORMAT, FileInfo, Manifest, Recipe, SegmentInfo, from_json, to_json
from index.ports import EncoderIdentity

NAMES = st.text(max_size=12)
COUNTS = st.integers(0, 10**9)
SEGMENTS = st.builds(
    SegmentInfo,
    id=NAMES,
    documents=COUNTS,
    passages=COUNTS,
    windows=COUNTS,
    dense=st.sampled_from(["flat-fp16", "ivf-pq4"]),
    files=st.dictionaries(NAMES, st.builds(FileInfo, COUNTS, NAMES), max_size=3),
    masked=st.lists(COUNTS, max_size=4).map(tuple),
)
MANIFESTS = st.builds(
    Manifest,
    recipe=st.builds(Recipe, st.builds(EncoderIdentity, NAMES, NAMES, COUNTS, NAMES, NAMES), NAMES, NAMES),
    corpus_revision=COUNTS,
    documents=COUNTS,
    passages=COUNTS,
    segments=st.lists(SEGMENTS, max_size=3).map(tuple),
    created=st.datetimes(timezones=st.just(UTC)),
)
ONE = Manifest(
    Recipe(EncoderIdentity("model", "rev", 8), "analyzer", "chunker"),
    3,
    2,
    5,
    (SegmentInfo("s", 2, 5, 9, "flat-fp16", {"a.bin": FileInfo(4, "ab")}, (1,)),),
    datetime(2024, 5, 1, tzinfo=UTC),
)


@given(MANIFESTS)
def test_a_manifest_survives_its_json(manifest: Manifest) -> None:
    again = from_json(json.loads(json.dumps(to_json(manifest))), "name")
    assert again == manifest
    assert again.id == manifest.id


@given(MANIFESTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_equal_inputs_have_one_id_at_any_time(manifest: Manifest, later: timedelta) -> None:
    assert replace(manifest, created=datetime(2024, 1, 1, tzinfo=UTC) + later).id == manifest.id


@pytest.mark.parametrize(
    "changed",
    [
        replace(ONE, corpus_revision=4),
        replace(ONE, documents=1),
        replace(ONE, segments=()),
        replace(ONE, segments=(replace(ONE.segments[0], masked=()),)),
        replace(ONE, segments=(replace(ONE.segments[0], files={"a.bin": FileInfo(4, "ac")}),)),
        replace(ONE, recipe=replace(ONE.recipe, analyzer="other")),
        replace(ONE, recipe=replace(ONE.recipe, encoder=EncoderIdentity("model", "rev", 9))),
    ],
)
def test_other_inputs_have_another_id(changed: Manifest) -> None:
    assert changed.id != ONE.id


@pytest.mark.parametrize("given_format", [FORMAT + 1, 0, None, "1"])
def test_another_format_is_refused_with_both_numbers_and_the_command(given_format: Any) -> None:
    with pytest.raises(
        SnapshotMismatch, match=rf"abc has format {given_format}, .* format {FORMAT}\. Run: muhojir init"
    ):
        from_json({**to_json(ONE), "format": given_format}, "abc")


@pytest.mark.parametrize(
    "damage",
    [
        {"recipe": {}},
        {"segments": [{}]},
        {"created": "yesterday"},
        {"segments": 3},
        {"recipe": {"encoder": {"model": 1}}},
    ],
)
def test_a_damaged_manifest_is_refused_with_the_command(damage: dict[str, Any]) -> None:
    with pytest.raises(SnapshotCorrupt, match=r"snapshot abc is damaged .* Run: muhojir init"):
        from_json({**to_json(ONE), **damage}, "abc")


@pytest.mark.parametrize("missing", ["documents", "passages", "segments", "created", "recipe", "corpus_revision"])
def test_a_manifest_without_a_field_is_damaged(missing: str) -> None:
    data = to_json(ONE)
    del data[missing]
    with pytest.raises(SnapshotCorrupt, match=missing):
        from_json(data, "abc")

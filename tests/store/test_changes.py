"""What an edit changed, field by field."""

import json

import pytest

from myositis_desktop.store.changes import changes


def _of(before: object, after: object) -> dict[str, object]:
    return dict(changes(json.dumps(before).encode(), json.dumps(after).encode()))


def test_a_finding_is_told_whole_with_its_unit() -> None:
    before = {"findings": {"body.weight": {"value": "80", "unit": "kg"}, "skin.heliotrope": "present"}}
    after = {"findings": {"body.weight": {"value": "81", "unit": "kg"}, "lab.ck": {"value": "5", "unit": "U/L"}}}
    assert _of(before, after) == {
        "/findings/body.weight": ({"value": "80", "unit": "kg"}, {"value": "81", "unit": "kg"}),
        "/findings/skin.heliotrope": ("present", None),
        "/findings/lab.ck": (None, {"value": "5", "unit": "U/L"}),
    }


def test_lists_are_told_by_place() -> None:
    before = {"visits": [{"on": "2026-05-01", "findings": {"a": "present"}}], "therapy": []}
    after = {"visits": [{"on": "2026-05-01", "findings": {"a": "absent"}}], "therapy": [{"drug": "prednisone"}]}
    assert _of(before, after) == {
        "/visits/0/findings/a": ("present", "absent"),
        "/therapy/0": (None, {"drug": "prednisone"}),
    }


def test_keys_are_escaped_as_json_pointers_are() -> None:
    assert _of({"a/b~c": 1}, {"a/b~c": 2}) == {"/a~1b~0c": (1, 2)}


def test_nothing_changed_is_nothing_told() -> None:
    assert _of({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}) == {}


def test_the_clinics_own_keys_are_told_whole() -> None:
    assert _of({"x-note": {"deep": 1}}, {"x-note": {"deep": 2}}) == {"/x-note": ({"deep": 1}, {"deep": 2})}


@pytest.mark.parametrize("broken", [b"{", b"\xff\x00", b"[" * 100_000])
def test_a_broken_file_is_one_field(broken: bytes) -> None:
    told = changes(broken, b'{"a":1}')
    assert list(told) == [""]
    assert told[""][1] == {"a": 1}

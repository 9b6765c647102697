"""The hazards: every test that stands beside a hazard exists."""

from tests.knowledge.naming import document, exists, named

HAZARDS = document("hazards.md")
ROWS = [line for line in HAZARDS.splitlines() if line.startswith("| ") and not line.startswith("| Hazard")]


def test_every_hazard_has_a_control_and_a_test() -> None:
    assert len(ROWS) > 25
    for row in ROWS:
        hazard, control, tests = (cell.strip() for cell in row.strip("|").split("|"))
        assert hazard, row
        assert control, row
        assert named(tests), row


def test_every_test_that_is_named_exists() -> None:
    assert [name for row in ROWS for name in named(row) if not exists(name)] == []


def test_a_test_that_does_not_exist_is_seen() -> None:
    assert not exists("tests/knowledge/test_hazards.py::test_of_nothing")
    assert not exists("tests/knowledge/test_nothing.py::test_of_nothing")
    assert not exists("06-no-such-row")
    assert exists("06-mild-half")

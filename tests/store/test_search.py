"""Patients are found by the beginning of any word, without accents, in any order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myositis_desktop.model.case import Patient
from myositis_desktop.store import audit, patients
from myositis_desktop.store.database import Stamp, Store
from myositis_desktop.store.search import fold, index_words, match_of

PEOPLE = (
    Patient(date(1968, 4, 2), "female", "R-1001", "Müller-Łódź", "Anne-Marie"),
    Patient(date(1970, 12, 31), "male", "R-1002", "O'Brien", "Seán"),
    Patient(date(1971, 1, 1), "male", "X/77", "Straße", "Øyvind Æsir"),
    Patient(date(1972, 1, 1), "female", "4711", "山田", "太郎"),
    Patient(date(1973, 1, 1), "female", "", "İpek", "Işıl"),
    Patient(date(1974, 1, 1), "male", "R-10", "김", "철수"),
    Patient(date(1975, 1, 1), "unknown", "", "Đặng", "Þór"),
    Patient(date(1976, 1, 1), "male", "", "", ""),
)


@pytest.fixture
def crowd(store: Store, stamp: Callable[[], Stamp], case_file: bytes) -> Store:
    for person in PEOPLE:
        patients.add_patient(store, person, case_file, stamp())
    return store


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("mull", [1]),
        ("MÜLLER", [1]),
        ("muller-lodz", [1]),
        ("lodz marie", [1]),
        ("müllerłódź", [1]),
        ("annemar", [1]),
        ("u\u0308", []),
        ("obr", [2]),
        ("o'brien sean", [2]),
        ("brien", [2]),
        ("strasse", [3]),
        ("oyv aes", [3]),
        ("77", [3]),
        ("x/77", [3]),
        ("山", [4]),
        ("田太", [4]),
        ("ipek isil", [5]),
        ("İPEK", [5]),
        ("철", [6]),
        ("dang thor", [7]),
        ("r-1001", [1]),
        ("R1001", [1]),
        ("1001", [1]),
        ("r", [6, 2, 1]),
        ("r-10", [6, 2, 1]),
        ("1968-04-02", [1]),
        ("02.04.1968", [1]),
        ("1968", [1]),
        ("197", [8, 7, 6, 5, 4, 3, 2]),
        ("marie 1969", []),
        ("arie", [1][:0]),
        ("zzz", []),
        ("\"'*()-", []),
        ("NEAR(a b) OR NOT", []),
        ("", [8, 7, 6, 5, 4, 3, 2, 1]),
        ("   ", [8, 7, 6, 5, 4, 3, 2, 1]),
    ],
)
def test_search_finds_whom_it_should(text: str, ids: list[int], crowd: Store) -> None:
    assert [row.id for row in patients.search(crowd, text)] == ids


def test_a_row_tells_what_the_list_shows(crowd: Store) -> None:
    row = patients.search(crowd, "mull")[0]
    assert (row.family_name, row.given_name, row.birth_date) == ("Müller-Łódź", "Anne-Marie", date(1968, 4, 2))
    assert (row.sex, row.record_number, row.has_signed_plan) == ("female", "R-1001", False)
    assert row.last_edited.isoformat() == "2026-11-20T09:01:00+00:00"


def test_pages_follow_on_one_another(crowd: Store) -> None:
    pages = [patients.search(crowd, "", limit=3, offset=n) for n in (0, 3, 6)]
    assert [row.id for page in pages for row in page] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_who_was_edited_comes_first_and_is_found_by_the_new_name(crowd: Store, stamp: Callable[[], Stamp]) -> None:
    renamed = replace(PEOPLE[0], family_name="Nowak")
    assert patients.save_draft(crowd, 1, renamed, b'{"patient":{"family_name":"Nowak"}}', stamp())
    assert patients.search(crowd)[0].id == 1
    assert [row.id for row in patients.search(crowd, "nowak")] == [1]
    assert patients.search(crowd, "mull") == ()


@given(st.text(max_size=40))
def test_any_typed_text_is_a_query_that_runs(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert match_of(text).count('"') % 2 == 0


NAME = st.text(st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0xFFFF), min_size=1, max_size=12)


@given(family=NAME, given_name=NAME)
def test_a_patient_is_indexed_by_what_a_search_for_the_name_asks(family: str, given_name: str) -> None:
    words = index_words(Patient(date(1968, 4, 2), "female", "R-1", family, given_name)).split()
    for asked in match_of(family).replace("(", "").replace(")", "").split(" OR ")[0].split(" AND "):
        assert asked == "" or asked.removesuffix("*").strip('"') in words


def test_any_text_reaches_the_database_unharmed(crowd: Store) -> None:
    for text in ("'; DROP TABLE patients; --", "\x00", "a\x00b", "\ud800", "%_", "a" * 10_000, "a " * 5_000, "🂡", '""'):
        patients.search(crowd, text)
    assert len(patients.search(crowd)) == len(PEOPLE)


def test_the_draft_is_what_was_last_saved(crowd: Store, stamp: Callable[[], Stamp]) -> None:
    assert patients.save_draft(crowd, 2, PEOPLE[1], b'{"a":1}', stamp())
    head = audit.audit_head(crowd)
    assert not patients.save_draft(crowd, 2, PEOPLE[1], b'{"a":1}', stamp())
    assert audit.audit_head(crowd) == head
    assert patients.draft_bytes(crowd, 2) == b'{"a":1}'

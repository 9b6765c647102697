"""Backups are thinned as they age, and the newest one always stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_desktop.store.backup import backups_in, kept_of, thin

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def _make(folder: Path, made: datetime, mark: str = "") -> Path:
    one = folder / (made.strftime("%Y-%m-%dT%H%M%S.%fZ") + mark)
    one.mkdir(parents=True)
    for name in ("clinic.db", "keys.json", "clinic-root.pem"):
        (one / name).write_bytes(b"12345")
    return one


def test_two_years_of_half_hours_become_some_dozens() -> None:
    moments = [NOW - timedelta(minutes=30 * n) for n in range(2 * 365 * 48)]
    kept = kept_of(moments, NOW)
    assert {NOW, NOW - timedelta(minutes=30)} <= kept
    assert len(kept) <= 2 + 24 + 14 + 8 + 24
    ages = sorted(NOW - m for m in kept)
    assert ages[-1] > timedelta(days=680)
    assert sum(age <= timedelta(days=1) for age in ages) >= 24
    assert sum(age <= timedelta(days=14) for age in ages) >= 24 + 12


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_the_newest_stays_and_thinning_again_changes_nothing(minutes: list[int]) -> None:
    moments = [NOW - timedelta(minutes=m) for m in minutes]
    kept = kept_of(moments, NOW)
    assert max(moments) in kept
    assert kept <= set(moments)
    assert kept_of(sorted(kept), NOW) == kept


@settings(max_examples=20)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=40))
def test_making_and_thinning_in_turn_keeps_something_of_each_day(steps: list[int]) -> None:
    """The backups of two weeks ago are still there when they were thinned on each of the days between."""
    now, kept = NOW, set[datetime]()
    days = set[object]()
    for step in steps:
        now += timedelta(minutes=step)
        days.add(now.date())
        kept = kept_of([*kept, now], now)
    recent = sorted(days, key=str)[-14:]
    assert {m.date() for m in kept} >= set(recent)


def test_only_backups_are_removed(tmp_path: Path) -> None:
    old = [_make(tmp_path, NOW - timedelta(days=400, minutes=n)) for n in range(3)]
    marked = _make(tmp_path, NOW - timedelta(days=400, minutes=9), "-before-step-2")
    newest = _make(tmp_path, NOW)
    other = tmp_path / "2026 photographs"
    other.mkdir()
    (tmp_path / "replaced-2025-01-01T000000.000000Z").mkdir()
    (tmp_path / "2020-01-01T000000.000000Z").mkdir()  # the name of a backup, without its files
    assert [b.folder for b in backups_in(tmp_path)] == [newest, *old, marked]
    assert backups_in(tmp_path)[0].size == 5
    gone = thin(tmp_path, NOW)
    assert set(gone) == set(old[1:])
    assert {p.name for p in tmp_path.iterdir()} >= {newest.name, old[0].name, marked.name, other.name}
    assert (tmp_path / "2020-01-01T000000.000000Z").exists()


def test_a_folder_that_is_not_there_has_no_backups(tmp_path: Path) -> None:
    assert backups_in(tmp_path / "gone") == ()
    assert thin(tmp_path / "gone", NOW) == ()

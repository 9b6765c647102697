"""The settings file: written whole, read however it looks."""

from decimal import Decimal
from pathlib import Path

import pytest

from myositis_desktop.errors import UserError
from myositis_desktop.store.settings import Machine, Settings, read_machine, read_settings, write_settings


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    chosen = Settings(language="de", theme="dark", scale=125, lock_minutes=5, page_size="Letter")
    write_settings(tmp_path / "settings.toml", chosen)
    assert read_settings(tmp_path / "settings.toml") == chosen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml at all [",
        "scale = 5000\ntheme = 'pink'\nlanguage = 'ENGLISH'\nlock_minutes = true\npage_size = 4",
        "later = 'a setting of a later version'",
        "\x00",
    ],
)
def test_what_makes_no_sense_gives_the_defaults(text: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(text)
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_one_wrong_value_does_not_spoil_the_others(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("scale = 1\nlanguage = 'fr'")
    assert read_settings(tmp_path / "settings.toml") == Settings(language="fr")


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_a_value_that_makes_no_sense_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="lock_minutes"):
        write_settings(tmp_path / "settings.toml", Settings(lock_minutes=0))
    assert not (tmp_path / "settings.toml").exists()


# --- the administrator's file ---

RULES = """
profile = "/srv/clinic"
clinic_name = "Hill clinic"
lock_minutes = 5
theme = "contrast"
strengths_mg = "5 20 2.5"
"""


@pytest.fixture
def rules(tmp_path: Path) -> Machine:
    (tmp_path / "machine.toml").write_text(RULES)
    return read_machine(tmp_path / "machine.toml")


def test_the_administrators_rules_apply_where_the_clinic_says_nothing(rules: Machine, tmp_path: Path) -> None:
    assert (rules.profile, rules.clinic_name) == (Path("/srv/clinic"), "Hill clinic")
    (tmp_path / "settings.toml").write_text("theme = 'dark'")
    found = read_settings(tmp_path / "settings.toml", rules)
    assert (found.theme, found.lock_minutes, found.page_size) == ("dark", 5, "A4")
    assert found.strengths == (Decimal(20), Decimal(5), Decimal("2.5"))


def test_the_clinic_may_lock_sooner_but_never_later(rules: Machine, tmp_path: Path) -> None:
    for wanted, applies in ((60, 5), (2, 2)):
        (tmp_path / "settings.toml").write_text(f"lock_minutes = {wanted}")
        assert read_settings(tmp_path / "settings.toml", rules).lock_minutes == applies


def test_no_administrators_file_sets_nothing(tmp_path: Path) -> None:
    assert read_machine(tmp_path / "machine.toml") == Machine()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("lock_minuts = 5", "lock_minuts"),
        ("lock_minutes = 0", "lock_minutes"),
        ("profile = 'clinic'", "profile"),
        ("strengths_mg = '2,5'", "strengths_mg"),
        ("strengths_mg = '0'", "strengths_mg"),
        ("clinic_name = 5", "clinic_name"),
        ("not toml [", "cannot be read"),
    ],
)
def test_a_rule_that_makes_no_sense_is_named_and_stops(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "machine.toml").write_text(text)
    with pytest.raises(UserError, match=named):
        read_machine(tmp_path / "machine.toml")

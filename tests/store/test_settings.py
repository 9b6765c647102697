"""The settings file: written whole, read however it looks."""

from pathlib import Path

import pytest

from myositis_desktop.store.settings import Settings, read_settings, write_settings


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

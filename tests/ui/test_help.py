"""Manual, About and diagnostics: whole, true, and without anything of a patient."""

import re
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from myositis_desktop import __version__
from myositis_desktop.assets import asset
from myositis_desktop.ui.about import AboutDialog
from myositis_desktop.ui.diagnostics import DiagnosticsDialog
from myositis_desktop.ui.manual import ManualDialog, pages
from myositis_desktop.ui.shortcuts import KEYS, ON_FORMS
from myositis_desktop.ui.workbench import Workbench


def test_about_tells_version_use_knowledge_and_every_licence(bench: Workbench) -> None:
    bench.show_about()
    about = bench.findChildren(AboutDialog)[-1]
    said = about.said.text()
    assert __version__ in said
    assert bench.clinic.pack.sha256 in said
    assert bench.clinic.root_fingerprint in said
    assert "not a registered medical device" in said
    parts = about.parts.toPlainText()
    for name, licence in (("reportlab", "BSD"), ("pyHanko", "MIT"), ("Qt", "LGPL-3.0-only"), ("Noto Sans", "OFL-1.1")):
        assert re.search(rf"^{name}\b.*: .*{licence}", parts, re.MULTILINE)


def test_the_manual_is_whole(bench: Workbench) -> None:
    bench.show_manual()
    manual = bench.findChildren(ManualDialog)[-1]
    assert len(pages()) >= 9
    for row, (title, text) in enumerate(pages()):
        manual.list.setCurrentRow(row)
        assert manual.text.toPlainText().startswith(title)
        for picture in re.findall(r"!\[.*?\]\((.*?)\)", text):
            assert asset("resources", "manual", picture).is_file()
            assert manual.text.document().resource(2, picture) is not None
    assert manual.text.openLinks() is False


def test_the_manual_names_keys_as_they_are() -> None:
    known = {key for key, _ in (*KEYS.values(), *ON_FORMS)}
    named = {key for _, text in pages() for key in re.findall(r"\b(?:Ctrl|Shift)\+(?:Shift\+)?[A-Z0-9,][0-9]?", text)}
    assert named
    assert named <= known


def test_diagnostics_run_the_self_check_and_name_no_patient(opened: Workbench, qtbot: QtBot) -> None:
    opened.show_diagnostics()
    shown = opened.findChildren(DiagnosticsDialog)[-1]
    qtbot.waitUntil(lambda: shown.state.text() == "Every part works.", timeout=60_000)
    shown._copy()
    report = QGuiApplication.clipboard().text()
    assert "All parts work." in report
    assert report.count("ok      ") >= 5
    assert str(opened.clinic.folder) in report
    assert "LINDQVIST" not in report
    assert "DEMO-001" not in report
    assert str(Path.home()) not in report.replace(str(opened.clinic.folder), "")


def test_closing_diagnostics_ends_the_check(bench: Workbench) -> None:
    bench.show_diagnostics()
    shown = bench.findChildren(DiagnosticsDialog)[-1]
    check = shown.check
    shown.accept()
    assert check.state() == check.ProcessState.NotRunning

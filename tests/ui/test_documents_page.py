"""The documents page: the very bytes, signing that asks, drafts that are marked, and verification."""

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from myositis_desktop.clinic import FiledDocument
from myositis_desktop.model.case import Patient
from myositis_desktop.ui.dialogs import MessageDialog
from myositis_desktop.ui.document_entries import entries_of
from myositis_desktop.ui.documents_page import DocumentsPage
from myositis_desktop.ui.history_page import HistoryPage
from myositis_desktop.ui.pdf_view import PdfPane
from myositis_desktop.ui.printing import print_pdf
from myositis_desktop.ui.sign_dialog import SignDialog
from myositis_desktop.ui.verify_dialog import VerifyDialog
from myositis_desktop.ui.withdraw_dialog import WithdrawDialog
from myositis_desktop.ui.workbench import Workbench
from tests.ui.conftest import PASSPHRASE, START, WAIT

SLOW = 30_000
SIGNED = ["Treatment plan", "Taper plan", "Pharmacy sheet", "Monitoring calendar", "Letter summary"]


@pytest.fixture
def page(opened: Workbench, qtbot: QtBot) -> DocumentsPage:
    opened.show_page("documents")
    qtbot.waitUntil(lambda: opened.documents.pane is not None, timeout=SLOW)
    return opened.documents


def frame(page: DocumentsPage) -> str:
    """What stands in the frame above the pages."""
    assert page.pane is not None
    return page.pane.said


def text_of(data: bytes) -> str:
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    out = "\n".join(document.getAllText(p).text() for p in range(document.pageCount()))
    document.close()
    return out


def sign(page: DocumentsPage, qtbot: QtBot, passphrase: str = PASSPHRASE) -> SignDialog:
    page.sign_button.click()
    dialog = page.findChild(SignDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.passphrase, passphrase)
    dialog.go.click()
    return dialog


def test_what_is_shown_unsigned_are_the_bytes_that_would_be_signed(page: DocumentsPage) -> None:
    patient = page.session.patient_id
    assert patient is not None
    assert page.pane is not None
    assert frame(page).startswith("NOT SIGNED.")
    assert page.pane.data == page.session.clinic.preview(patient, "treatment", None)
    assert [e.title for e in page.entries] == [*SIGNED, "Work-up request", "Blank intake form"]


def test_each_line_of_the_list_shows_its_own_document(page: DocumentsPage, qtbot: QtBot) -> None:
    heads = {
        "treatment": "Treatment at a glance",
        "taper": "Calendar to tick off",
        "pharmacy": "tablets of each step",
        "monitoring": "By date",
        "letter": "Dear colleague",
        "workup": "Please do",
        "intake": "it never means no",
    }
    for row, entry in enumerate(page.entries):
        page.list.setCurrentRow(row)
        qtbot.waitUntil(lambda kind=entry.kind: heads[kind] in text_of(page.pane.data), timeout=SLOW)  # type: ignore[union-attr,misc]


def test_signing_names_everything_and_files_both_plans(page: DocumentsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.signed, timeout=SLOW):
        dialog = sign(page, qtbot)
        assert dialog.documents == tuple(SIGNED)
        assert dialog.signer == "Dr Anna Example"
    titles = [e.title for e in page.entries if e.filed]
    assert titles == [f"{title} P-2026-0001" for title in SIGNED]
    qtbot.waitUntil(lambda: frame(page).startswith("Signed by Dr Anna Example"), timeout=SLOW)
    assert page.pane is not None
    assert page.entry is not None
    assert page.entry.filed is not None
    assert page.pane.data == page.session.clinic.document(page.entry.filed.id)


def test_a_wrong_passphrase_signs_nothing(page: DocumentsPage, qtbot: QtBot) -> None:
    dialog = sign(page, qtbot, "five words in a row")
    qtbot.waitUntil(dialog.trouble.isVisible, timeout=SLOW)
    assert "Nothing was signed" in dialog.trouble.accessibleName()
    assert dialog.isVisible()
    patient = page.session.patient_id
    assert patient is not None
    assert page.session.clinic.filed(patient) == ()
    dialog.reject()


def test_a_nameless_patient_is_not_signed_for(page: DocumentsPage, opened: Workbench) -> None:
    case = opened.session.open_case
    nameless = Patient(case.patient.birth_date, case.patient.sex)
    opened.session.edit(type(case)(nameless, case.assessed_on, case.findings))
    page.sign()
    told = opened.findChild(MessageDialog)
    assert told is not None
    assert "record number, family name, given name" in told.said.text()
    assert opened.findChild(SignDialog) is None


def test_an_unsigned_export_is_marked_as_a_draft_and_a_signed_one_is_the_filed_file(
    page: DocumentsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, signed = tmp_path / "draft.pdf", tmp_path / "signed.pdf"
    monkeypatch.setattr(page, "ask_save", lambda *_: draft)
    page.export()
    qtbot.waitUntil(draft.exists, timeout=SLOW)
    assert "DRAFT" in text_of(draft.read_bytes())
    assert page.pane is not None
    assert "DRAFT" not in text_of(page.pane.data)
    with qtbot.waitSignal(page.signed, timeout=SLOW):
        sign(page, qtbot)
    monkeypatch.setattr(page, "ask_save", lambda *_: signed)
    page.export()
    qtbot.waitUntil(signed.exists, timeout=SLOW)
    assert page.entry is not None
    assert page.entry.filed is not None
    assert signed.read_bytes() == page.session.clinic.document(page.entry.filed.id)


def test_an_export_that_fails_is_told(
    page: DocumentsPage, qtbot: QtBot, opened: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "ask_save", lambda *_: tmp_path / "missing" / "x.pdf")
    page.export()
    qtbot.waitUntil(lambda: opened.findChild(MessageDialog) is not None, timeout=SLOW)
    told = opened.findChild(MessageDialog)
    assert told is not None
    assert "could not be written" in told.said.text()


def test_a_signed_file_is_good_and_a_changed_one_is_not(
    page: DocumentsPage, qtbot: QtBot, opened: Workbench, tmp_path: Path
) -> None:
    with qtbot.waitSignal(page.signed, timeout=SLOW):
        sign(page, qtbot)
    assert page.entry is not None
    assert page.entry.filed is not None
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    data = page.session.clinic.document(page.entry.filed.id)
    good.write_bytes(data)
    bad.write_bytes(data.replace(b"/Title", b"/Tittl", 1))
    verdicts = []
    for path in (good, bad):
        page.verify_path(path)
        qtbot.waitUntil(lambda: opened.findChild(VerifyDialog) is not None, timeout=SLOW)
        dialog = opened.findChild(VerifyDialog)
        assert dialog is not None
        verdicts.append(dialog.verdict)
        dialog.accept()
        qtbot.waitUntil(lambda: opened.findChild(VerifyDialog) is None, timeout=WAIT)
    assert verdicts == ["good", "bad"]


def test_a_plan_that_is_not_current_cannot_be_signed(page: DocumentsPage, opened: Workbench, qtbot: QtBot) -> None:
    case = opened.session.open_case
    opened.session.edit(type(case)(case.patient, case.patient.birth_date.replace(year=1950), case.findings))
    qtbot.waitUntil(lambda: bool(opened.session.problems), timeout=WAIT)
    assert not page.sign_button.isEnabled()
    assert page.entries == []


def test_every_page_is_printed(page: DocumentsPage, tmp_path: Path) -> None:
    assert page.pane is not None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    pane = PdfPane()
    pane.show_pdf(page.pane.data[:])
    count = print_pdf(pane.document, printer)
    printed = QPdfDocument()
    printed.load(str(tmp_path / "printed.pdf"))
    assert printed.pageCount() == count == page.pane.document.pageCount()
    printed.close()
    pane.deleteLater()


def filed(id_: int, kind: str, number: str, supersedes: str | None = None) -> FiledDocument:
    return FiledDocument(id_, kind, number, START, "Dr Anna Example", "0" * 64, supersedes)


def test_what_was_superseded_says_by_what() -> None:
    documents = (filed(3, "treatment", "P-2", "P-1"), filed(1, "treatment", "P-1"), filed(2, "taper", "P-1"))
    found = entries_of(documents, ("treatment",))
    assert [(e.title, e.superseded_by) for e in found] == [
        ("Treatment plan", ""),
        ("Treatment plan P-2", ""),
        ("Treatment plan P-1", "P-2"),
        ("Taper plan P-1", "P-2"),
    ]


def test_the_history_opens_a_signed_plan(page: DocumentsPage, qtbot: QtBot, opened: Workbench) -> None:
    with qtbot.waitSignal(page.signed, timeout=SLOW):
        sign(page, qtbot)
    opened.show_page("history")
    history = opened.page("history")
    assert isinstance(history, HistoryPage)
    assert [e.title for e in history.events] == ["Plan P-2026-0001", "Assessment"]
    history.open_plan.emit("P-2026-0001")
    assert opened.shown is page
    assert page.entry is not None
    assert page.entry.title == "Treatment plan P-2026-0001"


def _signed_entry(page: DocumentsPage, qtbot: QtBot) -> None:
    sign(page, qtbot)
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.filed is not None, timeout=SLOW)


def test_nobody_countersigns_the_own_plan(page: DocumentsPage, qtbot: QtBot) -> None:
    assert not page.counter_button.isEnabled()
    _signed_entry(page, qtbot)
    page.counter_button.click()
    dialog = page.findChildren(SignDialog)[-1]
    assert dialog.meaning.currentData() == "countersigner"
    qtbot.keyClicks(dialog.passphrase, PASSPHRASE)
    dialog.go.click()
    qtbot.waitUntil(lambda: "somebody else has to countersign" in dialog.trouble.accessibleName(), timeout=SLOW)
    assert page.entry is not None
    assert page.entry.filed is not None
    assert page.entry.filed.countersigner is None
    dialog.reject()


def test_a_withdrawn_plan_is_marked_and_its_notice_is_listed(page: DocumentsPage, qtbot: QtBot) -> None:
    _signed_entry(page, qtbot)
    page.withdraw_button.click()
    dialog = page.findChild(WithdrawDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.passphrase, PASSPHRASE)
    dialog.go.click()
    qtbot.waitUntil(lambda: "with a reason" in dialog.trouble.accessibleName(), timeout=SLOW)
    dialog.why.setCurrentIndex(1)
    qtbot.keyClicks(dialog.reason, "Findings of somebody else")
    dialog.go.click()
    qtbot.waitUntil(lambda: any(e.kind == "withdrawal" for e in page.entries), timeout=SLOW)
    filed = [e for e in page.entries if e.filed is not None]
    assert [e.kind for e in filed] == ["treatment", "taper", "pharmacy", "monitoring", "letter", "withdrawal"]
    assert "WITHDRAWN: wrong patient" in filed[0].under
    assert "WITHDRAWN" not in filed[-1].under
    qtbot.waitUntil(lambda: "Do not follow" in frame(page), timeout=SLOW)
    assert not page.withdraw_button.isEnabled()
    assert not page.counter_button.isEnabled()
    assert "Findings of somebody else" in text_of(page.session.clinic.document(filed[-1].filed.id))  # type: ignore[union-attr]

"""Certificates, the trust kit and the letterhead in the window; keys that lie elsewhere at signing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from pytestqt.qtbot import QtBot

from myositis_desktop.documents.identity import make_root, make_signer
from myositis_desktop.documents.trust import write_trust
from myositis_desktop.ui.dialogs import ConfirmDialog
from myositis_desktop.ui.kit import show_letterhead, show_trust
from myositis_desktop.ui.letterhead_dialog import LetterheadDialog
from myositis_desktop.ui.sign_dialog import SignDialog
from myositis_desktop.ui.time_stamp_dialog import TimeStampDialog
from myositis_desktop.ui.trust_dialog import SecretDialog, TrustDialog
from myositis_desktop.ui.workbench import Workbench
from tests.documents.test_letterhead import _picture
from tests.ui.conftest import PASSPHRASE

SLOW = 30_000
AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def trust(opened: Workbench) -> TrustDialog:
    show_trust(opened)
    found = opened.findChild(TrustDialog)
    assert found is not None
    return found


def test_another_clinic_is_trusted_only_after_its_fingerprint_was_shown(trust: TrustDialog, opened: Workbench) -> None:
    other = make_root("Valley clinic", AT)
    trust.confirm_trust(write_trust(other, (), (), AT), "signer")
    asked = trust.findChild(ConfirmDialog)
    assert asked is not None
    before = len(opened.clinic.signatures.trust().roots)
    assert asked.windowTitle() == "Trust Valley clinic?"
    asked.go.click()
    roots = opened.clinic.signatures.trust().roots
    assert len(roots) == before + 1
    assert x509.load_pem_x509_certificate(other.cert_pem) in roots


def test_whom_another_clinic_trusts_is_not_trusted_here(trust: TrustDialog, opened: Workbench) -> None:
    other, third = make_root("Valley clinic", AT), make_root("Third clinic", AT)
    file = write_trust(other, (), (), AT, roots=[third.cert_pem], time_roots=[third.cert_pem])
    opened.clinic.signatures.trust_authority(file, "signer")
    seen = opened.clinic.signatures.trust()
    assert x509.load_pem_x509_certificate(third.cert_pem) not in (*seen.roots, *seen.time_roots)
    trust.attempt(lambda: trust.confirm_trust(b"hello", "signer"))
    assert "not a certificate file" in trust.trouble.accessibleName()


def test_wall_sheet_and_trust_file_are_written(
    trust: TrustDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "ask_save", lambda _title, name, _kinds: tmp_path / name)
    trust.wall.click()
    trust.file.click()
    assert (tmp_path / "clinic-root-certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert b"BEGIN CERTIFICATE" in (tmp_path / "Hill-clinic-trust.pem").read_bytes()


def test_a_certificate_is_renewed_and_the_old_one_taken_back(
    trust: TrustDialog, opened: Workbench, qtbot: QtBot
) -> None:
    patient = opened.session.patient_id
    assert patient is not None
    opened.clinic.sign(patient, PASSPHRASE, "author")
    trust.refresh()
    trust.renew.click()
    asked = trust.findChild(SecretDialog)
    assert asked is not None
    qtbot.keyClicks(asked.secret, "not this one at all")
    asked.go.click()
    qtbot.waitUntil(lambda: "wrong" in asked.trouble.accessibleName(), timeout=SLOW)
    asked.secret.setText(PASSPHRASE)
    with qtbot.waitSignal(asked.finished, timeout=SLOW):
        asked.go.click()
    trust.list.setCurrentRow(0)
    trust.take_back.click()
    confirm = trust.findChild(ConfirmDialog)
    assert confirm is not None
    confirm.go.click()
    (old,) = opened.clinic.signatures.certificates()
    assert (bool(old.revoked), old.why) == (True, "key-compromise")
    assert not trust.take_back.isEnabled()


def test_a_key_file_signs_from_the_window(opened: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    hospital = make_root("Hospital", AT)
    opened.clinic.signatures.trust_authority(hospital.cert_pem, "signer")
    file = tmp_path / "key.p12"
    file.write_bytes(make_signer(hospital, "Dr Anna Example", "of the hospital", AT))
    opened.show_page("documents")
    opened.documents.sign()
    dialog = opened.findChild(SignDialog)
    assert dialog is not None
    dialog.key.kind.setCurrentIndex(1)
    assert dialog.secret_name.text() == "Passphrase of the key file"
    dialog.go.click()
    assert "Choose the key file" in dialog.trouble.accessibleName()
    dialog.key.use(file)
    qtbot.keyClicks(dialog.passphrase, "of the hospital")
    with qtbot.waitSignal(opened.documents.signed, timeout=SLOW):
        dialog.go.click()
    patient = opened.session.patient_id
    assert patient is not None
    filed = opened.clinic.filed(patient)[0]
    assert opened.clinic.verify(opened.clinic.document(filed.id)).signatures[0].issuer == "Hospital"
    stamp = TimeStampDialog(opened.clinic, filed, lambda: None, opened)
    stamp.write_request(tmp_path / "a.tsq")
    assert (tmp_path / "a.tsq").read_bytes()[:1] == b"0"
    stamp.read_reply(file)
    assert "not that of a time-stamping authority" in stamp.trouble.accessibleName()
    stamp.reject()


def test_the_letterhead_is_kept_in_the_clinic_file_and_printed(opened: Workbench) -> None:
    show_letterhead(opened)
    dialog = opened.findChild(LetterheadDialog)
    assert dialog is not None
    dialog.address.setPlainText("1 Hill Road\n" * 12)
    dialog.keep.click()
    assert "8 lines" in dialog.trouble.accessibleName()
    dialog.address.setPlainText(" 1 Hill Road \nHilltown")
    dialog.show_logo(_picture("PNG"))
    dialog.keep.click()
    assert opened.clinic.letterhead.address == "1 Hill Road\nHilltown"
    patient = opened.session.patient_id
    assert patient is not None
    assert opened.clinic._context(patient).letterhead == opened.clinic.letterhead

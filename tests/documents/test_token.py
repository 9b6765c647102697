"""Signing with a key that never leaves its token, against SoftHSM 2 (package softhsm2)."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from myositis_desktop.documents import sign, verify
from myositis_desktop.documents.identity import certify
from myositis_desktop.documents.token import WrongPin, token_public_key, token_signer
from myositis_desktop.errors import UserError
from tests.documents.reading import needs_poppler, poppler
from tests.documents.sample import AT, root, taper_pdf

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "246810"
pytestmark = pytest.mark.skipif(
    not MODULE.exists() or shutil.which("softhsm2-util") is None,
    reason="softhsm2 is not installed: it is the token of these tests",
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token with one key on the curve P-256, made inside it."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    words = ["--init-token", "--free", "--label", "clinic", "--so-pin", "1234567890", "--pin", PIN]
    tool = shutil.which("softhsm2-util") or ""
    subprocess.run([tool, *words], check=True, capture_output=True)
    import pkcs11
    from pkcs11.util.ec import encode_named_curve_parameters

    lib = pkcs11.lib(str(MODULE))
    lib.reinitialize()
    with lib.get_token(token_label="clinic").open(user_pin=PIN, rw=True) as session:
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        curve.generate_keypair(id=b"\x01", label="signing", store=True)
    yield MODULE
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@needs_poppler
def test_a_key_in_a_token_is_certified_by_the_clinic_signs_and_is_verified(token: Path) -> None:
    cert = certify(root(), token_public_key(token, PIN), "Dr. Token", AT)
    with token_signer(token, PIN, [cert], [_root_der()]) as signer:
        assert (signer.name, signer.key) == ("Dr. Token", b"")
        pdf = sign(taper_pdf(), signer, "author", AT)
    seen = verify(pdf, [root().cert_pem], lambda _case, _plan: (True, ""))
    assert (seen.verdict, seen.signer, seen.signer_known) == ("good", "Dr. Token", True)
    assert "Signature is Valid." in poppler("pdfsig", pdf)


def test_a_wrong_pin_is_a_sentence(token: Path) -> None:
    with pytest.raises(WrongPin, match="wrong"), token_signer(token, "000000", [], []):
        pytest.fail("a wrong PIN opened the token")


def test_a_key_without_a_certificate_does_not_sign(token: Path) -> None:
    with pytest.raises(UserError, match="no key with a certificate"), token_signer(token, PIN, [], []):
        pytest.fail("there is no certificate")


def test_a_driver_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "driver.so").write_bytes(b"nothing")
    for module in (tmp_path / "driver.so", tmp_path / "gone.so"):
        with pytest.raises(UserError, match="could not be used"), token_signer(module, PIN, [], []):
            pytest.fail("there is no driver")


def _root_der() -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_pem_x509_certificate(root().cert_pem).public_bytes(Encoding.DER)

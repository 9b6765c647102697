"""The pages of a clinic file without their encryption, to look into free room as a thief of the key would."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from myositis_desktop.store.profile import Profile


def plain_pages(profile: Profile, secret: bytes) -> list[bytes]:
    """Every page (AES-256-CBC, 80 bytes reserved for its start value and seal), free pages and free room included."""
    data = profile.database.read_bytes()
    out = []
    for at in range(0, len(data), 4096):
        page = data[at : at + 4096]
        cipher = Cipher(algorithms.AES(secret), modes.CBC(page[-80:-64])).decryptor()
        out.append(cipher.update(page[16 if at == 0 else 0 : -80]))
    return out

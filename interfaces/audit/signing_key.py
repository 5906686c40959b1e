"""The Ed25519 key that signs checkpoints: from a setting, or from a file of the data folder, which is made once."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.ids import random_id
from interfaces.setting_values import SettingRefused

KEY_BYTES = 32


class SigningKey:
    """A `Signer`."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_key = private.public_key().public_bytes_raw()

    def sign(self, text: bytes) -> bytes:
        return self._private.sign(text)


def verify(public_key: bytes, signature: bytes, text: bytes) -> bool:
    """Whether an Ed25519 signature is good."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_key(setting: str, file: Path, *, may_be_new: bool) -> SigningKey:
    """The key of the setting, else that of the file. Raises `SettingRefused`.

    setting     32 bytes in Base64, as the file has them; empty where it is not set
    may_be_new  whether a missing file is made: nothing was ever signed with another key
    """
    if setting:
        return _key_of(setting, "REPORTRUN_AUDIT_KEY")
    if not file.exists():
        if not may_be_new:
            raise SettingRefused(
                f"{file} is missing, which has the key that signs the checkpoints of this log. Put it back, or set "
                "REPORTRUN_AUDIT_KEY."
            )
        _make(file)
    return _key_of(file.read_text(encoding="ascii", errors="replace"), str(file))


def _key_of(text: str, place: str) -> SigningKey:
    try:
        private = b64decode(text.strip(), validate=True)
    except ValueError:
        private = b""
    if len(private) != KEY_BYTES:
        raise SettingRefused(f"{place} holds no key. Give the 32 bytes of an Ed25519 private key, in Base64.")
    return SigningKey(Ed25519PrivateKey.from_private_bytes(private))


def _make(file: Path) -> None:
    """Make the file whole or not at all; that of another process stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{random_id('part')}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as made:
            made.write(b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode() + "\n")
            made.flush()
            os.fsync(made.fileno())
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()

"""Personal data, encrypted field by field, and keyed fingerprints to find equals by."""

from __future__ import annotations

import base64
import hmac
from hashlib import blake2b

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casedb.errors import CasedbError

SHORTEST_KEY = 32


class SealedBox:
    """Seals and opens fields with one secret key; older keys still open what they sealed.

    Args:
        secret_key: at least 32 characters; new fields are sealed with it.
        older_keys: keys that were in use before, newest first.
    """

    def __init__(self, secret_key: str, *older_keys: str) -> None:
        for key in (secret_key, *older_keys):
            if len(key) < SHORTEST_KEY:
                raise CasedbError(
                    what=f"密钥太短：只有 {len(key)} 个字符。",
                    fix=f"请把 ZHIBAN_SECRET_KEY 设为至少 {SHORTEST_KEY} 个字符的随机文字。",
                )
        boxes = [Fernet(_derived(key, b"zhiban seal")) for key in (secret_key, *older_keys)]
        self._box = MultiFernet(boxes)
        self._fingerprint_key = _derived(secret_key, b"zhiban fingerprint")
        self._mark_key = _derived(secret_key, b"zhiban mark")

    def seal(self, text: str) -> bytes:
        """Encrypt one field; the same text gives another cipher each time. Empty stays empty."""
        return self._box.encrypt(text.encode()) if text else b""

    def open(self, sealed: bytes) -> str:
        """Decrypt one field.

        Raises:
            CasedbError: it was sealed with a key we do not have, or the bytes were changed.
        """
        if not sealed:
            return ""
        try:
            return self._box.decrypt(bytes(sealed)).decode()
        except InvalidToken as wrong:
            raise CasedbError(
                what="个人信息打不开：密钥与封存时的不同，或数据被改动过。",
                fix="请把 ZHIBAN_SECRET_KEY 换回封存时用的密钥再试。",
            ) from wrong

    def fingerprint(self, text: str, column: str) -> str:
        """A keyed hash to compare by equality; of no use without the key, apart for each column."""
        content = f"{column}\0{text}".encode()
        return hmac.digest(self._fingerprint_key, content, "sha256").hex()

    def mark(self, text: str, column: str) -> str:
        """A short keyed hash that tells whether a cell changed; quicker than a fingerprint."""
        content = f"{column}\0{text}".encode()
        return blake2b(content, digest_size=8, key=self._mark_key).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    """A separate 32-byte key for each purpose, in the form Fernet wants."""
    raw = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(
        secret_key.encode()
    )
    return base64.urlsafe_b64encode(raw)

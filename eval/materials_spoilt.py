"""Spoils a file as happens on the way to us: cut, locked by a password, with a macro in it."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from eval.materials_drawn import pdf_of


def with_macro(content: bytes) -> bytes:
    """A Word file that carries a macro."""
    kept = BytesIO(content)
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 invented")
    return kept.getvalue()


def cut(content: bytes) -> bytes:
    """The last third never arrived."""
    return content[: len(content) * 2 // 3]


def cut_to_nothing(content: bytes) -> bytes:
    """Nearly nothing arrived."""
    return content[:60]


def locked_office(content: bytes) -> bytes:
    """An office file behind a password."""
    mark = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return mark + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + content[:2000]


def locked_pdf(content: bytes) -> bytes:
    """A PDF that asks for a password: its keys fit no empty one."""
    keys = f"/O <{hashlib.sha256(content).hexdigest()}> /U <{hashlib.sha256(b'u').hexdigest()}>"
    return pdf_of(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            f"<< /Filter /Standard /V 1 /R 2 {keys} /P -4 >>",
        ],
        "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]",
    )


Spoil = Callable[[bytes], bytes]
WAYS: Mapping[str, Sequence[Spoil]] = {
    "docx": (with_macro, cut, locked_office), "xlsx": (cut, locked_office),
    "text": (locked_pdf, cut_to_nothing), "scan": (locked_pdf, cut_to_nothing),
}  # fmt: skip
OTHERWISE: Sequence[Spoil] = (cut_to_nothing,)

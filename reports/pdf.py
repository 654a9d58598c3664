"""A Word paper as PDF, by LibreOffice where this machine has it."""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)
PROGRAMS = ("soffice", "libreoffice")
SECONDS = 90


def office() -> str | None:
    """The program that makes PDFs, None when none is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def as_pdf(paper: Path) -> Path | None:
    """Write `paper` (docx) as PDF beside it; None when LibreOffice is absent or failed.

    Each call has a profile of its own, so that two at once do not wait for each other.
    """
    program = office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="zhiban-pdf-") as kept:
        profile, out = Path(kept) / "profile", Path(kept) / "out"
        command = [
            program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", str(out), str(paper),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
            made = out / f"{paper.stem}.pdf"
            return Path(shutil.copyfile(made, paper.with_suffix(".pdf")))
        except (OSError, subprocess.SubprocessError) as wrong:
            log.warning("no PDF of %s: %s", paper.name, wrong)
            return None

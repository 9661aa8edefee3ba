"""The outbox: a folder of messages that are ready to be sent. Each file is there whole, or not at all."""

import os
import re
import tempfile
from pathlib import Path

from suptime.errors import WrongUsage

MOST_ALIKE = 1_000


def place(folder: Path, name: str, content: bytes, *, once: bool = False) -> Path:
    """CONTENT as a new file in FOLDER, made where it is missing; no file of that NAME is replaced.

    With ONCE a file of that name that has the same content already is left as the one that was
    asked for. What is no letter, digit, - or _ in NAME becomes _, so that it leads to no other folder.

    Raises:
        WrongUsage: the folder or the file cannot be written.
    """
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:100] or "message"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".suptime-", dir=folder)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            return _named(Path(draft), folder, safe, content if once else None)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.",
            hint="Name a folder that can be written to: --outbox DIR",
        ) from error


def _named(draft: Path, folder: Path, safe: str, content: bytes | None) -> Path:
    """DRAFT under a name of its own, taken in one step that fails where the name is taken, but by CONTENT."""
    for count in range(1, MOST_ALIKE):
        target = folder / (f"{safe}.eml" if count == 1 else f"{safe}-{count}.eml")
        try:
            target.hardlink_to(draft)
        except FileExistsError:
            if _is(target, content):
                return target
            continue
        except OSError:
            # A file system without links: the name is taken by an empty file, then filled in one step.
            try:
                target.touch(exist_ok=False)
            except FileExistsError:
                if _is(target, content):
                    return target
                continue
            draft.replace(target)
        return target
    raise FileExistsError(17, "there are too many files of this name", str(folder / f"{safe}.eml"))


def _is(target: Path, content: bytes | None) -> bool:
    """Whether the file TARGET has the CONTENT that may be there already, if any may."""
    return content is not None and target.is_file() and target.read_bytes() == content

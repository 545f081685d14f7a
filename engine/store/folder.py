"""The folder `.tact/` beside the database: secret key and locks."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from engine.store.faults import files_told

NAME = ".tact"
KEY = "secret.key"
SECRET_BYTES = 32


class Folder:
    """`.tact/`, readable by the owner of the process alone.

    Parameters
    ----------
    path : Path
        Where it is; made at its first use.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, name: str) -> Path:
        """Return where `name` lies in the folder, which exists from now on."""
        with files_told(str(self.path)):
            if not self.path.is_dir():
                self.path.mkdir(mode=0o700, exist_ok=True)
                self.path.chmod(0o700)
        return self.path / name

    def secret(self) -> bytes:
        """Return the secret key of this database: 32 random bytes, made once."""
        path = self.file(KEY)
        with files_told(str(path)):
            if not path.exists():
                _write_once(path, secrets.token_bytes(SECRET_BYTES))
            return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    """Write a private file whole, or leave the one that another process was faster with."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()

"""The folder of one backup: ``manifest.json``, ``graph.jsonl.gz``, ``files.jsonl.gz``, ``files/``.

All of it is plain JSON, a line each, so that it can be read without this program. A folder appears
under its name only when it is whole and on the disk. The manifest holds the digest of both files,
``files.jsonl.gz`` that of each file, and the manifest's own is beside it, signed with the key that
signs events.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import io
import json
import os
import queue
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from typing_extensions import override

from supplychain.config import Key, settings
from supplychain.model.backups.manifest import BackupRefused, KeptFile, Manifest, read_manifest

MANIFEST, GRAPH, FILES = "manifest.json", "graph.jsonl.gz", "files.jsonl.gz"
PREFIX: Final = "supplychain-"
PARTIAL: Final = ".partial-"
GZIP_LEVEL_NUMBER: Final = 3
CHUNK_BYTES: Final = 1 << 20
WAITING_LISTS: Final = 64
"""Pages that wait for the disk before reading waits for it."""


class _DigestedFile(io.RawIOBase):
    """A file that counts and digests what is written to it."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("xb")
        self.sha256, self.size_bytes = hashlib.sha256(), 0

    @override
    def writable(self) -> bool:
        """It is written."""
        return True

    @override
    def write(self, content: Any, /) -> int:
        """Write and digest."""
        self.sha256.update(content)
        self.size_bytes += len(content)
        return self._file.write(content)

    @override
    def close(self) -> None:
        """Bring it to the disk."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        super().close()


class LineWriter:
    """Writes lines into a compressed file, in a thread of its own: reading does not wait.

    ``offsets`` are where each part begins, in bytes, once it is closed: each begins a gzip member
    of its own, so that it can be read by itself.
    """

    def __init__(self, path: Path) -> None:
        self._path, self.offsets = path, list[int]()
        self._raw = _DigestedFile(path)
        self._queue: queue.Queue[str | Path | None] = queue.Queue(WAITING_LISTS)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._pack_lines, daemon=True)
        self._thread.start()

    def write(self, text: str) -> None:
        """Write lines, each with its end.

        Raises:
            OSError: the disk is full.
        """
        if self._error is not None:
            raise self._error
        if text:  # an empty one stands for the end of a part
            self._queue.put(text)

    def write_packed(self, path: Path) -> None:
        """Take over the lines that another writer packed."""
        self._queue.put(path)

    def begin_part(self) -> None:
        """End the part and begin another."""
        self._queue.put("")

    def close(self) -> KeptFile:
        """End the file; its size and digest.

        Raises:
            OSError: the disk is full.
        """
        self._queue.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return KeptFile(
            path=self._path.name,
            size_bytes=self._raw.size_bytes,
            sha256=self._raw.sha256.hexdigest(),
        )

    def _pack_lines(self) -> None:
        try:
            packed = self._start_part()
            while (text := self._queue.get()) is not None:
                if isinstance(text, Path):
                    packed.close()
                    self._copy_packed(text)
                    packed = self._start_member()
                elif text:
                    packed.write(text.encode())
                else:
                    packed.close()
                    packed = self._start_part()
            packed.close()
            self._raw.close()
        except BaseException as error:  # the reader's thread raises it
            self._error = error
            while self._queue.get() is not None:
                pass

    def _copy_packed(self, path: Path) -> None:
        with path.open("rb") as file:
            while content := file.read(CHUNK_BYTES):
                self._raw.write(content)

    def _start_part(self) -> gzip.GzipFile:
        self.offsets.append(self._raw.size_bytes)
        return self._start_member()

    def _start_member(self) -> gzip.GzipFile:
        return gzip.GzipFile("", "wb", GZIP_LEVEL_NUMBER, self._raw, 0)


def read_lines(path: Path, offset: int = 0) -> Iterator[str]:
    """The lines of a compressed file, from the part on that begins at ``offset`` bytes.

    Raises:
        BackupRefused: it is torn.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
                yield from lines
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BackupRefused("%(name)s is torn or was altered.", name=path.name) from error


def digest_file(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    sha256, size_bytes = hashlib.sha256(), 0
    with path.open("rb") as file:
        while content := file.read(CHUNK_BYTES):
            sha256.update(content)
            size_bytes += len(content)
    return size_bytes, sha256.hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest with its digest and signature, the last file of a backup."""
    text = manifest.to_text()
    key = settings().audit_keys[-1]
    seal = {"sha256": manifest.id, "key_id": key.id, "signature": _sign_text(text, key)}
    with (folder / MANIFEST).open("x", encoding="utf-8") as file:
        file.write(json.dumps({"manifest": json.loads(text), "seal": seal}, ensure_ascii=False))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def load_manifest(folder: Path) -> tuple[Manifest, bool]:
    """The manifest of a backup, and whether a key of ours signed it (else the key is not here).

    Raises:
        BackupRefused: there is none, it is of another format, torn, altered or signed wrongly.
    """
    try:
        whole = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        body, seal = whole["manifest"], whole["seal"]
        sha256, key_id, signature = (str(seal[k]) for k in ("sha256", "key_id", "signature"))
    except FileNotFoundError as error:
        raise BackupRefused("There is no whole backup in this folder.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupRefused("The manifest of this backup is torn or was altered.") from error
    manifest = read_manifest(json.dumps(body))
    text = manifest.to_text()
    if not hmac.compare_digest(manifest.id, sha256):
        raise BackupRefused("The manifest of this backup is torn or was altered.")
    key = next((each for each in settings().audit_keys if each.id == key_id), None)
    if key is not None and not hmac.compare_digest(_sign_text(text, key), signature):
        raise BackupRefused("The manifest of this backup was altered: its signature does not hold.")
    return manifest, key is not None


def _sign_text(text: str, key: Key) -> str:
    return hmac.new(key.secret.encode(), text.encode(), "sha256").hexdigest()


def check_files(folder: Path, manifest: Manifest) -> list[KeptFile]:
    """Check every byte of a backup; the files of the data folder in it.

    Raises:
        BackupRefused: something is missing, torn or altered.
    """
    for kept in (manifest.graph_file, manifest.files_file):
        _check_file(folder / kept.path, kept)
    files = [KeptFile(**json.loads(line)) for line in read_lines(folder / FILES)]
    if len(files) != manifest.files:
        raise BackupRefused("The list of files in this backup is torn or was altered.")
    for kept in files:
        _check_file(kept_path(folder, kept), kept)
    return files


def kept_path(folder: Path, kept: KeptFile) -> Path:
    """Where a backup keeps a file of the data folder.

    Raises:
        BackupRefused: the path leads out of it.
    """
    parts = Path(kept.path).parts
    if not parts or Path(kept.path).is_absolute() or ".." in parts:
        raise BackupRefused("A path in this backup leads out of it: %(path)s", path=kept.path)
    return folder / "files" / kept.path


def _check_file(path: Path, kept: KeptFile) -> None:
    try:
        size_bytes, sha256 = digest_file(path)
    except OSError as error:
        raise BackupRefused("%(path)s is missing in this backup.", path=kept.path) from error
    if size_bytes != kept.size_bytes or sha256 != kept.sha256:
        raise BackupRefused("%(path)s is torn or was altered.", path=kept.path)


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""One process at a time writes to a folder, and what its disk refuses is one clear error."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chuhai.errors import IndexBusy, StorageError

_LOCK_WAIT_S = 2.0


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Holds the folder's lock. Raises IndexBusy where another process has it."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=_LOCK_WAIT_S)
    try:
        lock.acquire()
    except Timeout:
        raise IndexBusy(
            "another process is building this index: wait for it, or use another --home",
            "另一个进程正在建这个索引：请等它完成，或换一个 --home",
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """A full disk, however a library words it, as one clear error."""
    try:
        yield
    except Exception as error:
        if _is_full(error):
            raise StorageError(
                f"the disk that holds {folder} is full: free some space; what was indexed is kept",
                f"{folder} 所在的磁盘已满：请腾出空间；已有的索引没有变",
            ) from error
        if isinstance(error, PermissionError):
            raise StorageError(
                f"{folder} cannot be written: give write permission, or name another --home",
                f"{folder} 不可写：请给写权限，或换一个 --home",
            ) from error
        raise


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    text = str(error).lower()
    return "disk is full" in text or os.strerror(errno.ENOSPC).lower() in text

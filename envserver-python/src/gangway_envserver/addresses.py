"""Where a server listens: `unix:PATH` or `HOST:PORT`, checked and claimed before gRPC binds it.

gRPC removes whatever socket it finds at a path, so a second server would steal the first one's. A
lock file beside the socket prevents that: its kernel lock goes with its holder, however that dies,
and tells a live server's socket from a dead one's.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shutil
import socket
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gangway_envserver.targets import UNIX_PREFIX, unix_target

UNIX_SOCKETS: Final = sys.platform != "win32"
# The size of sockaddr_un.sun_path, less the final NUL.
_PATH_BYTES: Final = 107 if sys.platform == "linux" else 103
_MAX_PORT: Final = 65535
_PREFIX: Final = "gangway-"
_SOCKET: Final = "socket"
DIRECT_SUFFIX: Final = ".direct"
_SURELY_STARTED_SECONDS: Final = 60.0


class AddressError(Exception):
    """An address cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A host and a port; port 0 lets the system pick one."""

    host: str
    port: int

    def __str__(self) -> str:
        """As the announcement writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def target(self) -> str:
        """As gRPC writes it."""
        return str(self)

    def claim(self) -> TcpAddress:
        """Nothing to do before binding."""
        return self

    def direct_path(self) -> None:
        """None: direct streams need a Unix socket."""
        return

    def release(self) -> None:
        """Nothing to do after."""


class UnixAddress:
    """A Unix socket in a directory that only its owner can enter."""

    def __init__(self, path: Path, *, temporary: bool = False) -> None:
        """`temporary`: the directory was made for this socket and goes with it."""
        self.path = path
        self._temporary = temporary
        self._lock: int | None = None
        self._lock_path = path.with_name(path.name + ".lock")
        self._direct = path.with_name(path.name + DIRECT_SUFFIX)

    def __str__(self) -> str:
        """As the announcement writes it."""
        return f"{UNIX_PREFIX}{self.path}"

    def target(self) -> str:
        """As gRPC writes it."""
        return unix_target(self.path)

    def direct_path(self) -> Path | None:
        """Where direct streams go; None when that path would be too long for this system."""
        fits = len(os.fsencode(self._direct)) <= _PATH_BYTES
        return self._direct if fits else None

    def claim(self) -> UnixAddress:
        """Makes the directory, takes the lock, and removes the socket of a dead server."""
        size = len(os.fsencode(self.path))
        if size > _PATH_BYTES:
            raise AddressError(
                f"The socket path {self.path} has {size} bytes: expected at most {_PATH_BYTES}, "
                "this system's limit. Use a shorter one."
            )
        directory = self.path.parent
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_private(directory)
            self._lock = _take_lock(self._lock_path, self.path)
            _remove_stale_socket(self.path)
            _remove_stale_socket(self._direct)
        except OSError as error:
            raise AddressError(f"The socket {self.path} cannot be made: {error}.") from error
        return self

    def release(self) -> None:
        """Removes what `claim` and gRPC made; may be called again."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)
                self._direct.unlink(missing_ok=True)
                self._lock_path.unlink(missing_ok=True)
        if self._temporary:
            shutil.rmtree(self.path.parent, ignore_errors=True)
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.close(self._lock)
            self._lock = None


Address = TcpAddress | UnixAddress


def parse_address(text: str, *, insecure_remote: bool) -> Address:
    """The address that `--listen` gave."""
    if text.startswith(UNIX_PREFIX):
        if not UNIX_SOCKETS:
            raise AddressError(
                "gRPC has no Unix sockets on this system: expected HOST:PORT, such as 127.0.0.1:0."
            )
        path = text.removeprefix(UNIX_PREFIX)
        if not path or path.endswith("/"):
            raise AddressError(f"The address {text!r} names no file: expected unix:PATH.")
        return UnixAddress(Path(path).absolute())
    host, separator, port = text.rpartition(":")
    if (
        not separator
        or not host
        or not port.isascii()
        or not port.isdigit()
        or int(port) > _MAX_PORT
    ):
        raise AddressError(
            f"The address is {text!r}: expected unix:PATH or HOST:PORT with a port of 0 … "
            f"{_MAX_PORT}."
        )
    host = host.removeprefix("[").removesuffix("]")
    if not insecure_remote and not _is_loopback(host):
        raise AddressError(
            f"{host} is not a loopback address, and the connection is neither encrypted nor "
            "authenticated: anyone who reaches it can run environments here. Use 127.0.0.1, a "
            "Unix socket or an SSH tunnel; --insecure-remote allows it on a network that you "
            "trust."
        )
    return TcpAddress(host, int(port))


def default_address() -> Address:
    """A fresh Unix socket in a private directory, or a loopback port where there are none."""
    if not UNIX_SOCKETS:
        return TcpAddress("127.0.0.1", 0)
    parent = tempfile.gettempdir()
    if len(os.fsencode(parent)) > _PATH_BYTES - 30:
        parent = "/tmp"  # noqa: S108 - mkdtemp makes a directory of mode 0700
    _remove_abandoned(Path(parent))
    directory = tempfile.mkdtemp(prefix=_PREFIX, dir=parent)
    return UnixAddress(Path(directory) / _SOCKET, temporary=True)


def _remove_abandoned(parent: Path) -> None:
    """Removes the directories of earlier servers of ours that were killed."""
    for directory in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, AddressError):
            status = directory.lstat()
            old = time.time() - status.st_mtime > _SURELY_STARTED_SECONDS
            lock_path = directory / f"{_SOCKET}.lock"
            ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
            if ours and old and lock_path.is_file():
                lock = _take_lock(lock_path, directory / _SOCKET)
                shutil.rmtree(directory, ignore_errors=True)
                os.close(lock)


def _is_loopback(host: str) -> bool:
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise AddressError(f"The host {host!r} cannot be resolved: {error}.") from error
    return all(ipaddress.ip_address(each.split("%")[0]).is_loopback for each in found)


def _remove_stale_socket(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise AddressError(
            f"{path} exists and is no socket: expected a free path. Remove it or use another path."
        )
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
        except TimeoutError:
            pass
    raise AddressError(f"Another program listens on {path}: stop it or use another path.")


def _check_private(directory: Path) -> None:
    status = directory.stat()
    if status.st_uid != os.geteuid():
        raise AddressError(
            f"The directory {directory} belongs to another user (uid {status.st_uid}): expected "
            "one of yours. Use a path in a new directory, which is then made private."
        )
    if status.st_mode & 0o077:
        raise AddressError(
            f"The directory {directory} has mode {stat.S_IMODE(status.st_mode):04o}: expected no "
            "access for group and others. Use a path in a new directory, which is then made "
            f"private, such as {directory}/gangway/{_SOCKET}."
        )


def _take_lock(lock_path: Path, socket_path: Path) -> int:
    if sys.platform == "win32":
        raise AssertionError("there are no Unix sockets on Windows")
    import fcntl  # noqa: PLC0415 - not on Windows

    while True:
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(lock_path, flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(lock), lock_path.stat()):
                os.truncate(lock, 0)
                os.write(lock, f"{os.getpid()}\n".encode())
                return lock
        except BlockingIOError:
            holder = os.read(lock, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(lock)
            raise AddressError(
                f"A live server (process {holder}) listens on {socket_path}: stop it or use "
                "another path."
            ) from None
        except FileNotFoundError:
            pass
        os.close(lock)  # its holder removed the file as it ended: make a new one

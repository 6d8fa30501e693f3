"""A server's address as gRPC wants it: escaped, and never by way of a proxy on this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from urllib.parse import quote

UNIX_PREFIX = "unix:"


def unix_target(path: str | os.PathLike[str]) -> str:
    """The gRPC target of a socket. A target is a URI, in which %, # and ? have meanings."""
    return UNIX_PREFIX + quote(os.fsencode(path))


class ClientTarget:
    """What a channel connects to for an address as a server announces it; close it afterwards.

    gRPC splits a path at its commas, even where they are escaped. Such a socket is reached through
    a descriptor of it, which only Linux can do.
    """

    def __init__(self, address: str) -> None:
        """OSError when a path with a comma does not exist, or this system is not Linux."""
        self.target = address
        self.is_local = address.startswith(UNIX_PREFIX) or _is_loopback(address)
        self._descriptor: int | None = None
        if not address.startswith(UNIX_PREFIX):
            return
        path = address.removeprefix(UNIX_PREFIX)
        if "," in path:
            if sys.platform != "linux":
                raise OSError("gRPC cannot connect to a socket path with a comma on this system")
            self._descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            path = f"/proc/self/fd/{self._descriptor}"
        self.target = unix_target(path)

    def options(self) -> list[tuple[str, int]]:
        """The channel options that the address asks for."""
        # Proxies are for other machines: one named in http_proxy or grpc_proxy would be asked to
        # connect to itself.
        return [("grpc.enable_http_proxy", 0)] if self.is_local else []

    def close(self) -> None:
        """Frees the descriptor; again does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _is_loopback(address: str) -> bool:
    """Whether HOST:PORT is surely on this machine."""
    host = address.rpartition(":")[0].removeprefix("[").removesuffix("]")
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):  # the proxy may know it; no name of DNS has an empty part
        return False
    addresses = [ipaddress.ip_address(each.split("%")[0]) for each in found]
    return all(each.is_loopback or each.is_unspecified for each in addresses)

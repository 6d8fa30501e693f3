"""socket_rate.py BYTES: bytes per second that a Unix socket copies from one process to another.

Messages have that many bytes.
"""

import os
import socket
import sys

from comparison.peers.rate import print_rate


def send(target: socket.socket, message: bytes) -> None:
    """Sends a message again and again, until nobody reads."""
    try:
        while True:
            target.sendall(message)
    except BrokenPipeError:
        return


def receive(source: socket.socket, size: int) -> None:
    """Measures how fast messages arrive in one buffer."""
    buffer = memoryview(bytearray(size))

    def work() -> int:
        filled = 0
        while filled < size:
            filled += source.recv_into(buffer[filled:])
        return size

    print_rate(work)


if __name__ == "__main__":
    reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    size = int(sys.argv[1])
    child = os.fork()
    if child == 0:
        reader.close()
        send(writer, os.urandom(size))
    else:
        writer.close()
        receive(reader, size)
        reader.close()
        os.waitpid(child, 0)

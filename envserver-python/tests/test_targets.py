"""Addresses that gRPC would read otherwise than their user: odd letters, proxies."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from support import running_server

from gangway_envserver.client import ConnectionLost, make
from gangway_envserver.targets import ClientTarget, unix_target

ODD = "ü %41%#?:,;=[]@&+'\\"


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose name leaves room for that of a socket."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("character", [*ODD, "%41", "日", "é\u0301"])
def test_a_target_is_read_back_as_the_path_whatever_letters_it_has(character: str) -> None:
    path = f"/tmp/a{character}b/socket"  # noqa: S108
    escaped = unix_target(path).removeprefix("unix:")
    assert escaped.isascii()
    assert not set(escaped) & set(" #?:,;=[]@&+'\\")
    assert unquote(escaped) == path


@pytest.mark.parametrize("name", [ODD, "umlaut-ü", "20%41", "a#b?", "a,b"])
def test_a_socket_path_of_any_letters_serves_the_client(short: Path, name: str) -> None:
    path = short / name / name
    with running_server("--listen", f"unix:{path}") as server:
        assert server.address == f"unix:{path}"
        assert path.is_socket()
        environment = make(server.address, "CartPole-v1")
        assert environment.reset(seed=0)[0].shape == (4,)
        environment.close()
        assert server.end()[0] == 0
    assert list(path.parent.iterdir()) == []


def test_a_temporary_directory_of_any_letters_holds_the_default_socket(short: Path) -> None:
    folder = short / ODD
    folder.mkdir()
    with running_server(environment=dict(os.environ) | {"TMPDIR": str(folder)}) as server:
        assert server.address.startswith(f"unix:{folder}/gangway-")
        environment = make(server.address, "CartPole-v1")
        environment.close()
        server.end()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:0", "socket"])
def test_this_machine_is_never_reached_by_way_of_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listen: str
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    for variable in ("grpc_proxy", "https_proxy", "http_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")  # where nobody listens
    address = f"unix:{tmp_path / listen}" if listen == "socket" else listen
    with running_server("--listen", address) as server:
        environment = make(server.address, "CartPole-v1")
        assert environment.reset(seed=0)[0].shape == (4,)
        environment.close()


def test_only_what_is_surely_this_machine_is_local() -> None:
    for address in ("unix:/tmp/socket", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "0.0.0.0:1"):
        assert ClientTarget(address).is_local, address
    for address in ("192.0.2.1:5", "[2001:db8::1]:5", "no-such-host.invalid:5", "a..b:5"):
        assert ClientTarget(address).options() == [], address


def test_a_socket_that_is_not_there_is_told_whatever_its_letters(tmp_path: Path) -> None:
    for name in ("plain", "a,b"):
        with pytest.raises(ConnectionLost, match="expected one that listens there"):
            make(f"unix:{tmp_path}/{name}", "CartPole-v1")

"""One post to a receiver that may do anything: it ends in time, goes only to a checked address, and has a result."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from certificates.notices.webhook_posting import MOST_READ_BYTES, SAID_CHARACTERS, Posted, Poster
from certificates.rules.webhooks import TryResult

HEADERS = {"Content-Type": "application/json", "webhook-id": "m1"}

Speak = Callable[[socket.socket], object]


@dataclass
class Receiver:
    """Answers every connection. `heard` has the bytes of each client."""

    port: int
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0


def request_of(connection: socket.socket) -> bytes:
    """The request to the end of its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def receiver(speak: Speak, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.1)
    known, stopped = Receiver(listening.getsockname()[1]), threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                plain, _ = listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=answer, args=(plain,), daemon=True).start()

    def answer(plain: socket.socket) -> None:
        known.connections += 1
        plain.settimeout(20)
        try:
            connection = tls.wrap_socket(plain, server_side=True) if tls else plain
            known.heard.append(request_of(connection))
            speak(connection)
            connection.close()
        except OSError:
            plain.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield known
    finally:
        stopped.set()
        thread.join()
        listening.close()


def says(answer: bytes) -> Speak:
    return lambda connection: connection.sendall(answer)


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def post(speak: Speak, *, seconds: float = 10.0) -> Posted:
    with receiver(speak) as known:
        return Poster(loopback=True, seconds=seconds).post(f"http://127.0.0.1:{known.port}/hook", "{}", HEADERS)


def test_the_receiver_gets_the_body_and_the_headers() -> None:
    with receiver(says(OK)) as known:
        address = f"http://127.0.0.1:{known.port}/hook/a%20b?token=1"
        assert Poster(loopback=True).post(address, '{"a": "é"}', HEADERS) == Posted(TryResult.DELIVERED, 200, "ok")
    head, _, body = known.heard[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook/a%20b?token=1 HTTP/1.1"
    assert {f"Host: 127.0.0.1:{known.port}", "webhook-id: m1", "Content-Length: 11"} <= set(lines)
    assert body == '{"a": "é"}'.encode()


@pytest.mark.parametrize(
    ("answer", "result", "status"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", TryResult.DELIVERED, 204),
        (b"HTTP/1.0 200 OK\r\n\r\n", TryResult.DELIVERED, 200),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", TryResult.REFUSED, 500),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", TryResult.GONE, 410),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", TryResult.DELIVERED, 200),
        (b"", TryResult.NO_CONNECTION, None),
        (b"SSH-2.0-OpenSSH\r\n", TryResult.NO_CONNECTION, None),
        (b"HTTP/1.1 two hundred\r\n\r\n", TryResult.NO_CONNECTION, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", TryResult.DELIVERED, 200),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", TryResult.DELIVERED, 200),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", TryResult.NO_CONNECTION, None),
        (b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n", TryResult.NO_CONNECTION, None),
    ],
)
def test_the_status_of_an_answer_gives_the_result_and_no_answer_has_its_own_result(
    answer: bytes, result: TryResult, status: int | None
) -> None:
    posted = post(says(answer))
    assert (posted.result, posted.status) == (result, status)


def test_a_redirect_is_not_followed() -> None:
    with receiver(says(OK)) as elsewhere:
        where = f"http://127.0.0.1:{elsewhere.port}/".encode()
        posted = post(says(b"HTTP/1.1 307 Go\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n"))
        assert (posted.result, posted.status) == (TryResult.REDIRECTED, 307)
    assert elsewhere.connections == 0


def test_no_more_than_64_kb_of_an_answer_are_read() -> None:
    sent = 0

    def without_end(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent += connection.send(b"x" * 65536)

    posted = post(without_end)
    assert posted == Posted(TryResult.DELIVERED, 200, "x" * SAID_CHARACTERS)
    assert MOST_READ_BYTES == 65536
    assert sent < 16 * 1024 * 1024, "only what the machine's own buffers took"


def hangs(connection: socket.socket) -> None:
    connection.recv(1)


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X")
        time.sleep(0.05)


def drips_a_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
    while True:
        connection.sendall(b"X")
        time.sleep(0.05)


@pytest.mark.parametrize("speak", [hangs, drips, drips_a_body])
def test_a_post_ends_in_time_if_the_receiver_hangs_or_sends_single_bytes(speak: Speak) -> None:
    begun = time.monotonic()
    assert post(speak, seconds=1).result is TryResult.TIMED_OUT
    assert time.monotonic() - begun < 8


def test_a_post_ends_in_time_if_the_receiver_reads_nothing() -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=1)
    with listening:
        port, begun = listening.getsockname()[1], time.monotonic()
        body = "x" * 20_000_000
        posted = Poster(loopback=True, seconds=1).post(f"http://127.0.0.1:{port}/", body, HEADERS)
        assert posted.result is TryResult.TIMED_OUT
        assert time.monotonic() - begun < 8


def test_a_closed_port_and_an_unknown_host_have_different_results() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert Poster(loopback=True).post(f"http://127.0.0.1:{port}/", "", {}).result is TryResult.NO_CONNECTION

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    for resolve in (unknown, lambda host, port: []):
        assert Poster(resolve=resolve).post("https://example.org/", "", {}).result is TryResult.NO_SUCH_HOST


def test_a_post_ends_in_time_if_the_resolver_hangs() -> None:
    stop = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        stop.wait(20)
        return ["93.184.216.34"]

    begun = time.monotonic()
    assert Poster(resolve=hanging, seconds=0.5).post("https://example.org/", "", {}).result is TryResult.TIMED_OUT
    assert time.monotonic() - begun < 8
    stop.set()


PRIVATE = ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::ffff:127.0.0.1", "::1", "fd00:ec2::254"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_host_that_resolves_to_a_private_address_is_not_called(address: str) -> None:
    with receiver(says(OK)) as known:
        for found in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
            poster = Poster(resolve=lambda host, port, found=found: found, seconds=2)
            posted = poster.post(f"https://example.org:{known.port}/", "{}", HEADERS)
            assert posted.result is TryResult.PRIVATE_ADDRESS
    assert known.connections == 0


def test_in_development_plain_http_is_allowed_only_on_the_loopback() -> None:
    poster = Poster(loopback=True, resolve=lambda host, port: ["93.184.216.34"], seconds=2)
    assert poster.post("http://example.org/", "{}", HEADERS).result is TryResult.PRIVATE_ADDRESS
    assert Poster().post("http://127.0.0.1:9/", "{}", HEADERS).result is TryResult.PRIVATE_ADDRESS


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A TLS certificate of hooks.example.org that signs itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.org")])
    alternatives = [x509.DNSName("hooks.example.org"), x509.IPAddress(ip_address("127.0.0.9"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kind, form = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(form, kind, serialization.NoEncryption()))
    return folder / "certificate.pem", folder / "key.pem"


def test_tls_checks_the_certificate_for_the_name_and_connects_to_the_checked_address(
    certified: tuple[Path, Path],
) -> None:
    """The name is resolved once: another address a moment later has no effect."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(*certified)
    trusting = ssl.create_default_context(cafile=str(certified[0]))
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with receiver(says(OK), serving) as known:
        poster = Poster(loopback=True, resolve=resolve, tls=trusting)
        posted = poster.post(f"https://hooks.example.org:{known.port}/x", "{}", HEADERS)
        assert (posted, asked) == (Posted(TryResult.DELIVERED, 200, "ok"), ["hooks.example.org"])
        assert f"Host: hooks.example.org:{known.port}".encode() in known.heard[0]
        for host, trusted in (("other.example.org", trusting), ("hooks.example.org", None)):
            poster = Poster(loopback=True, resolve=lambda host, port: ["127.0.0.1"], tls=trusted)
            posted = poster.post(f"https://{host}:{known.port}/x", "{}", HEADERS)
            assert posted.result is TryResult.NO_CONNECTION
    assert len(known.heard) == 1


def test_an_address_without_an_answer_leaves_time_for_the_next_address(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        if address[0] == "127.0.0.3":
            time.sleep(timeout)
            raise TimeoutError
        return real(address, timeout=timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    with receiver(says(OK)) as known:
        poster = Poster(loopback=True, resolve=lambda host, port: ["127.0.0.3", "127.0.0.1"], seconds=4)
        assert poster.post(f"http://localhost:{known.port}/", "{}", HEADERS).result is TryResult.DELIVERED


def test_staff_see_the_beginning_of_an_answer_on_one_line() -> None:
    said = "<b>Nö</b>\r\n\x00 \u202e" + "x" * 3000
    body = said.encode()
    head = f"HTTP/1.1 400 No\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    posted = post(says(head + body))
    assert posted.said.startswith("<b>Nö</b>") and posted.said.isprintable() and len(posted.said) == SAID_CHARACTERS

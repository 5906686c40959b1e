"""A timestamping authority on loopback: `openssl ts`, with a certificate of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test Authority
O = Timestamps
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


class Authority:
    """One that answers each request with a token, until it is told otherwise.

    ca        the file of the certificate that its tokens lead to
    requests  those that came
    answer    what is sent in the place of tokens: status and bytes; None: tokens
    hanging   set while no answer is to come at all
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ca = folder / "ca.pem"
        self.url = ""
        self.requests: list[bytes] = []
        self.answer: tuple[int, bytes] | None = None
        self.hanging = Event()
        self.authorization: str | None = None

    def make_certificates(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "tsa.cnf").write_text(CONFIGURATION)
        (self._folder / "serial").write_text("01\n")
        self._openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -config tsa.cnf -extensions root "
            "-subj /CN=Root"
        )
        self._openssl("req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -config tsa.cnf")
        self._openssl(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out tsa.pem -extfile tsa.cnf "
            "-extensions signer"
        )

    def respond(self, request: bytes) -> bytes:
        """The response to a request, as `openssl ts -reply` makes it."""
        (self._folder / "request.tsq").write_bytes(request)
        self._openssl("ts -reply -config tsa.cnf -queryfile request.tsq -signer tsa.pem -inkey tsa.key -out reply.tsr")
        return (self._folder / "reply.tsr").read_bytes()

    def _openssl(self, words: str) -> None:
        done = subprocess.run(
            ["openssl", *words.split()], cwd=self._folder, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def authority_in(folder: Path) -> Iterator[Authority]:
    """A running authority, with its files in a folder."""
    authority = Authority(folder)
    authority.make_certificates()
    released = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            authority.requests.append(request)
            authority.authorization = self.headers["Authorization"]
            assert self.headers["Content-Type"] == "application/timestamp-query"
            if authority.hanging.is_set():
                released.wait(30)
                return
            status, body = authority.answer or (200, authority.respond(request))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # the caller may have read enough
                self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()

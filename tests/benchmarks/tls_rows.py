"""Sending over TLS: one shared context beside one made anew for each call.

The certificate is made for the occasion and laid in a bundle beside the machine's own authorities,
as many as a real host has.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from slack_sdk import WebClient

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figures, Skipped, micro, ratio
from tests.benchmarks.measuring import medians


def tls(bench: Bench) -> Figures:
    """Post a message with the shared context and without."""
    with _tls_server(bench.folder) as address:
        shared = ssl.create_default_context()
        calls = max(1, bench.calls // 50)
        found = medians(
            {
                "shared": _posting(WebClient("xoxb-1", base_url=address, ssl=shared), calls),
                "anew": _posting(WebClient("xoxb-1", base_url=address), calls),
            },
            bench.rounds,
        )
    told = f" ({micro(found['shared'])}; {micro(found['anew'])})"
    value = found["shared"] / found["anew"]
    what = "posting a message over TLS, one shared context: CPU"
    yield ratio(what, value, most=0.1, of="a context a call", told=told)


def _posting(client: WebClient, calls: int) -> Callable[[], float]:
    def measure() -> float:
        begun = time.thread_time()  # the server is a thread of this process
        for _ in range(calls):
            client.chat_postMessage(channel="C1", text="x" * 900)
        return (time.thread_time() - begun) / calls

    return measure


class _Slack(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        said = b'{"ok": true, "channel": "C1", "ts": "1.1"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _tls_server(folder: Path) -> Iterator[str]:
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slack)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    before = os.environ.get("SSL_CERT_FILE")
    os.environ["SSL_CERT_FILE"] = str(_bundle(folder, certificate))
    try:
        yield f"https://localhost:{server.server_port}/api/"
    finally:
        os.environ.pop("SSL_CERT_FILE")
        if before is not None:
            os.environ["SSL_CERT_FILE"] = before
        server.shutdown()
        thread.join()
        server.server_close()


def _bundle(folder: Path, certificate: Path) -> Path:
    known = ssl.get_default_verify_paths().cafile
    if known is None:
        raise Skipped("the machine has no file of certificate authorities")
    bundle = folder / "bundle.pem"
    bundle.write_text(Path(known).read_text() + certificate.read_text())
    return bundle


def _certificate(folder: Path) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        raise Skipped("needs the program openssl to make a certificate")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    words += " -addext subjectAltName=DNS:localhost"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *words.split(), *files], check=True, capture_output=True)
    return certificate, key

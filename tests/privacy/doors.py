"""Run inside a network namespace of its own: a service, every door, and what it leaves in logs, figures and errors.

`python -m tests.privacy.doors ROOT MODEL` prints one JSON object. Everything secret in it is one of `CANARIES`.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from api import wiring
from api.settings import Settings
from corpus.ingest import read_document
from corpus.reading import read_bytes

QUESTION, KEY, TEXT, TITLE = "zqquestion", "zqkey", "zqtext", "zqtitle"
CANARIES = (QUESTION, KEY, TEXT, TITLE)
PORT = 8971  # the namespace has no other service
_READY_SECONDS = 300
_UP = 0x1  # IFF_UP, linux/if.h
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914  # SIOCGIFFLAGS, SIOCSIFFLAGS, linux/sockios.h


def loopback_up() -> None:
    with socket.socket() as one:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(one, _GET_FLAGS, request))[1]
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def without_route() -> int:
    """How many packets this namespace has wanted to send beyond itself, ever."""
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")]
    return int(dict(zip(*lines, strict=True))["OutNoRoutes"])


def make_home(settings: Settings) -> str:
    """A document with both secrets of a document; returns an admin key with the secret of a key."""
    wiring.create_empty(settings)
    text = f"The border post closed in May. The {TEXT} convoy waited for two days before it turned back."
    wiring.open_store(settings).add(
        *read_document(text.encode(), "post.txt", given={"title": f"The {TITLE} file"}, read=read_bytes)
    )
    list(wiring.update_index(settings))
    return wiring.open_keys(settings).create("admin", "")[1]


def call(method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", body, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def knock(key: str) -> dict[str, list[tuple[str, int, str]]]:
    """Every door once with the secrets in what it takes: `answers` may quote the corpus, `errors` may quote nothing."""
    question = f"When did the border post close, {QUESTION}?"
    asked = json.dumps({"question": question}).encode()
    line = urllib.parse.quote(question)
    admin = {"Authorization": f"Bearer {key}"}
    chat = json.dumps({"model": "muhojir", "messages": [{"role": "user", "content": question}]}).encode()
    answers = [
        ("ask", *call("POST", "/v1/ask", asked)),
        ("search", *call("POST", "/v1/search", asked)),
        ("search by address", *call("GET", f"/v1/search?q={line}")),
        ("stream", *call("POST", "/v1/ask/stream", asked)),
        ("chat", *call("POST", "/v1/chat/completions", chat)),
        ("page", *call("GET", f"/?q={line}", Accept="text/html")),
        ("documents", *call("GET", "/v1/documents")),
        ("coverage", *call("GET", "/v1/coverage")),
        ("ready", *call("GET", "/readyz")),
    ]
    errors = [
        ("too many", *call("POST", "/v1/ask", json.dumps({"question": question, "k": 999}).encode())),
        ("too long", *call("POST", "/v1/ask", json.dumps({"question": QUESTION * 500}).encode())),
        ("a number", *call("POST", "/v1/ask", json.dumps({"question": [question]}).encode())),
        ("no JSON", *call("POST", "/v1/ask", asked[:-1])),
        ("no UTF-8", *call("POST", "/v1/ask", asked[:-2] + b'\xff"}')),
        ("wrong key", *call("POST", "/v1/documents", b"{}", Authorization=f"Bearer {KEY}")),
        ("wrong admin key", *call("DELETE", "/v1/documents/none", Authorization=f"Bearer {KEY}")),
        ("bad chat", *call("POST", "/v1/chat/completions", chat.replace(b"user", b"nobody"))),
        ("unreadable", *_job(admin, {"name": "a.md", "text": f"---\ntitle: [{TITLE}\npublished: {TEXT}\n---\n{TEXT}"})),
        ("bad date", *_job(admin, {"name": "b.md", "text": f"---\npublished: soon\n---\nThe {TEXT} words."})),
        ("no format", *_job(admin, {"name": "c.xyz", "text": TEXT})),
    ]
    return {"answers": answers, "errors": errors}


def _job(admin: dict[str, str], document: dict[str, str]) -> tuple[int, str]:
    status, body = call("POST", "/v1/documents", json.dumps(document).encode(), **admin)
    if status != 202:
        return status, body
    for _ in range(_READY_SECONDS * 10):
        status, body = call("GET", f"/v1/jobs/{json.loads(body)['id']}", **admin)
        if json.loads(body)["state"] in {"done", "failed"}:
            break
        time.sleep(0.1)
    return status, body


def main() -> None:
    root, model = Path(sys.argv[1]), sys.argv[2]
    loopback_up()
    settings = Settings(home=root / "home", cache=root / "cache", model=model, port=PORT)
    key = make_home(settings)
    environment = {**os.environ, **{f"MUHOJIR_{name.upper()}": str(getattr(settings, name))
                                    for name in ("home", "cache", "model", "port")}}  # fmt: skip
    log = root / "log"
    command = [sys.executable, "-m", "api.cli", "serve"]
    with log.open("w") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=file) as service:
        try:
            _wait()
            told = knock(key)
            metrics = call("GET", "/metrics")[1]
        finally:
            service.terminate()
    lost = without_route()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # the counter counts: one datagram to TEST-NET-1
        try:
            probe.sendto(b"", ("192.0.2.1", 9))
        except OSError:
            told["probe"] = [("counted", without_route() - lost, "")]
    sys.stdout.write(json.dumps({**told, "metrics": metrics, "log": log.read_text(), "packets": lost, "key": key}))


def _wait() -> None:
    for _ in range(_READY_SECONDS * 5):
        try:
            if call("GET", "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the service does not get ready")


if __name__ == "__main__":
    main()

"""HTTP of the fake Bot API server: bodies in, answers out, faults on the way."""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.botapi_checks import ApiError, bad_request, parsed

UPLOAD_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    content: bytes
    mime: str = ""


@dataclass(slots=True)
class Fault:
    """Something that will go wrong; `hits` counts how often it did."""

    method: str
    kind: str
    chat: int | None = None
    times: int = 1
    seconds: float = 1.0
    description: str = ""
    hits: int = 0

    def matches(self, method: str, chat: int | None) -> bool:
        return (
            self.hits < self.times
            and self.method.lower() in ("*", method.lower())
            and self.chat in (None, chat)
        )


@dataclass(slots=True)
class Request:
    """One call of a method."""

    method: str
    fields: dict[str, Any]
    uploads: dict[str, Upload] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)

    def text(self, name: str, default: str = "") -> str:
        value = self.fields.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        try:
            return int(self.fields.get(name, default))
        except (TypeError, ValueError):
            raise bad_request(f'invalid parameter "{name}" specified') from None

    def json(self, name: str) -> Any:
        value = self.fields.get(name)
        return None if value in (None, "") else parsed(value, name)

    def flag(self, name: str) -> bool:
        return str(self.fields.get(name, "")).lower() in ("true", "1")

    @property
    def chat(self) -> int | None:
        given = str(self.fields.get("chat_id", ""))
        return int(given) if re.fullmatch(r"-?\d+", given) else None

    def upload(self, name: str) -> Upload | None:
        """The file in a field, sent in place or as attach://other-field."""
        if name in self.uploads:
            return self.uploads[name]
        given = str(self.fields.get(name, ""))
        return self.uploads.get(given.removeprefix("attach://")) if given else None


def body_of(content_type: str, body: bytes, query: str) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields and files of a request, however they were encoded."""
    fields: dict[str, Any] = {k: v[-1] for k, v in parse_qs(query, keep_blank_values=True).items()}
    if content_type.startswith("application/json"):
        return {**fields, **(json.loads(body) if body else {})}, {}
    if content_type.startswith("multipart/form-data"):
        sent, uploads = _multipart(content_type, body)
        return {**fields, **sent}, uploads
    form = parse_qs(body.decode(), keep_blank_values=True)
    return {**fields, **{name: values[-1] for name, values in form.items()}}, {}


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if boundary is None:
        raise bad_request("boundary expected")
    fields: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        headers = head.decode()
        name = re.search(r'[; ]name="([^"]*)"', headers)
        filename = re.search(r'filename="([^"]*)"', headers)
        mime = re.search(r"(?im)^content-type:\s*([^\r\n]+)", headers)
        if name and filename:
            uploads[name[1]] = Upload(unquote(filename[1]), content, mime[1] if mime else "")
        elif name:
            fields[name[1]] = content.decode()
    return fields, uploads


class Server(ThreadingHTTPServer):
    """Listens on loopback; every connection has its own thread."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, port: int, answer: Callable[[str, str, Request], Any], files: Any) -> None:
        self.answer, self.files = answer, files
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def hang_up(self) -> None:
        """Cut every connection, as a dying server does."""
        for connection in list(self.open):
            _reset(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is no news."""


def _reset(connection: socket.socket) -> None:
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Cut(Exception):
    """The connection is to be reset instead of answered."""


class Handler(BaseHTTPRequestHandler):
    """/bot<token>/<method> and /file/bot<token>/<path>."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        for stream in (self.wfile, self.rfile):
            with suppress(OSError):  # closing flushes, and the other side may be gone
                stream.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        try:
            if found := re.fullmatch(r"/file/bot([^/]+)/(.+)", address.path):
                self._write(
                    200,
                    self.server.files(unquote(found[1]), unquote(found[2])),
                    "application/octet-stream",
                )
            elif found := re.fullmatch(r"/bot([^/]+)/(\w+)", address.path):
                self._call(unquote(found[1]), found[2], body, address.query)
            else:
                raise ApiError(404, "Not Found")
        except Cut:
            self.close_connection = True
            _reset(self.connection)
        except ApiError as error:
            self._refuse(error)

    def _call(self, token: str, method: str, body: bytes, query: str) -> None:
        if len(body) > UPLOAD_BYTES + 65_536:
            raise ApiError(413, "Request Entity Too Large")
        try:
            fields, uploads = body_of(self.headers.get("Content-Type", ""), body, query)
        except (ValueError, UnicodeDecodeError):
            raise bad_request("can't parse the body of the request") from None
        result = self.server.answer(token, method, Request(method, fields, uploads))
        if isinstance(result, bytes):  # a fault that answers nonsense
            self._write(502, result, "text/html")
        else:
            self._json(200, {"ok": True, "result": result})

    def _refuse(self, error: ApiError) -> None:
        answer = {"ok": False, "error_code": error.code, "description": error.description}
        if error.parameters:
            answer["parameters"] = error.parameters
        self._json(error.code, answer)

    def _json(self, code: int, answer: dict[str, Any]) -> None:
        self._write(code, json.dumps(answer, ensure_ascii=False).encode(), "application/json")

    def _write(self, code: int, content: bytes, mime: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", mime)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

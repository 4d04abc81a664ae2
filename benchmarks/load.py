"""Asks for pages as fast as they come, with wrk where it is installed and a Python loop elsewhere.

Neither counts what is not the page that was meant: each answer must have its status and its mark.
"""

import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

CONNECTIONS = 4
KEY = "{KEY}"  # in a body: replaced by a fresh submit key for each request

_SCRIPT = """
local paths, body, status, mark = %(paths)s, %(body)s, "%(status)d", %(mark)s
local threads, turn = {}, 0
answered, wrong = 0, 0
function setup(thread) table.insert(threads, thread) end
function init() math.randomseed(os.time() + %(salt)d) end
local function key()
  local text = "%(salt)08x-0000-4000-8000-" .. string.format("%%06x%%06x",
    math.random(0, 0xffffff), turn)
  return text
end
function request()
  turn = turn + 1
  local path = paths[turn %% #paths + 1]
  if body == "" then return wrk.format("GET", path) end
  return wrk.format("POST", path, nil, (string.gsub(body, "{KEY}", key())))
end
function response(code, headers, text)
  answered = answered + 1
  if tostring(code) ~= status or (mark ~= "" and not string.find(text, mark, 1, true)) then
    wrong = wrong + 1
  end
end
function done(summary, latency)
  local all, bad = 0, 0
  for _, thread in ipairs(threads) do
    all = all + thread:get("answered"); bad = bad + thread:get("wrong")
  end
  io.write(string.format("RESULT %%d %%d %%f %%f\\n", all, bad, summary.duration / 1e6,
    latency:percentile(95) / 1e3))
end
"""


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask for, and what the answer must be."""

    paths: tuple[str, ...]
    cookie: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    status: int = 200
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Yield:
    """What came back: answers, how many of them wrong, in how long; p95 in milliseconds."""

    answered: int
    wrong: int
    seconds: float
    p95: float


def tool() -> str:
    """Return what asks: 'wrk' or 'a Python loop'."""
    return "wrk" if shutil.which("wrk") else "a Python loop (wrk is not installed)"


def ask(base: str, call: Call, *, seconds: float) -> Yield:
    """Ask over four connections for so long."""
    if shutil.which("wrk") and seconds >= 1:
        return _with_wrk(base, call, int(seconds))
    return _with_python(base, call, seconds)


def _with_wrk(base: str, call: Call, seconds: int) -> Yield:
    parts = {
        "paths": "{" + ", ".join(json.dumps(path) for path in call.paths) + "}",
        "body": json.dumps(call.body),
        "status": call.status,
        "mark": json.dumps(call.mark, ensure_ascii=False),
        "salt": uuid.uuid4().int % 0x7FFFFFFF,
    }
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    for header in headers(call):
        words += ["-H", header]
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(_SCRIPT % parts)
        script.flush()
        done = subprocess.run(
            [*words, "-s", script.name, base], capture_output=True, text=True, check=True
        )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    answered, wrong, lasted, p95 = line.split()[1:]
    return Yield(int(answered), int(wrong), float(lasted), float(p95))


def headers(call: Call) -> list[str]:
    """Return the headers of a call, a line each."""
    lines = ["Accept-Language: nl"]
    if call.cookie:
        lines.append(f"Cookie: {call.cookie}")
    if call.body:
        lines.append("Content-Type: application/x-www-form-urlencoded")
    return lines


def _with_python(base: str, call: Call, seconds: float) -> Yield:
    port = int(base.rpartition(":")[2])
    times: list[float] = []
    wrong: list[int] = []
    started = time.perf_counter()
    until = started + seconds

    def work() -> None:
        for request in _requests(call):
            begun = time.perf_counter()
            if begun >= until:
                return
            if not _is_right(_exchange(port, request), call):
                wrong.append(1)
            times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p95 = sorted(times)[int(len(times) * 0.95)] * 1000 if times else 0.0
    return Yield(len(times), len(wrong), time.perf_counter() - started, p95)


def _requests(call: Call, more: Iterable[str] = ()) -> Iterator[bytes]:
    shared = "".join(f"{line}\r\n" for line in ["Host: 127.0.0.1", *headers(call), *more])
    for turn in count():
        path = call.paths[turn % len(call.paths)]
        body = call.body.replace(KEY, str(uuid.uuid4()))
        verb = "POST" if body else "GET"
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        yield f"{verb} {path} HTTP/1.1\r\n{shared}{length}\r\n{body}".encode()


def _exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(1 << 17):
            parts.append(part)
    return b"".join(parts)


def _is_right(answer: bytes, call: Call) -> bool:
    return answer.startswith(f"HTTP/1.1 {call.status} ".encode()) and call.mark.encode() in answer


def exchange(port: int, call: Call, more: Iterable[str] = ()) -> bytes:
    """Ask once, with these headers besides; return the whole answer."""
    return _exchange(port, next(_requests(call, more)))


def once(base: str, call: Call) -> tuple[int, str]:
    """Ask once; return the status and the whole answer."""
    answer = _exchange(int(base.rpartition(":")[2]), next(_requests(call))).decode()
    return int(answer.split(" ", 2)[1]), answer

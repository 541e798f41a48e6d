"""Hold a running portal with slow clients and many connections, and print how it answers.

Usage: scripts/slow_clients [--url http://127.0.0.1:8000] [--slow 500] [--many 300] [--seconds 20]

Opens half-sent heads, half-sent bodies and readers that do not read, `--slow` of them in all; then
`--many` connections that ask for a page as fast as they are answered. While each lasts, /healthz
and the page are asked for on connections of their own. Exit code 1 where p99 of /healthz is more
than a second or an answer is neither the page nor 503 with Retry-After.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

LIMIT_S = 1.0


def connect(host: str, port: int) -> socket.socket:
    """A connection; a server that does not take it within 10 s is an error."""
    return socket.create_connection((host, port), timeout=10)


def ask(host: str, port: int, path: str) -> tuple[int, str]:
    """Status and Retry-After of one request on a connection of its own."""
    with connect(host, port) as one:
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := one.recv(65536):
            answer += part
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    if not head.startswith("http/"):
        return 0, ""
    after = [line.partition(":")[2].strip() for line in head.split("\r\n") if "retry-after" in line]
    return int(head.split()[1]), after[0] if after else ""


def hold(host: str, port: int, number: int) -> list[socket.socket]:
    """Half-sent heads, half-sent bodies and readers that do not read, a third each."""
    heads = b"GET / HTTP/1.1\r\nHost: loc"
    bodies = (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=a"
    )
    readers = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"
    held = []
    for index in range(number):
        one = connect(host, port)
        if index % 3 == 2:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall((heads, bodies, readers)[index % 3])
        held.append(one)
    return held


Counts = collections.Counter[str]


def crowd(host: str, port: int, path: str, many: int, until: float, tell: Connection) -> None:
    """Ask over `many` connections at once, in a process of its own, and tell what was answered."""
    seen: Counts = collections.Counter()
    threads = [
        threading.Thread(target=flood, args=(host, port, path, until, seen)) for _ in range(many)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell.send(seen)


def flood(host: str, port: int, path: str, until: float, seen: Counts) -> None:
    """Ask for a page over and over, at once whatever is answered, and count it."""
    while time.monotonic() < until:
        try:
            status, after = ask(host, port, path)
            seen[f"{status}{' with Retry-After' if after else ''}"] += 1
        except OSError as error:
            seen[type(error).__name__] += 1


def probe(host: str, port: int, path: str, until: float) -> list[float]:
    """Seconds of each answer, ten a second at most; what is not answered counts for 60."""
    times = []
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            status, _ = ask(host, port, path)
            times.append(time.monotonic() - began if status == 200 else 60.0)
        except OSError:
            times.append(60.0)
        time.sleep(0.1)
    return times


def say(what: str, times: list[float]) -> float:
    """Print and return p99."""
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(f"{what}: /healthz p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms ({len(times)})")
    return p99


def count_ended(held: list[socket.socket]) -> int:
    """How many of the held connections the server has ended by now."""
    ended = 0
    for one in held:
        one.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            try:
                while one.recv(65536):
                    pass
                ended += 1
            except ConnectionError:
                ended += 1
    return ended


def main() -> int:
    """Both loads, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--page", default="/sign-in")
    parser.add_argument("--slow", type=int, default=500)
    parser.add_argument("--many", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    url = urlsplit(options.url)
    host, port = url.hostname or "127.0.0.1", url.port or 80
    bad = say("nobody else", probe(host, port, "/healthz", time.monotonic() + 3)) > LIMIT_S
    if options.slow:
        held = hold(host, port, options.slow)
        times = probe(host, port, "/healthz", time.monotonic() + options.seconds)
        bad |= say(f"{options.slow} slow clients", times) > LIMIT_S
        print(f"  of them ended by the server after {options.seconds:.0f} s: {count_ended(held)}")
        for one in held:
            one.close()
    if options.many:
        until = time.monotonic() + options.seconds
        heard, tell = multiprocessing.Pipe(duplex=False)
        crowded = (host, port, options.page, options.many, until, tell)
        process = multiprocessing.Process(target=crowd, args=crowded)
        process.start()
        bad |= say(f"{options.many} connections", probe(host, port, "/healthz", until)) > LIMIT_S
        seen: Counts = heard.recv()
        process.join()
        print(f"  {options.page} answered: {dict(seen)}")
        bad |= bool(set(seen) - {"200", "503 with Retry-After"})
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())

"""The servers of one installation, each a process group of its own, ended by its id alone."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from supplychain.graph.engine import neo4j_server
from tests import engines

ROOT = Path(__file__).resolve().parent.parent.parent
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_S = 240
STOP_S = 15


@dataclass(slots=True, kw_only=True)
class Server:
    """One program; ``is_ready`` says whether it can be worked with."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    is_ready: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; call ``wait`` to have it ready."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.log.parent,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def wait(self) -> float:
        """Seconds until it is ready.

        Raises:
            RuntimeError: it ended, or was not ready in time; with its last lines.
        """
        start = time.monotonic()
        while not self.is_ready():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > start + START_S:
                end = self.log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{self.name} did not start:\n{end}")
            time.sleep(0.1)
        return time.monotonic() - start

    def kill(self) -> None:
        """End it and all it started at once, as a machine that loses its power does."""
        assert self.process is not None
        _end_group(self.process.pid)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, and make it after a while."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                print(f"{self.name} did not stop within {STOP_S} s and is killed")
        _end_group(self.process.pid)
        self.process.wait()

    def members(self) -> list[psutil.Process]:
        """The process and all below it."""
        assert self.process is not None
        try:
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def end_with_parent() -> None:
    """Have the kernel end this child when the drill is killed, so that nothing is left behind."""
    pr_set_pdeathsig = 1  # <linux/prctl.h>
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


@dataclass(slots=True, kw_only=True)
class Installation:
    """All servers: graph, broker, portals, workers, and the balancer before them.

    ``broker`` is rabbitmq or redis; ``settings`` are the SUPPLYCHAIN_ variables of all processes.
    """

    folder: Path
    broker: str
    servers: dict[str, Server] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    portals: list[str] = field(default_factory=list)
    url: str = ""

    @classmethod
    def plan(cls, folder: Path, broker: str, *, portals: int, workers: int) -> Installation:
        """What will run where: nothing is started yet."""
        ports = _free_ports(4 + portals)
        self = cls(folder=folder, broker=broker, url=f"http://127.0.0.1:{ports[0]}")
        bolt = f"bolt://127.0.0.1:{ports[1]}"
        self._add("graph", _neo4j_command(folder, ports[1]), lambda: _runs_queries(bolt))
        address = self._add_broker(ports[2], ports[3])
        self.settings = {
            "SUPPLYCHAIN_DATA": str(folder / "data"),
            "SUPPLYCHAIN_GRAPH_URI": bolt,
            "SUPPLYCHAIN_BROKER_URL": address,
            "SUPPLYCHAIN_URL": self.url,
            "SUPPLYCHAIN_PROXIES": "1",
        }
        if broker == "redis":
            self.settings["SUPPLYCHAIN_RATE_LIMITS"] = f"redis://127.0.0.1:{ports[2]}/1"
        for number, port in enumerate(ports[4:], 1):
            name, at = f"portal{number}", f"127.0.0.1:{port}"
            self.portals.append(at)
            self._add_own(name, ["web", "--port", str(port)], _answers(f"http://{at}/readyz"))
        for number in range(1, workers + 1):
            self._add_own(f"worker{number}", ["worker", "--processes", "1"], lambda: True)
        self._add_balancer(ports[0])
        return self

    def run_command(
        self, *arguments: str, timeout: float = 900
    ) -> subprocess.CompletedProcess[str]:
        """Run ``supplychain`` with these arguments to its end."""
        return _run_own(list(arguments), self.settings, timeout)

    def start(self, *names: str) -> None:
        """Start servers and wait until they are ready."""
        for name in names:
            self.servers[name].start()
        for name in names:
            self.servers[name].wait()

    def stop(self) -> None:
        """Stop all, last started first."""
        for server in reversed(self.servers.values()):
            server.stop()

    def _add(
        self,
        name: str,
        command: list[str],
        is_ready: Callable[[], bool],
        env: dict[str, str] | None = None,
    ) -> None:
        log = self.folder / name / "output.log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith("SUPPLYCHAIN_")}
        self.servers[name] = Server(
            name=name, command=command, env={**clean, **(env or {})}, log=log, is_ready=is_ready
        )

    def _add_own(self, name: str, arguments: list[str], is_ready: Callable[[], bool]) -> None:
        own = [sys.executable, "-m", "supplychain", *arguments]
        self._add(name, own, is_ready, {**self.settings, "PYTHONPATH": str(ROOT)})

    def _add_broker(self, port: int, other_port: int) -> str:
        """The broker's servers; returns its address."""
        if self.broker == "redis":
            folder = self.folder / "broker"
            folder.mkdir(parents=True, exist_ok=True)
            program = "redis-server" if _has_program("redis-server") else "valkey-server"
            where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
            keeps = ["--appendonly", "yes", "--save", ""]
            self._add("broker", [program, *where, *keeps], _pings(port))
            return f"redis://127.0.0.1:{port}/0"
        folder = self.folder / "rabbitmq"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{port}\nvm_memory_high_watermark.absolute = 400MB\n"
            "disk_free_limit.absolute = 50MB\nlog.console = true\nlog.file = false\n"
        )
        (folder / "plugins").write_text("[].")
        names = _free_ports(1)[0]
        env = {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"scale{names}@localhost",
            "RABBITMQ_DIST_PORT": str(other_port),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        epmd = ["epmd", "-port", str(names), "-address", "127.0.0.1"]
        self._add("names", epmd, lambda: _listens(names))
        self._add("broker", [str(RABBITMQ)], lambda: _listens(port), env)
        return f"amqp://guest:guest@127.0.0.1:{port}//"

    def _add_balancer(self, port: int) -> None:
        """HAProxy with the text of ``deploy/haproxy.cfg``, at addresses of this machine."""
        text = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
        path = self.folder / "haproxy.cfg"
        path.write_text(render_balancer(text, port, self.portals), encoding="utf-8")
        command = ["haproxy", "-db", "-f", str(path)]
        self._add("balancer", command, _answers(f"{self.url}/healthz"))


def render_balancer(text: str, port: int, portals: list[str]) -> str:
    """The text for HAProxy with its addresses exchanged, without TLS, and with who answered."""
    kept = [
        line
        for line in text.splitlines()
        if not line.strip().startswith(("bind ", "server ")) and "ssl_fc }" not in line
    ]
    servers = [f"    server portal{number} {at}" for number, at in enumerate(portals, 1)]
    front = kept.index("frontend people") + 1
    kept[front:front] = [f"    bind 127.0.0.1:{port}", "    http-response set-header X-Portal %s"]
    return "\n".join([*kept, *servers, ""])


def _neo4j_command(folder: Path, port: int) -> list[str]:
    engines.fetch_jars()
    return neo4j_server.server_command(engines.JARS, folder / "neo4j", port, heap="1g")


def _run_own(
    arguments: list[str], settings: dict[str, str], timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SUPPLYCHAIN_")}
    return subprocess.run(
        [sys.executable, "-m", "supplychain", *arguments],
        env={**clean, **settings},
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _has_program(name: str) -> bool:
    return any((Path(folder) / name).exists() for folder in os.get_exec_path())


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _runs_queries(uri: str) -> bool:
    try:
        with GraphDatabase.driver(uri, connection_timeout=2) as driver, driver.session() as session:
            row = session.run("RETURN 1 AS one").single()  # tried once: whoever waits tries again
            return row is not None and row["one"] == 1
    except (DriverError, Neo4jError, OSError):
        return False


def _pings(port: int) -> Callable[[], bool]:
    def ping() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    return ping


def _answers(url: str) -> Callable[[], bool]:
    def answer() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5) as said:
                return said.status == 200
        except OSError:
            return False

    return answer

"""Starting the page: the index first, then Streamlit on a port that is free."""

import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from chuhai.domain import Lang
from chuhai.errors import IndexProblem, ServeError
from chuhai.index.build import Progress
from chuhai.settings import checkout, shipped

if TYPE_CHECKING:
    from chuhai.wiring import Workshop


def serve(workshop: "Workshop", host: str, port: int, lang: Lang, progress: Progress) -> int:
    """Serves the page until interrupted; returns the server's exit status.

    Builds the index where it is missing, and anew where it cannot be used. Raises ServeError
    for a port in use.
    """
    _claim(host, port)
    try:
        workshop.open().close()
    except IndexProblem:
        workshop.rebuild(progress)
    page = (checkout() or shipped(".")) / "app" / "chat.py"
    shown = "localhost" if host in ("0.0.0.0", "::") else host
    opened = {"zh": "对话页面", "en": "the chat page is at"}[lang]
    print(f"{opened} http://{shown}:{port}", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(page), *_flags(host, port)]
    environment = {**os.environ, "CHUHAI_HOME": str(workshop.settings.home)}
    # Whoever ends this process ends the server with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        return server.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        server.terminate()
        server.wait(10)


def _flags(host: str, port: int) -> list[str]:
    settings = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        # MiB of one file; what is too large for the library is said by the library.
        "server.maxUploadSize": "20",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
    }
    return [f"--{name}={value}" for name, value in settings.items()]


def _claim(host: str, port: int) -> None:
    """Raises ServeError unless the port can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(
                f"{host}:{port} cannot be used ({error.strerror}): choose another with --port",
                f"{host}:{port} 用不了（{error.strerror}）：请用 --port 换一个端口",
            ) from error

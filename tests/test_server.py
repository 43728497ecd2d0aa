"""The kernel's websocket sends every message at once."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# A server, a kernel and a websocket in a process of their own: ServerApp is one for all time in its process.
SCRIPT = """
import json, os, socket, sys
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection as Connection
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import websocket_connect

app = ServerApp()
app.initialize(sys.argv[1:], find_extensions=False)

async def look():
    try:
        query = "?token=a-token"
        answer = await AsyncHTTPClient().fetch(app.connection_url + "api/kernels" + query, method="POST", body="{}")
        kernel = json.loads(answer.body)["id"]
        address = app.connection_url.replace("http", "ws", 1) + "api/kernels/" + kernel + "/channels" + query
        client = await websocket_connect(address)
        (connection,) = Connection._open_sockets
        stream = connection.websocket_handler.ws_connection.stream
        nodelay = stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        print("class", type(connection).__name__, "nodelay", bool(nodelay), flush=True)
        client.close()
        await app.kernel_manager.shutdown_all()
    finally:
        os._exit(0)

app.io_loop.add_callback(look)
app.start()
"""


def test_the_socket_has_tcp_nodelay(tmp_path):
    options = [
        "--ServerApp.kernel_websocket_connection_class=utils.server.PromptConnection",
        "--ServerApp.open_browser=False",
        "--ServerApp.port=0",
        "--ServerApp.allow_root=True",
        f"--ServerApp.root_dir={tmp_path}",
        "--IdentityProvider.token=a-token",
    ]
    folders = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "RUNTIME", "DATA")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *options],
        env=os.environ | folders | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "class PromptConnection nodelay True", done.stderr

"""A kernel connection for Jupyter Server that sends every message at once.

Jupyter Server leaves Nagle's algorithm on for the websocket between page and kernel: a small message waits until the
one before it is acknowledged, which browsers do up to 40 ms later. A slider sends small messages. Start the server with

    jupyter lab --ServerApp.kernel_websocket_connection_class=utils.server.PromptConnection
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter Server's own connection, with TCP_NODELAY set on its socket."""

    def connect(self):
        """Open the connection; no message on it waits for an acknowledgement."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()

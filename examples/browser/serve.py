#!/usr/bin/env python3
"""Serves a folder on this machine's loopback address alone, until Ctrl-C: serve.py FOLDER PORT (0: any free one)."""

import functools
import http.server
import os
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm", ".js": "text/javascript"}

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")  # what was built anew is seen
        super().end_headers()

    def log_message(self, *_):
        pass


def main(folder, port):
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), functools.partial(Handler, directory=folder))
    except (OSError, OverflowError) as error:
        sys.exit(f"cannot serve at port {port}: {getattr(error, 'strerror', None) or error}")
    with server:
        print(f"open http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal():
        sys.exit(__doc__)
    if not os.path.isdir(sys.argv[1]):
        sys.exit(f"there is no folder {sys.argv[1]}")
    main(*sys.argv[1:])

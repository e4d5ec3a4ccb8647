"""A WebSocket client (the package websockets) that does what the lines on its standard input say, and tells on its standard
output what it hears; dev.gibbon.interop.Agent has the language of both. Payloads are in Base64."""
import asyncio
import base64
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

# What is offered, by the names of dev.gibbon.interop.Offer.
OFFERS = {
    "NONE": None,
    "USUAL": ClientPerMessageDeflateFactory(client_max_window_bits=True),
    "TAKEOVER": ClientPerMessageDeflateFactory(client_max_window_bits=15),
    "NO_TAKEOVER": ClientPerMessageDeflateFactory(
        server_no_context_takeover=True, client_no_context_takeover=True
    ),
    "SMALL_WINDOWS": ClientPerMessageDeflateFactory(
        server_no_context_takeover=True,
        client_no_context_takeover=True,
        server_max_window_bits=9,
        client_max_window_bits=9,
    ),
    "SMALL_WINDOWS_TAKEOVER": ClientPerMessageDeflateFactory(
        server_max_window_bits=9, client_max_window_bits=9
    ),
}


def tell(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def encode(value):
    if isinstance(value, str):
        value = value.encode()
    return base64.b64encode(value).decode()


def decode(words, index=0):
    return base64.b64decode(words[index]) if len(words) > index else b""


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def connect(url, offer):
    extension = OFFERS[offer]
    socket = await websockets.connect(
        url,
        extensions=[extension] if extension else None,
        compression=None,
        max_size=None,
        ssl=trusting() if url.startswith("wss:") else None,
    )
    headers = socket.response.headers if hasattr(socket, "response") else socket.response_headers
    tell("open", encode(headers.get("Sec-WebSocket-Extensions", "")))
    return socket


async def listen(socket):
    try:
        async for message in socket:
            tell("text" if isinstance(message, str) else "binary", encode(message))
    except websockets.exceptions.ConnectionClosed:
        pass
    # While the connection lasted nobody was to wait for its end.
    await socket.wait_closed()
    tell("closed", socket.close_code, encode(socket.close_reason or ""))


async def ping(socket, payload):
    await (await socket.ping(payload))
    tell("pong", encode(payload))


async def send(socket, verb, words):
    parts = [decode(words, i) for i in range(len(words))] or [b""]
    if verb.startswith("text"):
        parts = [part.decode() for part in parts]
    await socket.send(parts if verb.endswith("-parts") else parts[0])


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    socket = None
    tasks = set()

    def begin(coroutine):
        task = loop.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    while line := (await reader.readline()).decode().rstrip("\n"):
        verb, *words = line.split(" ")
        try:
            if verb == "connect":
                socket = await connect(*words)
                begin(listen(socket))
            elif verb == "ping":
                begin(ping(socket, decode(words)))
            elif verb == "close":
                begin(socket.close(int(words[0]), decode(words, 1).decode()))
            elif verb == "cut":
                socket.transport.abort()
            else:
                await send(socket, verb, words)
        except Exception as error:
            tell("error", encode(repr(error)))


asyncio.run(main())

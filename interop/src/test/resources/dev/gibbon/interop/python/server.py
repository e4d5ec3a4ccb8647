"""A WebSocket server (the package websockets) that echoes, and obeys the instructions of dev.gibbon.interop.Instruction. It ends
with its standard input.
Arguments: what it makes of permessage-deflate, and for TLS files with the certificate and the key, in PEM."""
import asyncio
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

PART = 1000

# By the names of dev.gibbon.interop.Offer.
ANSWERS = {
    "NONE": None,
    "USUAL": ServerPerMessageDeflateFactory(),
    "TAKEOVER": ServerPerMessageDeflateFactory(),
    "NO_TAKEOVER": ServerPerMessageDeflateFactory(
        server_no_context_takeover=True, client_no_context_takeover=True
    ),
    "SMALL_WINDOWS": ServerPerMessageDeflateFactory(
        server_no_context_takeover=True,
        client_no_context_takeover=True,
        server_max_window_bits=9,
        client_max_window_bits=9,
        require_client_max_window_bits=True,
    ),
    "SMALL_WINDOWS_TAKEOVER": ServerPerMessageDeflateFactory(
        server_max_window_bits=9, client_max_window_bits=9, require_client_max_window_bits=True
    ),
}


async def ping(socket, payload):
    await (await socket.ping(payload))
    await socket.send("pong " + payload)


async def serve(socket):
    in_parts = False
    async for message in socket:
        if isinstance(message, str) and message.startswith("! "):
            _, verb, *words = message.split(" ")
            if verb == "close":
                await socket.close(int(words[0]), " ".join(words[1:]))
            elif verb == "ping":
                asyncio.get_running_loop().create_task(ping(socket, words[0]))
            elif verb == "parts":
                in_parts = True
        elif in_parts and message:
            await socket.send([message[i : i + PART] for i in range(0, len(message), PART)])
        else:
            await socket.send(message)


async def main(answer, certificate=None, key=None):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    extension = ANSWERS[answer]
    async with websockets.serve(
        serve,
        "127.0.0.1",
        0,
        extensions=[extension] if extension else None,
        compression=None,
        max_size=None,
        ssl=context,
    ) as server:
        print("listening", next(iter(server.sockets)).getsockname()[1], flush=True)
        await reader.read()


asyncio.run(main(*sys.argv[1:]))

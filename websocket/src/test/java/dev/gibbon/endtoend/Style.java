package dev.gibbon.endtoend;

import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.WebSocketListener;

/** The two ways to write an application, as echoes that note opens and ends. */
enum Style {
    LISTENER,
    BLOCKING;

    /** An endpoint that sends back every message as it came. */
    Endpoint echo(EndToEnd test) {
        return this == LISTENER
                ? Endpoint.listener(
                        test.listener(WebSocketListener.onMessage((socket, message) -> socket.send(message))))
                : Endpoint.blocking(test.handler(socket -> {
                    for (Message message : socket) {
                        socket.send(message);
                    }
                }));
    }
}

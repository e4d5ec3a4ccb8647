package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;

/** A guest of the chat for tests, which writes and reads JSON as it stands on the wire. For one thread. */
final class Guest implements AutoCloseable {
    static final String SUBPROTOCOL = "Sec-WebSocket-Protocol: gibbon.chat.v1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RawWebSocket socket;
    private final JsonNode hello;

    private Guest(RawWebSocket socket) throws IOException {
        this.socket = socket;
        this.hello = next();
        assertThat(hello.path("type").asText()).isEqualTo("hello");
    }

    static Guest connect(int port) throws IOException {
        return new Guest(RawWebSocket.connect(port, "/chat/ws", SUBPROTOCOL));
    }

    /** Connects and enters; what comes next is the history. */
    static Guest enter(int port, String room, String name, String secret, String more) throws IOException {
        Guest guest = connect(port);
        guest.send(
                "{'type':'enter','room':'" + room + "','name':'" + name + "','producer':'" + secret + "'" + more + "}");
        return guest;
    }

    RawWebSocket socket() {
        return socket;
    }

    JsonNode hello() {
        return hello;
    }

    /** Sends JSON, with apostrophes for quotation marks. */
    void send(String json) throws IOException {
        socket.sendText(json.replace('\'', '"'));
    }

    void say(String room, long sequence, String text) throws IOException {
        send("{'type':'say','room':'" + room + "','sequence':" + sequence + ",'text':'" + text + "'}");
    }

    /** The next message, whatever it is. */
    JsonNode next() throws IOException {
        return JSON.readTree(socket.readText());
    }

    /** The next message of this type; others are passed over. */
    JsonNode next(String type) throws IOException {
        JsonNode message = next();
        while (!message.path("type").asText().equals(type)) {
            message = next();
        }
        return message;
    }

    @Override
    public void close() {
        socket.close();
    }
}

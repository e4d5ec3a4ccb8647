package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Java-WebSocket as a client of our server. Now and then (some of a hundred times, with any server) it answers a Close by closing
 * the socket before its own Close is written, so an end that the server begins has a test of its own.
 */
@DisplayName("Java-WebSocket as a client")
class JavaWebSocketClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.complementOf(EnumSet.of(Ability.CLIENT_ANSWERS_CLOSE)),
            new ClientMatrix.Setting(GibbonServer.Path.PLAIN, Offer.NONE, ""),
            new ClientMatrix.Setting(GibbonServer.Path.PLAIN, Offer.USUAL, ""));

    private static GibbonServer server;
    private static PeerClient client;

    @BeforeAll
    static void start() throws Exception {
        server = GibbonServer.start();
        client = new JavaWebSocketClient();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("MATRIX")
    void talks(ClientMatrix.Row row) throws Exception {
        row.run(server, client);
    }

    @Test
    void hearsTheServersClose() throws Exception {
        server.forget();
        URI uri = server.uri(GibbonServer.Path.PLAIN);
        try (Conversation conversation = client.connect(uri, Offer.NONE)) {
            conversation.send(Heard.Message.text(new Instruction.Close(4999, "世界").toString()));
            assertThat(conversation.hear()).isEqualTo(new Heard.Closed(4999, "世界"));
        }
        assertThat(server.visit().end().receivedCode()).isIn(4999, 1006);
    }
}

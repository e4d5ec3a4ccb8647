package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** What this run of the tests is about, told by the property that the build sets: the tests may run once for each transport. */
class TransportUnderTestTest {
    private static final String EXPECTED = System.getProperty("gibbon.transport", "nio");

    @Test
    void serversAndLoopsRunOnIt() throws Exception {
        try (EventLoops loops = EventLoops.create(1, true);
                WebSocketServer server = WebSocketServer.builder()
                        .loops(1)
                        .webSocket("/", WebSocketListener.onMessage(WebSocket::send))
                        .start()) {
            assertThat(loops.transport()).isEqualTo(EXPECTED);
            assertThat(server.stats().transport()).isEqualTo(EXPECTED);
        }
    }

    @Test
    void clientsRunOnIt() {
        WebSocketClient client =
                WebSocketClient.builder(URI.create("ws://localhost/")).build();

        assertThat(client.group().transport().name()).isEqualTo(EXPECTED);
    }
}

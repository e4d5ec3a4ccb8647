package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Java-WebSocket as a client of our server. Some of a hundred times, with any server, it closes its socket before its Close is
 * written: by then it has heard all that it is to hear, so that is let pass.
 */
@DisplayName("Java-WebSocket as a client")
class JavaWebSocketClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.complementOf(EnumSet.of(Ability.CLIENT_CLOSES_CLEANLY)),
            ClientMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ClientMatrix.setting(Ours.PLAIN, Offer.USUAL, Agreement.NONE),
            ClientMatrix.setting(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.USUAL, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.SMALL_WINDOWS, Offer.USUAL, Agreement.SMALL_SERVER_WINDOW),
            ClientMatrix.secure(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER));

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
}

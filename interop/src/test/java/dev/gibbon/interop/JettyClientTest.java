package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Jetty as a client of our server. It does as it has offered, and does not look at the parameters of the answer: a server that
 * wants no context takeover of it, as ours does by default, must be offered that, or it gets what it cannot inflate (1007).
 */
@DisplayName("Jetty as a client")
class JettyClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.allOf(Ability.class),
            ClientMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ClientMatrix.setting(Ours.PLAIN, Offer.USUAL, Agreement.NONE),
            ClientMatrix.setting(Ours.USUAL, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.USUAL, Agreement.TAKEOVER),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.TAKEOVER, Agreement.TAKEOVER),
            ClientMatrix.setting(Ours.SMALL_WINDOWS, Offer.NO_TAKEOVER, Agreement.SMALL_SERVER_WINDOW),
            ClientMatrix.setting(Ours.SMALL_WINDOWS_TAKEOVER, Offer.USUAL, Agreement.SMALL_WINDOWS_TAKEOVER),
            ClientMatrix.secure(Ours.USUAL, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER));

    private static GibbonServer server;
    private static PeerClient client;

    @BeforeAll
    static void start() throws Exception {
        server = GibbonServer.start();
        client = new JettyClient();
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

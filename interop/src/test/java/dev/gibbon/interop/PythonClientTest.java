package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Python's package websockets as a client of our server. */
@DisplayName("Python's websockets as a client")
class PythonClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.allOf(Ability.class),
            ClientMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ClientMatrix.setting(Ours.PLAIN, Offer.USUAL, Agreement.NONE),
            ClientMatrix.setting(Ours.USUAL, Offer.NONE, Agreement.NONE),
            ClientMatrix.setting(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.USUAL, Offer.TAKEOVER, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.USUAL, Offer.SMALL_WINDOWS, Agreement.SMALL_WINDOWS),
            ClientMatrix.setting(Ours.USUAL, Offer.SMALL_WINDOWS_TAKEOVER, Agreement.SMALL_WINDOWS),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.USUAL, Agreement.TAKEOVER),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.SMALL_WINDOWS_TAKEOVER, Agreement.SMALL_WINDOWS_TAKEOVER),
            ClientMatrix.setting(Ours.SMALL_WINDOWS, Offer.USUAL, Agreement.SMALL_WINDOWS),
            ClientMatrix.setting(Ours.SMALL_WINDOWS_TAKEOVER, Offer.USUAL, Agreement.SMALL_WINDOWS_TAKEOVER),
            ClientMatrix.secure(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER));

    private static GibbonServer server;
    private static Agent client;

    @BeforeAll
    static void start() throws Exception {
        client = new Agent(Tools.python("client.py"));
        server = GibbonServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            client.close();
            server.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("MATRIX")
    void talks(ClientMatrix.Row row) throws Exception {
        row.run(server, client);
    }
}

package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** A page in Chromium, at our server. */
@DisplayName("Chromium as a client")
class ChromiumClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.complementOf(EnumSet.of(Ability.CLIENT_PARTS, Ability.CLIENT_PING)),
            ClientMatrix.setting(Ours.PLAIN, Offer.USUAL, Agreement.NONE),
            ClientMatrix.setting(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER),
            ClientMatrix.setting(Ours.SMALL_WINDOWS_TAKEOVER, Offer.USUAL, Agreement.SMALL_WINDOWS_TAKEOVER),
            ClientMatrix.secure(Ours.TAKEOVER, Offer.USUAL, Agreement.TAKEOVER));

    private static GibbonServer server;
    private static ChromiumClient client;

    @BeforeAll
    static void start() throws Exception {
        client = ChromiumClient.open();
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

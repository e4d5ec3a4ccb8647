package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Jetty as a client of our server. */
@DisplayName("Jetty as a client")
class JettyClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.allOf(Ability.class),
            ClientMatrix.setting(Ours.PLAIN, Offer.NONE, ""),
            ClientMatrix.setting(Ours.PLAIN, Offer.USUAL, ""),
            ClientMatrix.secure(Ours.PLAIN, Offer.NONE, ""));

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

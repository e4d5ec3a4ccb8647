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
            ClientMatrix.setting(Ours.PLAIN, Offer.NONE, ""),
            ClientMatrix.setting(Ours.PLAIN, Offer.USUAL, ""),
            ClientMatrix.secure(Ours.PLAIN, Offer.NONE, ""));

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

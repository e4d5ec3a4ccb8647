package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The JDK's own client, at our server. */
@DisplayName("java.net.http as a client")
class JdkClientTest {
    static final List<ClientMatrix.Row> MATRIX = ClientMatrix.of(
            EnumSet.allOf(Ability.class),
            ClientMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ClientMatrix.setting(Ours.TAKEOVER, Offer.NONE, Agreement.NONE),
            ClientMatrix.secure(Ours.USUAL, Offer.NONE, Agreement.NONE));

    private static GibbonServer server;
    private static PeerClient client;

    @BeforeAll
    static void start() throws Exception {
        server = GibbonServer.start();
        client = new JdkClient();
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

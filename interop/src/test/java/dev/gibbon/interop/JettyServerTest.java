package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Our client at a server of Jetty. */
@DisplayName("Jetty as a server")
class JettyServerTest {
    static final List<ServerMatrix.Row> MATRIX = ServerMatrix.of(
            EnumSet.allOf(Ability.class),
            ServerMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ServerMatrix.setting(Ours.PLAIN, Offer.USUAL, Agreement.NONE),
            ServerMatrix.setting(Ours.USUAL, Offer.NONE, Agreement.NONE),
            ServerMatrix.setting(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER),
            ServerMatrix.setting(Ours.TAKEOVER, Offer.USUAL, Agreement.TAKEOVER),
            ServerMatrix.setting(Ours.SMALL_WINDOWS, Offer.USUAL, Agreement.NO_TAKEOVER),
            ServerMatrix.setting(Ours.SMALL_WINDOWS_TAKEOVER, Offer.USUAL, Agreement.TAKEOVER),
            ServerMatrix.secure(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER));

    private static ServerMatrix.Servers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = new ServerMatrix.Servers(JettyServer::start);
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("MATRIX")
    void talks(ServerMatrix.Row row) throws Exception {
        row.run(servers);
    }
}

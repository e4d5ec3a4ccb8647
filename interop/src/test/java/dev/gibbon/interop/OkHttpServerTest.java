package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Our client at OkHttp's MockWebServer. */
@DisplayName("OkHttp as a server")
class OkHttpServerTest {
    static final List<ServerMatrix.Row> MATRIX = ServerMatrix.of(
            EnumSet.of(Ability.CLIENT_PARTS, Ability.CLIENT_PING, Ability.SERVER_CLOSES_1001),
            ServerMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ServerMatrix.setting(Ours.USUAL, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER),
            ServerMatrix.setting(Ours.TAKEOVER, Offer.TAKEOVER, Agreement.TAKEOVER),
            ServerMatrix.secure(Ours.USUAL, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER));

    private static ServerMatrix.Servers servers;

    @BeforeAll
    static void start() throws Exception {
        servers = new ServerMatrix.Servers(OkHttpServer::start);
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

package dev.gibbon.interop;

import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Our client at a server that is Node's package ws. */
@DisplayName("Node's ws as a server")
class NodeServerTest {
    static final List<ServerMatrix.Row> MATRIX = ServerMatrix.of(
            EnumSet.allOf(Ability.class),
            ServerMatrix.setting(Ours.PLAIN, Offer.NONE, Agreement.NONE),
            ServerMatrix.setting(Ours.PLAIN, Offer.USUAL, Agreement.NONE),
            ServerMatrix.setting(Ours.USUAL, Offer.NONE, Agreement.NONE),
            ServerMatrix.setting(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER),
            ServerMatrix.setting(Ours.USUAL, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER),
            ServerMatrix.setting(Ours.USUAL, Offer.SMALL_WINDOWS, Agreement.SMALL_WINDOWS),
            ServerMatrix.setting(Ours.TAKEOVER, Offer.TAKEOVER, Agreement.TAKEOVER),
            ServerMatrix.setting(Ours.TAKEOVER, Offer.NO_TAKEOVER, Agreement.NO_TAKEOVER),
            ServerMatrix.setting(Ours.TAKEOVER, Offer.SMALL_WINDOWS_TAKEOVER, Agreement.SMALL_WINDOWS_TAKEOVER),
            ServerMatrix.setting(Ours.SMALL_WINDOWS, Offer.USUAL, Agreement.SMALL_WINDOWS),
            ServerMatrix.setting(Ours.SMALL_WINDOWS_TAKEOVER, Offer.USUAL, Agreement.SMALL_WINDOWS_TAKEOVER),
            ServerMatrix.setting(
                    Ours.SMALL_WINDOWS_TAKEOVER, Offer.SMALL_WINDOWS_TAKEOVER, Agreement.SMALL_WINDOWS_TAKEOVER),
            ServerMatrix.secure(Ours.USUAL, Offer.USUAL, Agreement.NO_TAKEOVER));

    private static ServerMatrix.Servers servers;

    private static PeerServer node(Offer answer, @Nullable Identity identity) throws Exception {
        return ScriptedServer.start(Tools.node("server.mjs"), answer, identity);
    }

    @BeforeAll
    static void start() throws Exception {
        servers = new ServerMatrix.Servers(NodeServerTest::node);
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

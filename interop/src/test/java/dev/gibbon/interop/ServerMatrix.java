package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Our client against servers of others: every setting with every scenario that the server can play. */
final class ServerMatrix {
    private ServerMatrix() {}

    /**
     * One way to connect.
     *
     * @param ours what our client is set to
     * @param secure whether by TLS
     * @param answer what the server makes of the extension
     * @param agreed what the server must answer
     */
    record Setting(Ours ours, Offer answer, boolean secure, Agreement agreed) {
        @Override
        public String toString() {
            return ours + ", " + answer + (secure ? ", wss" : "");
        }
    }

    /** A way to connect without TLS. */
    static Setting setting(Ours ours, Offer answer, Agreement agreed) {
        return new Setting(ours, answer, false, agreed);
    }

    /** A way to connect by TLS. */
    static Setting secure(Ours ours, Offer answer, Agreement agreed) {
        return new Setting(ours, answer, true, agreed);
    }

    /** One test. */
    record Row(Setting setting, Scenario scenario) {
        void run(Servers servers) throws Exception {
            PeerServer server = servers.with(setting.answer, setting.secure);
            try (GibbonClient.Talk talk = GibbonClient.connect(server.uri(), setting.ours)) {
                Agreement agreed = Agreement.of(talk.extensions());
                scenario.run(talk);
                assertThat(agreed).isEqualTo(setting.agreed);
                Visit visit = talk.visit();
                visit.verifyEnd(scenario.farewell());
                visit.verifyFrames(agreed, scenario);
            }
        }

        @Override
        public String toString() {
            return setting + ": " + scenario;
        }
    }

    /** Servers of one kind, each started when it is first needed. For one thread; closing it ends them all. */
    static final class Servers implements AutoCloseable {
        private final PeerServer.Starter starter;
        private final Map<Offer, PeerServer> plain = new EnumMap<>(Offer.class);
        private final Map<Offer, PeerServer> secure = new EnumMap<>(Offer.class);

        Servers(PeerServer.Starter starter) {
            this.starter = starter;
        }

        PeerServer with(Offer answer, boolean isSecure) throws Exception {
            Map<Offer, PeerServer> running = isSecure ? secure : plain;
            PeerServer server = running.get(answer);
            if (server == null) {
                server = starter.start(answer, isSecure ? Identity.OURS : null);
                running.put(answer, server);
            }
            return server;
        }

        @Override
        public void close() {
            plain.values().forEach(PeerServer::close);
            secure.values().forEach(PeerServer::close);
        }
    }

    static List<Row> of(Set<Ability> abilities, Setting... settings) {
        List<Scenario> scenarios = Scenario.playableWith(abilities);
        return Stream.of(settings)
                .flatMap(setting -> scenarios.stream().map(scenario -> new Row(setting, scenario)))
                .toList();
    }
}

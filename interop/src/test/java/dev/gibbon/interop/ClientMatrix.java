package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

/** Clients of others against our server: every setting with every scenario that the client can play. */
final class ClientMatrix {
    private ClientMatrix() {}

    /**
     * One way to connect.
     *
     * @param path of our server
     * @param offer of the client
     * @param agreed what our server must answer, as {@link Agreement}
     */
    record Setting(GibbonServer.Path path, Offer offer, String agreed) {}

    /** One test. */
    record Row(Setting setting, Scenario scenario) {
        void run(GibbonServer server, PeerClient client) throws Exception {
            server.forget();
            try (Conversation conversation = client.connect(server.uri(setting.path), setting.offer)) {
                Agreement agreed = Agreement.of(conversation.extensions());
                scenario.run(conversation);
                assertThat(agreed).isEqualTo(Agreement.of(setting.agreed));
                // Before the client is cut: it may have heard our Close and not yet answered it.
                server.visit().verify(agreed, scenario);
            }
        }

        @Override
        public String toString() {
            return setting.path + ", " + setting.offer + ": " + scenario;
        }
    }

    static List<Row> of(Set<Ability> abilities, Setting... settings) {
        List<Scenario> scenarios = Scenario.playableWith(abilities);
        return List.of(settings).stream()
                .flatMap(setting -> scenarios.stream().map(scenario -> new Row(setting, scenario)))
                .toList();
    }
}

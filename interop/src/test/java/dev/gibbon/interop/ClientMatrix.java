package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Clients of others against our server: every setting with every scenario that the client can play. */
final class ClientMatrix {
    private ClientMatrix() {}

    /**
     * One way to connect.
     *
     * @param ours what our server is set to
     * @param offer of the client
     * @param secure whether by TLS
     * @param agreed what our server must answer
     */
    record Setting(Ours ours, Offer offer, boolean secure, Agreement agreed) {
        @Override
        public String toString() {
            return ours + ", " + offer + (secure ? ", wss" : "");
        }
    }

    /** A way to connect without TLS. */
    static Setting setting(Ours ours, Offer offer, Agreement agreed) {
        return new Setting(ours, offer, false, agreed);
    }

    /** A way to connect by TLS. */
    static Setting secure(Ours ours, Offer offer, Agreement agreed) {
        return new Setting(ours, offer, true, agreed);
    }

    /**
     * One test.
     *
     * @param clean whether the client can be relied on to send its Close, and to wait for ours
     */
    record Row(Setting setting, Scenario scenario, boolean clean) {
        void run(GibbonServer server, PeerClient client) throws Exception {
            server.forget();
            try (Conversation conversation = client.connect(server.uri(setting.ours, setting.secure), setting.offer)) {
                Agreement agreed = Agreement.of(conversation.extensions());
                scenario.run(conversation);
                assertThat(agreed).isEqualTo(setting.agreed);
                // Before the client is cut: it may have heard our Close and not yet answered it.
                Visit visit = server.visit();
                if (clean || (visit.end().clean() && visit.end().bytesUnsent() == 0)) {
                    visit.verifyEnd(scenario.farewell());
                }
                visit.verifyFrames(agreed, scenario);
            }
        }

        @Override
        public String toString() {
            return setting + ": " + scenario;
        }
    }

    static List<Row> of(Set<Ability> abilities, Setting... settings) {
        List<Scenario> scenarios = Scenario.playableWith(abilities);
        boolean clean = abilities.contains(Ability.CLIENT_CLOSES_CLEANLY);
        return Stream.of(settings)
                .flatMap(setting -> scenarios.stream().map(scenario -> new Row(setting, scenario, clean)))
                .toList();
    }
}

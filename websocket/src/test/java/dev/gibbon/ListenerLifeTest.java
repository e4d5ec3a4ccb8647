package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryPeer;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A listener of one connection goes with it. */
class ListenerLifeTest {
    private final List<WeakReference<WebSocketListener>> made = new ArrayList<>();

    private WebSocketListener listener() {
        WebSocketListener listener = new WebSocketListener() {};
        made.add(new WeakReference<>(listener));
        return listener;
    }

    @Test
    void anEndpointKeepsNoListenerOfAConnectionThatHasEnded() {
        try (MemoryServer server = new MemoryServer(Endpoint.listenerPerConnection(this::listener))) {
            for (int i = 0; i < 2; i++) {
                MemoryPeer peer = server.open();
                peer.reset();
                server.settle();
                server.assertNothingHeld();
            }

            assertThat(made).hasSize(2);
            for (int i = 0; i < 100 && made.stream().anyMatch(one -> one.get() != null); i++) {
                System.gc();
            }
            assertThat(made).allMatch(one -> one.get() == null);
        }
    }
}

package dev.gibbon.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.EventLoops;
import dev.gibbon.TransportChoice;
import dev.gibbon.WebSocketServer;
import org.junit.jupiter.api.Test;

/** Choosing a transport where there is none but NIO. */
class TransportsTest {
    @Test
    void whereThereIsNoOtherAutoIsNio() {
        assertThat(Transports.of(TransportChoice.AUTO).name()).isEqualTo("nio");
        assertThat(Transports.of(TransportChoice.NIO).name()).isEqualTo("nio");
    }

    @Test
    void askedForAndNotThereIsAnError() {
        assertThatThrownBy(() ->
                        EventLoops.builder().transport(TransportChoice.NATIVE).start())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("gibbon-native");
        assertThatThrownBy(() -> WebSocketServer.builder()
                        .transport(TransportChoice.NATIVE)
                        .start())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void thePropertyDecidesWhereNothingWasChosen() {
        assertThat(Transports.byProperty(null)).isEqualTo(TransportChoice.AUTO);
        assertThat(Transports.byProperty("auto")).isEqualTo(TransportChoice.AUTO);
        assertThat(Transports.byProperty("NIO")).isEqualTo(TransportChoice.NIO);
        assertThat(Transports.byProperty("native")).isEqualTo(TransportChoice.NATIVE);
        assertThatThrownBy(() -> Transports.byProperty("fast"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the system property gibbon.transport is fast: expected auto, nio or native");
    }

    @Test
    void loopsAndServersTellTheirTransport() throws Exception {
        try (EventLoops loops = EventLoops.builder()
                        .loops(1)
                        .daemon(true)
                        .transport(TransportChoice.NIO)
                        .start();
                WebSocketServer server =
                        WebSocketServer.builder().eventLoops(loops).start()) {
            assertThat(loops.transport()).isEqualTo("nio");
            assertThat(server.stats().transport()).isEqualTo("nio");
        }
        try (WebSocketServer server = WebSocketServer.builder()
                .loops(1)
                .transport(TransportChoice.NIO)
                .start()) {
            assertThat(server.stats().transport()).isEqualTo("nio");
        }
    }
}

package dev.gibbon.engines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NatsServerTest {

    @Test
    void itIsStoppedKilledAndStartedAgainOnTheSamePort() {
        try (EngineProcess engine = NatsServer.start()) {
            int port = engine.port();
            assertThat(NatsServer.uri(engine)).isEqualTo("nats://127.0.0.1:" + port);
            engine.kill();
            assertThat(engine.isRunning()).isFalse();
            engine.start();
            engine.stop();
            engine.start();
            assertThat(engine.port()).isEqualTo(port);
            assertThat(engine.log()).contains("JetStream");
        }
    }
}

package dev.gibbon.hub.nats;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.NatsServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.contract.EngineFaultContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class NatsFaultContractTest extends EngineFaultContract {

    private static EngineProcess engine;

    @BeforeAll
    static void startFirst() {
        engine = NatsServer.start();
    }

    @AfterAll
    static void endEngine() {
        engine.close();
    }

    @Override
    protected Backplane join() {
        return new NatsBackplane(NatsSettings.builder(NatsServer.uri(engine))
                .maxWaiting(mostWaiting(), 1 << 20)
                .reconnectDelay(Duration.ofMillis(5), Duration.ofMillis(50))
                .build());
    }

    @Override
    protected int mostWaiting() {
        return 100;
    }

    @Override
    protected void startEngine() {
        if (!engine.isRunning()) {
            engine.start();
        }
    }

    @Override
    protected void stopEngine() {
        engine.stop();
    }

    @Override
    protected void killEngine() {
        engine.kill();
    }
}

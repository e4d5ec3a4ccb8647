package dev.gibbon.hub.nats;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.NatsServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.contract.BackplaneContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class NatsContractTest extends BackplaneContract {

    private static EngineProcess engine;

    @BeforeAll
    static void startEngine() {
        engine = NatsServer.start();
    }

    @AfterAll
    static void endEngine() {
        engine.close();
    }

    @Override
    protected Backplane join() {
        return new NatsBackplane(NatsSettings.builder(NatsServer.uri(engine))
                .maxMessages(historyEntries())
                .build());
    }

    @Override
    protected int historyEntries() {
        return 30;
    }
}

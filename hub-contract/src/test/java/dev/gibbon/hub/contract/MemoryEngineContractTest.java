package dev.gibbon.hub.contract;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.HistoryBounds;
import dev.gibbon.hub.MemoryEngine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class MemoryEngineContractTest extends BackplaneContract {
    private static final int ENTRIES = 100;

    private final MemoryEngine engine = new MemoryEngine(new HistoryBounds(ENTRIES, 1 << 20, Duration.ofHours(1)));

    @Override
    protected Backplane join() {
        return engine.node();
    }

    @Override
    protected int historyEntries() {
        return ENTRIES;
    }

    @AfterEach
    void close() {
        engine.close();
    }
}

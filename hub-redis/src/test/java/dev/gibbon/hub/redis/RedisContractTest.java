package dev.gibbon.hub.redis;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.contract.BackplaneContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every backplane promises, on a real Redis. */
class RedisContractTest extends BackplaneContract {
    private static EngineProcess redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void end() {
        redis.close();
    }

    @Override
    protected Backplane join() {
        return new RedisBackplane(RedisSettings.builder("redis://127.0.0.1:" + redis.port())
                .history(historyEntries(), 64 << 20, Duration.ofHours(1))
                .presenceCheck(Duration.ofMillis(50))
                .build());
    }

    @Override
    protected int historyEntries() {
        return 100;
    }
}

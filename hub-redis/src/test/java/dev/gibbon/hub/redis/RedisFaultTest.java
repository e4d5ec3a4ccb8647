package dev.gibbon.hub.redis;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.contract.EngineFaultContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every backplane promises when its engine goes, on a Redis that syncs its file before it answers. */
class RedisFaultTest extends EngineFaultContract {
    private static final int MOST_WAITING = 200;

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
                .pending(MOST_WAITING, 1 << 20)
                .build());
    }

    @Override
    protected int mostWaiting() {
        return MOST_WAITING;
    }

    @Override
    protected void startEngine() {
        if (!redis.isRunning()) {
            redis.start();
        }
    }

    @Override
    protected void stopEngine() {
        redis.stop();
    }

    @Override
    protected void killEngine() {
        redis.kill();
    }
}

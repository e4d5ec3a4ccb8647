package dev.gibbon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RedisServerTest {
    @Test
    void keepsPortAndDataWhenItIsStoppedOrKilled() throws IOException {
        try (EngineProcess redis = RedisServer.start()) {
            int port = redis.port();
            assertThat(RedisServer.command(port, "SET a 1")).isEqualTo("+OK");
            redis.stop();
            assertThat(redis.isRunning()).isFalse();
            redis.start();
            assertThat(RedisServer.command(port, "INCR a")).isEqualTo(":2");
            redis.kill();
            assertThatThrownBy(redis::kill).isInstanceOf(IllegalStateException.class);
            redis.start();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(RedisServer.command(port, "INCR a")).isEqualTo(":3");
        }
    }

    @Test
    void forgetsWithoutAppendOnlyFile() throws IOException {
        try (EngineProcess redis = RedisServer.start("--appendonly", "no")) {
            RedisServer.command(redis.port(), "SET a 1");
            redis.kill();
            redis.start();
            assertThat(RedisServer.command(redis.port(), "EXISTS a")).isEqualTo(":0");
        }
    }

    @Test
    void goesBackToASnapshot() throws IOException {
        try (EngineProcess redis = RedisServer.start()) {
            RedisServer.command(redis.port(), "SET a 1");
            EngineProcess.Snapshot snapshot = redis.snapshot();
            RedisServer.command(redis.port(), "SET a 2");
            assertThatThrownBy(() -> redis.restore(snapshot)).isInstanceOf(IllegalStateException.class);
            redis.stop();
            redis.restore(snapshot);
            redis.start();
            assertThat(RedisServer.command(redis.port(), "INCR a")).isEqualTo(":2");
        }
    }

    @Test
    void isHeldStillAndGoesOn() throws IOException {
        try (EngineProcess redis = RedisServer.start()) {
            redis.suspend();
            assertThat(redis.isRunning()).isTrue();
            redis.resume();
            assertThat(RedisServer.command(redis.port(), "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void tellsWhyItDidNotStartAndLeavesNothing() {
        assertThatThrownBy(() -> RedisServer.start("--no-such-setting", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-setting");
    }

    @Test
    void deletesItsFolder() {
        Path data;
        try (EngineProcess redis = RedisServer.start()) {
            data = redis.data();
            assertThat(Files.isDirectory(data)).isTrue();
        }
        assertThat(Files.exists(data)).isFalse();
    }
}

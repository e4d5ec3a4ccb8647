package dev.gibbon.cli.soak;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.NatsServer;
import dev.gibbon.engines.RedisServer;
import java.net.URI;

/** An engine that runs for this test alone, as a process that can be stopped, killed and started again. */
final class Engine implements AutoCloseable {
    private final URI uri;
    private final EngineProcess process;

    private Engine(String scheme, EngineProcess process) {
        this.process = process;
        uri = URI.create(scheme + "://127.0.0.1:" + process.port());
    }

    /** Starts one. Redis writes each change to its disk before it answers. */
    static Engine start(EngineKind kind) throws SoakFailedException {
        try {
            return switch (kind) {
                case REDIS -> new Engine("redis", RedisServer.start());
                case NATS -> new Engine("nats", NatsServer.start());
                case MEMORY -> throw new IllegalArgumentException("memory has no process");
            };
        } catch (RuntimeException e) {
            throw new SoakFailedException("the engine cannot be started: " + e.getMessage(), e);
        }
    }

    /** Where it is; its scheme says what it is. */
    URI uri() {
        return uri;
    }

    /** Ends it as the fault says. */
    void end(Fault.Row row) {
        if (row == Fault.Row.ENGINE_KILLED) {
            process.kill();
        } else {
            process.stop();
        }
    }

    /** Starts it again on the same port with the data that it left, and returns once it answers. */
    void startAgain() {
        process.start();
    }

    @Override
    public void close() {
        process.close();
    }
}

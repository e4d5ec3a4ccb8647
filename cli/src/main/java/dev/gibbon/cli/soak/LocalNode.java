package dev.gibbon.cli.soak;

import dev.gibbon.hub.MemoryEngine;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node in this process, on an engine in its memory. Killed, it closes its server abruptly. */
final class LocalNode implements Node {
    private final String name;
    private final int port;
    private final MemoryEngine engine;
    private final List<URI> nodes;
    private @Nullable NodeServer server;

    LocalNode(String name, int port, MemoryEngine engine, List<URI> nodes) {
        this.name = name;
        this.port = port;
        this.engine = engine;
        this.nodes = nodes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public URI uri() {
        return NodeServer.uri(port);
    }

    @Override
    public void start() throws SoakFailedException {
        try {
            server = NodeServer.start(name, port, nodes, engine.node());
        } catch (IOException e) {
            throw new SoakFailedException("node " + name + " cannot be started: " + e.getMessage(), e);
        }
    }

    @Override
    public void kill() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.empty();
    }

    @Override
    public String log() {
        return "";
    }

    @Override
    public void close() {
        kill();
    }
}

package dev.gibbon.hub.nats;

/** The backplane of several nodes on NATS with JetStream. */
public final class NatsBackplane implements AutoCloseable {

    private final Node node;

    private NatsBackplane(NatsSettings settings) {
        node = new Node(settings);
    }

    /** Ends the session with the engine. */
    @Override
    public void close() {
        node.close();
    }
}

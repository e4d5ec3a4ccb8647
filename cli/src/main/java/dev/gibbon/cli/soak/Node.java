package dev.gibbon.cli.soak;

import java.net.URI;
import java.util.Optional;

/** One node of the chat, which can be killed and started again on the same port. For one thread at a time. */
interface Node extends AutoCloseable {
    /** Its letter. */
    String name();

    /** Where its sockets are. */
    URI uri();

    /** Starts it, and returns once it serves. */
    void start() throws SoakFailedException;

    /** Ends it without giving it a chance to say a word. */
    void kill();

    /** The process that it is, if it is one of its own and runs. */
    Optional<ProcessHandle> process();

    /** What it has said, for whoever looks for the reason of a fault. */
    String log();

    @Override
    void close();
}

package dev.gibbon.benchmarks.load;

/**
 * A kind of load, without the server it is for. Immutable; every scenario that exists makes sense.
 *
 * @param name what reports call it
 * @param mode what the connections do
 * @param payload what messages are made of
 * @param size bytes of a message's payload, at most {@value #MAX_SIZE}; compressed or not, this is the size before
 * @param connections how many at a time, at most {@value #MAX_CONNECTIONS}
 * @param inFlight messages that a connection has sent and not got back; for {@link Mode#BROADCAST} how many messages the sender
 *     is ahead of the average receiver; for {@link Mode#IDLE} 1 if each connection echoes one message first, else 0; 1 for the others
 * @param deflate whether permessage-deflate is offered, without context takeover on both sides, and each message is sent
 *     compressed
 */
public record Scenario(
        String name, Mode mode, Payload payload, int size, int connections, int inFlight, boolean deflate) {

    /** The most bytes of a message. */
    public static final int MAX_SIZE = 32 << 20;

    /** The most connections of a scenario: beyond this one address has no ports left. */
    public static final int MAX_CONNECTIONS = 60_000;

    /** The most messages in flight on a connection. */
    public static final int MAX_IN_FLIGHT = 4096;

    /** The most payload in flight on a connection: beyond this only the buffers of the kernel would be measured. */
    private static final long MAX_BYTES_IN_FLIGHT = 64L << 20;

    /** Echo of 125 bytes of noise on 64 connections, one in flight. */
    static final Scenario DEFAULT = echo(125);

    public Scenario {
        require(!name.isBlank(), "a scenario has a name");
        within("size", size, 0, MAX_SIZE);
        within("connections", connections, 1, MAX_CONNECTIONS);
        boolean pipelined = mode == Mode.ECHO || mode == Mode.BROADCAST;
        within("inFlight", inFlight, mode == Mode.IDLE ? 0 : 1, pipelined ? MAX_IN_FLIGHT : 1);
        require(
                (long) size * inFlight <= MAX_BYTES_IN_FLIGHT,
                "size times inFlight must be at most 64 MiB, not " + (long) size * inFlight + " bytes");
        require(
                !deflate || mode != Mode.HANDSHAKE,
                "handshakes send no message that could be compressed: leave deflate out");
        require(
                !deflate || payload.text(),
                "deflate needs payload text or mixed: binary messages are noise, which nothing compresses");
        require(!deflate || size >= 64, "deflate needs a size of at least 64: smaller messages do not get smaller");
    }

    /**
     * An echo of noise on 64 connections, one message in flight on each.
     *
     * @param size bytes of a message
     * @return a scenario to change
     * @throws IllegalArgumentException if the size is out of its bounds
     */
    public static Scenario echo(int size) {
        return new Scenario("echo-" + size, Mode.ECHO, Payload.BINARY, size, 64, 1, false);
    }

    /**
     * The same by another name.
     *
     * @param other not blank
     * @return a new scenario
     */
    public Scenario named(String other) {
        return new Scenario(other, mode, payload, size, connections, inFlight, deflate);
    }

    /**
     * The same in another mode.
     *
     * @param other what connections do
     * @return a new scenario
     */
    public Scenario mode(Mode other) {
        return new Scenario(name, other, payload, size, connections, inFlight, deflate);
    }

    /**
     * The same with other messages.
     *
     * @param other what messages are made of
     * @return a new scenario
     */
    public Scenario payload(Payload other) {
        return new Scenario(name, mode, other, size, connections, inFlight, deflate);
    }

    /**
     * The same on another number of connections.
     *
     * @param other at least 1
     * @return a new scenario
     */
    public Scenario connections(int other) {
        return new Scenario(name, mode, payload, size, other, inFlight, deflate);
    }

    /**
     * The same with another number of messages in flight.
     *
     * @param other see {@link #inFlight()}
     * @return a new scenario
     */
    public Scenario inFlight(int other) {
        return new Scenario(name, mode, payload, size, connections, other, deflate);
    }

    /**
     * The same with compressed messages.
     *
     * @return a new scenario
     */
    public Scenario deflated() {
        return new Scenario(name, mode, payload, size, connections, inFlight, true);
    }

    private static void within(String what, int value, int least, int most) {
        require(
                value >= least && value <= most,
                what + " must be " + (least == most ? "" + least : "from " + least + " to " + most) + ", not " + value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}

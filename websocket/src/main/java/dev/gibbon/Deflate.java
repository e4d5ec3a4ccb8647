package dev.gibbon;

import dev.gibbon.protocol.deflate.AgreedDeflate;

/**
 * What an endpoint or a client wants of permessage-deflate (RFC 7692), the compression of messages. Immutable; begins with
 * {@link #on()} or {@link #off()}, and each method with a value returns a changed copy:
 *
 * <pre>{@code
 * WebSocketOptions.builder().deflate(Deflate.on().threshold(256).outgoingTakeover(true)).build()
 * }</pre>
 *
 * <p>"Outgoing" is what this end compresses and sends, "incoming" what the peer does, in either role. The peer may refuse the
 * extension or narrow it; {@link WebSocket#extensions()} tells what was agreed. Limits count inflated bytes, so a
 * small frame that inflates beyond {@link WebSocketOptions#maxMessageBytes()} is stopped there with 1009. {@link Compression}
 * chooses for a single message, and says when one must not be compressed.
 *
 * <p>A message is compressed on its connection's event loop, which takes in the order of 10 ms for 1 MiB; what is compressed already,
 * such as pictures, is better sent with {@link Compression#NEVER}. {@link WebSocket#writer(boolean)} does it in pieces.
 *
 * <p>Without takeover, compressing needs memory only while it is done, from a few compressors that each event loop keeps. With
 * it, a connection holds native memory outside of the heap from its first compressed message to its end: about 268 KiB to send,
 * about 42 KiB to receive. {@link ServerStats#nativeBytes()} counts it.
 *
 * @param enabled whether the extension is offered and accepted at all
 * @param outgoingTakeover whether a message that is sent may refer back to earlier ones (RFC 7692, 7.1.1: context
 *     takeover), which makes messages that are alike far smaller. Costs about 268 KiB a connection. Default false
 * @param incomingTakeover whether the peer may do so. Costs about 42 KiB a connection. Default false. Jetty's client
 *     does so even where the answer forbids it, unless its own offer says {@code client_no_context_takeover}: its second
 *     compressed message is then answered with 1007, and this must be true for it
 * @param outgoingWindowBits how far back a message that is sent may refer at most: 2^bits bytes, 8 to 15 (RFC 7692, 7.1.2).
 *     Fewer bits save the peer memory, not this end, and cost compression: below 12 much of it, and at 8 up to three times the
 *     work. A peer may ask for fewer in any case, and gets them. Default 15
 * @param incomingWindowBits how far back the peer may refer at most, 8 to 15; a peer that does not know the parameter is not
 *     held to it (RFC 7692, 7.1.2.2). Saves the peer memory, not this end. Default 15
 * @param level how much work compressing takes, 1 (least) to 9 (most). Default {@value #DEFAULT_LEVEL}
 * @param threshold the smallest message that {@link Compression#AUTO} compresses, bytes, 0 or more. Default 1 KiB
 */
public record Deflate(
        boolean enabled,
        boolean outgoingTakeover,
        boolean incomingTakeover,
        int outgoingWindowBits,
        int incomingWindowBits,
        int level,
        int threshold) {

    /** The level unless another is chosen. */
    public static final int DEFAULT_LEVEL = AgreedDeflate.DEFAULT_LEVEL;

    /** The largest window of the format, 32 KiB. */
    private static final int MOST_BITS = 15;

    private static final Deflate ON = new Deflate(true, false, false, MOST_BITS, MOST_BITS, DEFAULT_LEVEL, 1024);
    private static final Deflate OFF = new Deflate(false, false, false, MOST_BITS, MOST_BITS, DEFAULT_LEVEL, 1024);

    /**
     * Checks the ranges.
     *
     * @param enabled as the component says
     * @param outgoingTakeover as the component says
     * @param incomingTakeover as the component says
     * @param outgoingWindowBits as the component says
     * @param incomingWindowBits as the component says
     * @param level as the component says
     * @param threshold as the component says
     * @throws IllegalArgumentException for a value out of its range, named
     */
    public Deflate {
        range("outgoingWindowBits", outgoingWindowBits, 8, MOST_BITS);
        range("incomingWindowBits", incomingWindowBits, 8, MOST_BITS);
        range("level", level, 1, 9);
        range("threshold", threshold, 0, Integer.MAX_VALUE);
    }

    private static void range(String name, int value, int from, int to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " is " + value + ": expected " + from + " to " + to);
        }
    }

    /**
     * Compression as it is by default: on, without context takeover.
     *
     * @return the defaults
     */
    public static Deflate on() {
        return ON;
    }

    /**
     * No compression: the extension is neither offered nor accepted.
     *
     * @return the same values as {@link #on()}, but not enabled
     */
    public static Deflate off() {
        return OFF;
    }

    /**
     * Sets {@link #outgoingTakeover()}, which costs about 268 KiB of native memory a connection.
     *
     * @param value whether messages that are sent may refer to earlier ones
     * @return a changed copy
     */
    public Deflate outgoingTakeover(boolean value) {
        return new Deflate(enabled, value, incomingTakeover, outgoingWindowBits, incomingWindowBits, level, threshold);
    }

    /**
     * Sets {@link #incomingTakeover()}, which costs about 42 KiB of native memory a connection.
     *
     * @param value whether the peer's messages may refer to earlier ones
     * @return a changed copy
     */
    public Deflate incomingTakeover(boolean value) {
        return new Deflate(enabled, outgoingTakeover, value, outgoingWindowBits, incomingWindowBits, level, threshold);
    }

    /**
     * Sets {@link #outgoingWindowBits()}.
     *
     * @param value 8 to 15
     * @return a changed copy
     */
    public Deflate outgoingWindowBits(int value) {
        return new Deflate(enabled, outgoingTakeover, incomingTakeover, value, incomingWindowBits, level, threshold);
    }

    /**
     * Sets {@link #incomingWindowBits()}.
     *
     * @param value 8 to 15
     * @return a changed copy
     */
    public Deflate incomingWindowBits(int value) {
        return new Deflate(enabled, outgoingTakeover, incomingTakeover, outgoingWindowBits, value, level, threshold);
    }

    /**
     * Sets {@link #level()}.
     *
     * @param value 1 to 9
     * @return a changed copy
     */
    public Deflate level(int value) {
        return new Deflate(
                enabled, outgoingTakeover, incomingTakeover, outgoingWindowBits, incomingWindowBits, value, threshold);
    }

    /**
     * Sets {@link #threshold()}.
     *
     * @param value bytes, 0 or more
     * @return a changed copy
     */
    public Deflate threshold(int value) {
        return new Deflate(
                enabled, outgoingTakeover, incomingTakeover, outgoingWindowBits, incomingWindowBits, level, value);
    }
}

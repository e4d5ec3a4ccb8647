package dev.gibbon.internal.connection;

import dev.gibbon.Deflate;
import dev.gibbon.OverflowPolicy;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.deflate.DeflateNegotiation;
import dev.gibbon.protocol.deflate.DeflatePreferences;
import dev.gibbon.protocol.handshake.ExtensionOffer;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the connections of one endpoint share: the options with times in nanoseconds, and what the style makes of them. */
public final class ConnectionSettings {
    final Role role;
    final boolean blocking;
    final boolean parts;
    final Limits limits;
    final long maxMessageBytes;
    final long pingInterval;
    final long pongTimeout;
    final long idleTimeout;
    final long closeTimeout;
    final long writeTimeout;
    final long writerTimeout;
    final long maxPause;
    final long maxQueuedBytes;
    final long highWaterBytes;
    final int readAheadBytes;
    final OverflowPolicy overflow;
    final Deflate deflate;
    /** What is wanted of permessage-deflate in this role; null for nothing. */
    private final @Nullable DeflatePreferences preferences;

    private volatile AgreedExtensions lastAgreed = AgreedExtensions.NONE;

    /** Works the options out for a style. */
    public ConnectionSettings(Role role, WebSocketOptions options, boolean blocking, boolean parts) {
        this.role = role;
        this.blocking = blocking;
        this.parts = parts || blocking;
        // A blocking handler may take a message either way; the engine cannot know which.
        long longest = blocking
                ? Math.max(options.maxMessageBytes(), options.maxStreamBytes())
                : parts ? options.maxStreamBytes() : options.maxMessageBytes();
        // A frame limit that was not set apart is that of the longest message, which is looked at first: the reason
        // must name the setting that would help. It still bounds compressed frames, whose message is measured inflated.
        long frame = options.maxFrameBytes() == options.maxMessageBytes() ? longest : options.maxFrameBytes();
        this.limits = new Limits(longest, frame, options.maxFramesPerMessage());
        this.maxMessageBytes = options.maxMessageBytes();
        this.pingInterval = nanos(options.pingInterval());
        this.pongTimeout = nanos(options.pongTimeout());
        this.idleTimeout = nanos(options.idleTimeout());
        this.closeTimeout = nanos(options.closeTimeout());
        this.writeTimeout = nanos(options.writeTimeout());
        this.writerTimeout = nanos(options.writerTimeout());
        this.maxPause = nanos(options.maxPause());
        this.maxQueuedBytes = options.maxQueuedBytes();
        this.highWaterBytes = options.highWaterBytes();
        this.readAheadBytes = options.readAheadBytes();
        OverflowPolicy chosen = options.overflow();
        this.overflow = chosen != null ? chosen : blocking ? OverflowPolicy.BLOCK : OverflowPolicy.CLOSE;
        this.deflate = options.deflate();
        this.preferences = deflate.enabled() ? preferences(role, deflate) : null;
    }

    private static DeflatePreferences preferences(Role role, Deflate wanted) {
        return role == Role.SERVER
                ? new DeflatePreferences(
                        !wanted.outgoingTakeover(),
                        !wanted.incomingTakeover(),
                        wanted.outgoingWindowBits(),
                        wanted.incomingWindowBits())
                : new DeflatePreferences(
                        !wanted.incomingTakeover(),
                        !wanted.outgoingTakeover(),
                        wanted.incomingWindowBits(),
                        wanted.outgoingWindowBits());
    }

    // ---- extensions

    /** A server's answer to what a client offers. */
    public AgreedExtensions answer(List<ExtensionOffer> offers) {
        if (preferences == null || offers.isEmpty()) {
            return AgreedExtensions.NONE;
        }
        return DeflateNegotiation.answer(offers, preferences)
                .map(answer -> shared(new AgreedExtensions(answer.value(), answer.parameters())))
                .orElse(AgreedExtensions.NONE);
    }

    /** The same object as last time, if it says the same: most peers of an endpoint are alike. */
    private AgreedExtensions shared(AgreedExtensions agreed) {
        AgreedExtensions last = lastAgreed;
        if (agreed.equals(last)) {
            return last;
        }
        lastAgreed = agreed;
        return agreed;
    }

    /** What a client offers, as the value of {@code Sec-WebSocket-Extensions}; null for nothing. */
    public @Nullable String offer() {
        return preferences == null ? null : DeflateNegotiation.offer(preferences);
    }

    /**
     * What a client makes of a server's answer to {@link #offer}.
     *
     * @param field the value of the response's {@code Sec-WebSocket-Extensions}, empty when there is none
     * @param answer the same, parsed
     * @throws ProtocolException if the answer breaks a rule, so that the connection must fail (RFC 7692, 7.1)
     */
    public AgreedExtensions agree(String field, List<ExtensionOffer> answer) throws ProtocolException {
        DeflateNegotiation.Verdict verdict = DeflateNegotiation.judge(answer, preferences);
        if (verdict instanceof DeflateNegotiation.Broken broken) {
            throw new ProtocolException(broken.reason());
        }
        return verdict instanceof DeflateNegotiation.Agreed agreed
                ? shared(new AgreedExtensions(field, agreed.parameters()))
                : AgreedExtensions.NONE;
    }

    /** Nanoseconds, at most a hundred years, so that sums of them cannot overflow. */
    private static long nanos(Duration duration) {
        Duration most = Duration.ofDays(36_500);
        return (duration.compareTo(most) > 0 ? most : duration).toNanos();
    }
}

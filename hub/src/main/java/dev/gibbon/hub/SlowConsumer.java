package dev.gibbon.hub;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a subscription whose connection does not keep up. As long as the connection's own queue holds little, messages go
 * straight there; beyond that they wait in a queue of the subscription, which is bounded by this. Nobody else waits for a slow one. Every message
 * that is dropped is counted and told; see {@link DeliveryFormat#dropped} and {@link SubscriptionListener#dropped}.
 *
 * <p>The bound is for what comes live. The history that somebody asked for is read only as fast as the connection takes it.
 */
public final class SlowConsumer {
    /** The bound of gorilla's chat example, and 1 MiB. */
    static final SlowConsumer DEFAULT = disconnect(256, 1 << 20);

    enum Policy {
        DISCONNECT,
        DROP_OLDEST,
        DROP_NEWEST,
        LATEST_PER_KEY
    }

    private final Policy policy;
    private final int messages;
    private final long bytes;
    private final Function<Entry, @Nullable Object> keys;

    private SlowConsumer(Policy policy, int messages, long bytes, Function<Entry, @Nullable Object> keys) {
        if (messages < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "a queue has room for 1 message and 1 byte at least, not " + messages + " and " + bytes);
        }
        this.policy = policy;
        this.messages = messages;
        this.bytes = bytes;
        this.keys = keys;
    }

    /**
     * At the bound the connection is closed with 1013 (RFC 6455, 7.4.1 and the registry), and a reason that says so. It may come back with its last
     * position and get what it missed.
     *
     * @param messages that may wait, 1 or more
     * @param bytes of payload that may wait, 1 or more; a larger message waits alone
     * @return the policy
     */
    public static SlowConsumer disconnect(int messages, long bytes) {
        return new SlowConsumer(Policy.DISCONNECT, messages, bytes, entry -> null);
    }

    /**
     * At the bound the oldest message that waits is dropped.
     *
     * @param messages that may wait, 1 or more
     * @param bytes of payload that may wait, 1 or more; a larger message waits alone
     * @return the policy
     */
    public static SlowConsumer dropOldest(int messages, long bytes) {
        return new SlowConsumer(Policy.DROP_OLDEST, messages, bytes, entry -> null);
    }

    /**
     * At the bound the message that comes is dropped.
     *
     * @param messages that may wait, 1 or more
     * @param bytes of payload that may wait, 1 or more; a larger message waits alone
     * @return the policy
     */
    public static SlowConsumer dropNewest(int messages, long bytes) {
        return new SlowConsumer(Policy.DROP_NEWEST, messages, bytes, entry -> null);
    }

    /**
     * A message drops an older one that waits and has the same key, such as the last price of the same share; at the bound the oldest goes.
     *
     * @param keys tells the key of a message; null for one that replaces nothing and is not replaced. Called on the connection's loop
     * @param messages that may wait, 1 or more
     * @param bytes of payload that may wait, 1 or more; a larger message waits alone
     * @return the policy
     */
    public static SlowConsumer latestPerKey(
            Function<Entry, ? extends @Nullable Object> keys, int messages, long bytes) {
        return new SlowConsumer(Policy.LATEST_PER_KEY, messages, bytes, keys::apply);
    }

    Policy policy() {
        return policy;
    }

    int messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    Object keyOf(Entry entry) {
        return policy == Policy.LATEST_PER_KEY ? keys.apply(entry) : null;
    }
}

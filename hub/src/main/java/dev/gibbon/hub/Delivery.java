package dev.gibbon.hub;

import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a topic, framed once for all who are sent it. Compared by identity, so that a queue can tell two of them apart.
 */
final class Delivery {
    /** What happened. */
    enum Kind {
        ENTRY,
        LOST,
        PRESENCE,
        ENGINE
    }

    private final Kind kind;
    private final @Nullable PreparedMessage message;
    private final @Nullable Entry entry;
    private final @Nullable Position position;
    private final @Nullable LossReason reason;

    private Delivery(
            Kind kind,
            @Nullable Message message,
            @Nullable Entry entry,
            @Nullable Position position,
            @Nullable LossReason reason) {
        this.kind = kind;
        this.message = message == null ? null : PreparedMessage.of(message);
        this.entry = entry;
        this.position = position;
        this.reason = reason;
    }

    static Delivery entry(@Nullable Message message, Entry entry) {
        return new Delivery(Kind.ENTRY, message, entry, entry.position(), null);
    }

    static Delivery lost(@Nullable Message message, LossReason reason, Position now) {
        return new Delivery(Kind.LOST, message, null, now, reason);
    }

    static Delivery presence(@Nullable Message message) {
        return new Delivery(Kind.PRESENCE, message, null, null, null);
    }

    static Delivery engine(@Nullable Message message) {
        return new Delivery(Kind.ENGINE, message, null, null, null);
    }

    Kind kind() {
        return kind;
    }

    /** What is sent; null if nothing is. */
    @Nullable
    PreparedMessage message() {
        return message;
    }

    /** The entry, of such a delivery. */
    Entry requireEntry() {
        Entry present = entry;
        if (present == null) {
            throw new IllegalStateException(kind + " has no entry");
        }
        return present;
    }

    /** Behind the entry, or where it goes on after the loss. */
    Position requirePosition() {
        Position present = position;
        if (present == null) {
            throw new IllegalStateException(kind + " has no position");
        }
        return present;
    }

    LossReason requireReason() {
        LossReason present = reason;
        if (present == null) {
            throw new IllegalStateException(kind + " has no reason");
        }
        return present;
    }

    /** Bytes of payload. */
    int size() {
        return message == null ? 0 : message.message().size();
    }
}

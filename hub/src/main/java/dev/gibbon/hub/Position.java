package dev.gibbon.hub;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place in a topic: just behind one of its messages, or at its beginning. Whoever returns with the position of the last message that it
 * saw gets those behind it.
 *
 * <p>Offsets grow within an epoch, and need not be consecutive. The id tells which message was there: if the engine has another one at
 * this offset, or none, it was restored from an older state or has forgotten, and what came behind the position cannot be told any more.
 *
 * @param epoch which life of the topic; another one after the engine has lost messages
 * @param offset of the message, 0 at the beginning
 * @param id of the message that is there; null at the beginning, and where an engine cannot tell, as behind a loss. Whoever returns
 *     without it is checked by epoch and offset alone
 */
public record Position(String epoch, long offset, @Nullable MessageId id) {
    /**
     * Makes a position.
     *
     * @param epoch as the component says
     * @param offset as the component says
     * @param id as the component says
     * @throws IllegalArgumentException if the offset is below 0, or the epoch is empty
     */
    public Position {
        Objects.requireNonNull(epoch, "epoch");
        if (epoch.isEmpty() || offset < 0) {
            throw new IllegalArgumentException(
                    "a position has an epoch and an offset from 0 on, not \"" + epoch + "\", " + offset);
        }
    }
}

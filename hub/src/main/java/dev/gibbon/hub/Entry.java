package dev.gibbon.hub;

import dev.gibbon.Message;
import java.time.Instant;
import java.util.Objects;

/**
 * A message in its place in a topic.
 *
 * @param position where it is; its id is that of the message
 * @param message what was published; owned
 * @param time when it was stored, to the millisecond, by the clock of the engine or of the node that published it; the same for everybody
 */
public record Entry(Position position, Message message, Instant time) {
    /**
     * Puts a message in its place.
     *
     * @param position as the component says
     * @param message as the component says
     * @param time as the component says
     */
    public Entry {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(position.id(), "id");
    }

    /**
     * Which message it is.
     *
     * @return the id in its position
     */
    public MessageId id() {
        return Objects.requireNonNull(position.id());
    }
}

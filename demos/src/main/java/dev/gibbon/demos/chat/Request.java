package dev.gibbon.demos.chat;

import dev.gibbon.hub.Position;
import org.jspecify.annotations.Nullable;

/** What a client may ask, in form; whether it is allowed is another matter. */
sealed interface Request {
    /**
     * To enter a room.
     *
     * @param producer a secret of the client
     * @param after the position of the last message that it saw; null for all that is kept
     */
    record Enter(
            String room,
            String name,
            String producer,
            @Nullable Position after) implements Request {}

    /** To say something, which is the client's message of this sequence in the room. */
    record Say(String room, long sequence, String text) implements Request {}

    /** To leave a room. */
    record Leave(String room) implements Request {}

    /** To be told that the server is there. */
    record Ping() implements Request {}
}

package dev.gibbon.demos.chat;

import java.time.Duration;

/**
 * What a guest may do. The transport has a limit of its own, {@link #MESSAGE_BYTES}, beyond which a connection is closed with 1009; what is
 * beyond these is refused in words, and the connection goes on.
 *
 * @param textBytes the longest text of one message, bytes of UTF-8, 1 to 2048
 * @param nameCharacters the longest name, Unicode characters, 1 to 64
 * @param roomCharacters the longest name of a room, Unicode characters, 1 to 128
 * @param rooms the most rooms that one connection is in
 * @param burst so many requests of a connection may come at once; 1 or more
 * @param interval after which one more may come
 */
public record ChatLimits(
        int textBytes, int nameCharacters, int roomCharacters, int rooms, int burst, Duration interval) {
    /** 512 bytes as in the original; ten requests at once and then three a second, which nobody types. */
    public static final ChatLimits DEFAULT = new ChatLimits(512, 32, 64, 16, 10, Duration.ofMillis(333));

    /** The longest message of the transport: the longest text has room in it even if each character is escaped. */
    public static final int MESSAGE_BYTES = 4 << 10;

    /**
     * Makes limits.
     *
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public ChatLimits {
        range("textBytes", textBytes, 1, 2048);
        range("nameCharacters", nameCharacters, 1, 64);
        range("roomCharacters", roomCharacters, 1, 128);
        range("rooms", rooms, 1, Integer.MAX_VALUE);
        range("burst", burst, 1, Integer.MAX_VALUE);
        if (interval.isNegative()) {
            throw new IllegalArgumentException("interval is " + interval + ": expected zero (no limit) or more");
        }
    }

    private static void range(String name, int value, int from, int to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " is " + value + ": expected " + from + " to " + to);
        }
    }
}

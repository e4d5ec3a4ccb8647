package dev.gibbon.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What messages are made of. The same size gives the same bytes, always. */
public enum Payload {
    /** Binary messages of noise, which nothing compresses. */
    BINARY,
    /** Text messages of ASCII: a list of JSON objects, which compresses to about a quarter. */
    TEXT,
    /** Text messages of one, two, three and four bytes a character. */
    MIXED;

    // Ends with a blank; 23 bytes of which 15 are not ASCII.
    private static final byte[] MIXED_UNIT = "gibbón 長臂猿 🐒 ".getBytes(StandardCharsets.UTF_8);

    /**
     * Whether messages are text.
     *
     * @return false for binary ones
     */
    boolean text() {
        return this != BINARY;
    }

    /**
     * A message's payload.
     *
     * @param size its bytes
     * @return a new array; valid UTF-8 if this is text
     */
    byte[] bytes(int size) {
        return switch (this) {
            case BINARY -> noise(size);
            case TEXT -> json(size);
            case MIXED -> mixed(size);
        };
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        SplittableRandom random = new SplittableRandom(6455);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static byte[] json(int size) {
        SplittableRandom random = new SplittableRandom(7692);
        StringBuilder text = new StringBuilder(size + 128);
        for (int id = 4100; text.length() < size; id++) {
            text.append("{\"seq\":").append(id);
            text.append(",\"kind\":\"quote\",\"name\":\"GBN").append(random.nextInt(1000));
            text.append("\",\"price\":")
                    .append(random.nextInt(5000))
                    .append('.')
                    .append(random.nextInt(10, 100));
            text.append(",\"size\":").append(random.nextInt(900));
            text.append(",\"side\":\"")
                    .append(random.nextBoolean() ? "bid" : "ask")
                    .append("\"},");
        }
        return text.substring(0, size).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] mixed(int size) {
        byte[] bytes = new byte[size];
        // What no whole unit fits in is ASCII, so that the message ends with a whole character.
        Arrays.fill(bytes, (byte) 'x');
        for (int at = 0; at + MIXED_UNIT.length <= size; at += MIXED_UNIT.length) {
            System.arraycopy(MIXED_UNIT, 0, bytes, at, MIXED_UNIT.length);
        }
        return bytes;
    }
}

package dev.gibbon.protocol.deflate;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Messages for tests by chance: of everything, of little, repetitive near and far, texts. */
public final class Samples {
    private static final String[] WORDS = {
        "\"name\":",
        "\"id\":",
        "true,",
        "null,",
        "{",
        "}",
        "[",
        "]",
        "gibbon ",
        "tree ",
        "\u4e2d\u6587",
        "0.25,",
        "\u00fc",
        "\n",
        "lorem "
    };

    private Samples() {}

    /** A message of any kind. */
    public static byte[] any(Random random, int length) {
        return switch (random.nextInt(5)) {
            case 0 -> noise(random, length, 256);
            case 1 -> noise(random, length, 1 + random.nextInt(4));
            case 2 -> repeating(random, length);
            case 3 -> text(random, length);
            default -> mixed(random, length);
        };
    }

    private static byte[] noise(Random random, int length, int kinds) {
        byte[] message = new byte[length];
        for (int i = 0; i < length; i++) {
            message[i] = (byte) random.nextInt(kinds);
        }
        return message;
    }

    /** Noise that repeats at one distance, which tempts a deflater to reach that far. */
    private static byte[] repeating(Random random, int length) {
        byte[] message = noise(random, length, 256);
        int distance = 1 + random.nextInt(1 << (4 + random.nextInt(12)));
        for (int i = distance; i < length; i++) {
            if (random.nextInt(200) > 0) {
                message[i] = message[i - distance];
            }
        }
        return message;
    }

    /** Words, cut to a length anywhere: UTF-8 but for its end. */
    public static byte[] text(Random random, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]);
            if (random.nextInt(5) == 0) {
                text.append(random.nextInt(100_000));
            }
        }
        byte[] message = new byte[length];
        System.arraycopy(text.toString().getBytes(StandardCharsets.UTF_8), 0, message, 0, length);
        return message;
    }

    private static byte[] mixed(Random random, int length) {
        byte[] message = new byte[length];
        int at = 0;
        while (at < length) {
            int piece = Math.min(length - at, 1 + random.nextInt(1 << random.nextInt(12)));
            byte[] source = random.nextBoolean() ? text(random, piece) : noise(random, piece, 256);
            if (at > piece && random.nextInt(3) == 0) {
                System.arraycopy(message, random.nextInt(at - piece), message, at, piece);
            } else {
                System.arraycopy(source, 0, message, at, piece);
            }
            at += piece;
        }
        return message;
    }
}

package dev.gibbon.interop;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Payloads that are the same in every run. */
final class Payloads {
    /** Around the limits of the three forms of a frame's length, and a message of many reads. */
    static final List<Integer> SIZES = List.of(0, 1, 125, 126, 65_535, 65_536, 1 << 20);

    private static final List<String> WORDS = List.of(
            "gibbon", "swings", "from", "branch", "to", "branch,", "Grüezi", "世界", "Привет", "שלום", "🐒", "\u0000",
            "\n");

    private Payloads() {}

    /** Bytes that hardly shrink when they are deflated. */
    static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Text of so many bytes of UTF-8, with characters of one to four bytes, that shrinks well but does not repeat itself. */
    static String prose(int size) {
        var random = new Random(size);
        var text = new ByteArrayOutputStream();
        while (text.size() < size) {
            String word = WORDS.get(random.nextInt(WORDS.size())) + ' ';
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            text.writeBytes(text.size() + bytes.length <= size ? bytes : new byte[] {'.'});
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Cuts text into so many parts of about one length, between characters, as UTF-8. */
    static List<byte[]> parts(String text, int count) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= count; i++) {
            int to = (int) ((long) text.length() * i / count);
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                to++;
            }
            parts.add(text.substring(from, to).getBytes(StandardCharsets.UTF_8));
            from = to;
        }
        return parts;
    }
}

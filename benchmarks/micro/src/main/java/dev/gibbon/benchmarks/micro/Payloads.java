package dev.gibbon.benchmarks.micro;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What the benchmarks send. Each kind is the same in every run. */
final class Payloads {
    private Payloads() {}

    /** A payload of a kind: binary, ascii, chinese, emoji, mixed or json. Text is filled up with x where a character does not fit. */
    static byte[] of(String kind, int size) {
        return switch (kind) {
            case "binary" -> binary(size);
            case "ascii" -> repeat("The quick brown fox jumps over the lazy dog. ", size);
            case "chinese" -> repeat("子曰：學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？", size);
            case "emoji" -> repeat("🙂🚀👍🎉😀", size);
            case "mixed" -> repeat("naïve 日本語 🙂 ", size);
            case "json" -> json(size);
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }

    private static byte[] binary(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] repeat(String unit, int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        int at = 0;
        int[] codes = unit.codePoints().toArray();
        for (int i = 0; ; i++) {
            byte[] character = Character.toString(codes[i % codes.length]).getBytes(StandardCharsets.UTF_8);
            if (at + character.length > size) {
                return bytes;
            }
            System.arraycopy(character, 0, bytes, at, character.length);
            at += character.length;
        }
    }

    /** Events of a market feed. */
    private static byte[] json(int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Random random = new Random(7);
        for (int id = 1000; out.size() < size; id++) {
            String event =
                    "{\"id\":%d,\"type\":\"update\",\"symbol\":\"SYM%d\",\"price\":%d.%02d,\"qty\":%d,\"side\":\"%s\"},"
                            .formatted(
                                    id,
                                    random.nextInt(977),
                                    random.nextInt(5000),
                                    random.nextInt(100),
                                    random.nextInt(900),
                                    random.nextBoolean() ? "buy" : "sell");
            out.writeBytes(event.getBytes(StandardCharsets.US_ASCII));
        }
        return Arrays.copyOf(out.toByteArray(), size);
    }

    /** A buffer of its own, direct or in the heap, from position 0 to its limit. */
    static ByteBuffer buffer(byte[] bytes, boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(bytes.length) : ByteBuffer.allocate(bytes.length);
        return buffer.put(bytes).flip();
    }
}

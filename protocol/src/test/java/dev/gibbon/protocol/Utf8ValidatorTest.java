package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Seeded;
import dev.gibbon.testkit.Splits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8ValidatorTest {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(8192);

    private boolean javaSays(ByteBuffer bytes) {
        chars.clear();
        return !decoder.reset().decode(bytes.rewind(), chars, true).isError();
    }

    private static boolean weSay(ByteBuffer bytes, int from, int to) {
        return Utf8Validator.run(bytes, from, to, Utf8Validator.ACCEPT) == Utf8Validator.ACCEPT;
    }

    /** All of 1, 2 and 3 octets, each in one piece and octet by octet: 16,843,008 sequences. */
    @Test
    void agreesWithJavaOnEveryShortSequence() {
        for (int length = 1; length <= 3; length++) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            for (int value = 0; value < 1 << (8 * length); value++) {
                int state = Utf8Validator.ACCEPT;
                for (int i = 0; i < length; i++) {
                    bytes.put(i, (byte) (value >> (8 * i)));
                    state = Utf8Validator.run(bytes, i, i + 1, state);
                }
                boolean expected = javaSays(bytes);
                if (weSay(bytes, 0, length) != expected || (state == Utf8Validator.ACCEPT) != expected) {
                    throw new AssertionError(Hex.of(bytes.rewind()) + " should be " + expected);
                }
            }
        }
    }

    /** All leads and seconds, with thirds and fourths around every border, and a sample of the rest. */
    @Test
    void agreesWithJavaOnFourOctets() {
        byte[] borders = Hex.bytes("00 7f 80 81 8f 90 91 9f a0 a1 be bf c0 c1 c2 df e0 ed ef f0 f4 f5 ff");
        ByteBuffer bytes = ByteBuffer.allocate(4);
        for (int lead = 0; lead < 256; lead++) {
            for (int second = 0; second < 256; second++) {
                bytes.put(0, (byte) lead).put(1, (byte) second);
                for (byte third : borders) {
                    for (byte fourth : borders) {
                        bytes.put(2, third).put(3, fourth);
                        checkWholeAndInPieces(bytes);
                    }
                }
            }
        }
        var random = new Random(3629);
        for (int i = 0; i < 1_000_000; i++) {
            bytes.putInt(0, random.nextInt() | 0xC0808080);
            checkWholeAndInPieces(bytes);
        }
    }

    private void checkWholeAndInPieces(ByteBuffer bytes) {
        boolean expected = javaSays(bytes);
        boolean same = weSay(bytes, 0, 4) == expected;
        for (int cut = 1; cut < 4; cut++) {
            int state = Utf8Validator.run(bytes, cut, 4, Utf8Validator.run(bytes, 0, cut, Utf8Validator.ACCEPT));
            same &= (state == Utf8Validator.ACCEPT) == expected;
        }
        if (!same) {
            throw new AssertionError(Hex.of(bytes.rewind()) + " should be " + expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // octets, how many until it is known to be wrong (0: never), complete
        "'c3 a9', 0, true",
        "'c3', 0, false",
        "'80', 1, false",
        "'c0', 1, false",
        "'c1 80', 1, false",
        "'e0 9f', 2, false",
        "'e0 a0', 0, false",
        "'ed a0 80', 2, false",
        "'ed 9f bf', 0, true",
        "'ee 80 80', 0, true",
        "'ef bf bf', 0, true",
        "'f0 8f', 2, false",
        "'f0 90 80 80', 0, true",
        "'f4 8f bf bf', 0, true",
        "'f4 90', 2, false",
        "'f5', 1, false",
        "'ff', 1, false",
        "'41 42 43 e2 82 41', 6, false",
        "'f0 9f 98 c0', 4, false",
        "'f0 9f 98 80 80', 5, false",
    })
    void failsAtTheFirstWrongOctet(String hex, int wrong, boolean complete) {
        byte[] bytes = Hex.bytes(hex);
        Splits.forEach(bytes, way -> {
            var validator = new Utf8Validator();
            int fed = 0;
            boolean valid = true;
            for (byte[] piece : way.pieces()) {
                valid = validator.feed(ByteBuffer.wrap(piece), 0, piece.length);
                fed += piece.length;
                assertThat(valid).isEqualTo(wrong == 0 || fed < wrong);
            }
            assertThat(validator.complete()).isEqualTo(complete);
            validator.reset();
            assertThat(validator.complete()).isTrue();
            assertThat(validator.feed(Hex.buffer("41"), 0, 1)).isTrue();
        });
        int index = Utf8Validator.firstWrong(ByteBuffer.wrap(bytes), 0, bytes.length, Utf8Validator.ACCEPT);
        assertThat(index).isEqualTo(wrong == 0 ? bytes.length : wrong - 1);
    }

    @Test
    void staysWrong() {
        var validator = new Utf8Validator();
        assertThat(validator.feed(Hex.buffer("ff"), 0, 1)).isFalse();
        assertThat(validator.feed(Hex.buffer("'plain text that is long enough for words'"), 0, 40))
                .isFalse();
        assertThat(validator.complete()).isFalse();
    }

    /** Texts of every mixture, whole and spoilt at one place, cut anywhere: the ASCII words must not change a verdict. */
    @Test
    void agreesWithJavaOnLongTexts() {
        Seeded.run(1, 3000, random -> {
            byte[] text = text(random, random.nextInt(700));
            if (text.length > 0 && random.nextBoolean()) {
                text[random.nextInt(text.length)] = (byte) random.nextInt(256);
            }
            int offset = random.nextInt(9);
            ByteBuffer bytes = random.nextBoolean()
                    ? ByteBuffer.allocate(offset + text.length + 9)
                    : ByteBuffer.allocateDirect(offset + text.length + 9);
            bytes.put(offset, text);
            boolean expected = javaSays(ByteBuffer.wrap(text));
            assertThat(weSay(bytes, offset, offset + text.length)).isEqualTo(expected);
            int state = Utf8Validator.ACCEPT;
            int at = offset;
            while (at < offset + text.length) {
                int to = Math.min(offset + text.length, at + 1 + random.nextInt(100));
                state = Utf8Validator.run(bytes, at, to, state);
                at = to;
            }
            assertThat(state == Utf8Validator.ACCEPT).isEqualTo(expected);
        });
    }

    /** A wrong octet at every place of a long ASCII text, and of a dense one, is found. */
    @Test
    void noPlaceIsSkipped() {
        List<byte[]> texts = new ArrayList<>();
        texts.add("x".repeat(600).getBytes(StandardCharsets.UTF_8));
        texts.add("\u4e2d".repeat(200).getBytes(StandardCharsets.UTF_8));
        texts.add("\u00e9 plain words between \u4e2d".repeat(20).getBytes(StandardCharsets.UTF_8));
        for (byte[] text : texts) {
            for (int at = 0; at < text.length; at++) {
                byte[] spoilt = text.clone();
                spoilt[at] = (byte) 0xFF;
                assertThat(weSay(ByteBuffer.wrap(spoilt), 0, spoilt.length)).isFalse();
            }
        }
    }

    static byte[] text(Random random, int atLeast) {
        var out = new ByteArrayOutputStream();
        int dense = random.nextInt(4);
        while (out.size() < atLeast) {
            boolean plain = random.nextInt(4) >= dense;
            int run = 1 + random.nextInt(40);
            for (int i = 0; i < run; i++) {
                int point = plain ? 0x20 + random.nextInt(0x5F) : nonAscii(random);
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private static int nonAscii(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0x80 + random.nextInt(0x800 - 0x80);
            case 1 -> 0x800 + random.nextInt(0xD800 - 0x800);
            case 2 -> 0xE000 + random.nextInt(0x2000);
            default -> 0x10000 + random.nextInt(0x100000);
        };
    }
}

package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Seeded;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskingTest {
    /** RFC 6455, 5.3, to the letter: "j = i MOD 4; transformed-octet-i = original-octet-i XOR masking-key-octet-j". */
    private static byte[] naive(byte[] original, int key, int phase) {
        byte[] transformed = new byte[original.length];
        for (int i = 0; i < original.length; i++) {
            int j = (i + phase) % 4;
            transformed[i] = (byte) (original[i] ^ (key >>> (24 - 8 * j)));
        }
        return transformed;
    }

    private static List<ByteBuffer> kinds(int size) {
        return List.of(
                ByteBuffer.allocate(size),
                ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN),
                ByteBuffer.allocate(size + 3).position(3).slice(),
                ByteBuffer.allocateDirect(size),
                ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN),
                ByteBuffer.allocateDirect(size + 5).position(5).slice());
    }

    private static byte[] random(Random random, int length, boolean ascii) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; ascii && i < length; i++) {
            bytes[i] &= 0x7F;
        }
        return bytes;
    }

    @Test
    void unmasksTheExampleOfTheRfc() {
        ByteBuffer hello = Hex.buffer("7f 9f 4d 51 58");
        Masking.apply(hello, 0, 5, 0x37fa213d, 0);
        assertThat(Hex.of(hello)).isEqualTo(Hex.of(Hex.bytes("'Hello'")));
    }

    @Test
    void isTheNaiveLoopAtAnyOffsetLengthAndPhase() {
        var random = new Random(6455);
        for (int length = 0; length < 70; length++) {
            for (int offset = 0; offset < 9; offset++) {
                int phase = random.nextInt(8);
                int key = random.nextInt();
                check(random(random, length, false), offset, key, phase);
                check(naive(random(random, length, true), key, phase), offset, key, phase);
            }
        }
    }

    @Test
    void isTheNaiveLoopForLongPayloads() {
        Seeded.run(1, 60, random -> {
            int key = random.nextInt();
            int phase = random.nextInt(Integer.MAX_VALUE);
            byte[] bytes = random(random, random.nextInt(5000), true);
            if (random.nextBoolean() && bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] |= (byte) 0x80;
            }
            check(naive(bytes, key, phase & 3), random.nextInt(9), key, phase);
        });
    }

    private static void check(byte[] original, int offset, int key, int phase) {
        byte[] expected = naive(original, key, phase & 3);
        boolean ascii = true;
        for (byte b : expected) {
            ascii &= b >= 0;
        }
        int size = offset + original.length + 9;
        for (ByteBuffer buffer : kinds(size)) {
            ByteOrder order = buffer.order();
            fill(buffer, offset, original);
            Masking.apply(buffer, offset, offset + original.length, key, phase);
            assertHolds(buffer, offset, expected, order);

            fill(buffer, offset, original);
            assertThat(Masking.applyAndCheck(buffer, offset, offset + original.length, key, phase))
                    .isEqualTo(ascii);
            assertHolds(buffer, offset, expected, order);
            assertThat(Masking.isAscii(buffer, offset, offset + original.length))
                    .isEqualTo(ascii);

            ByteBuffer source = ByteBuffer.wrap(original).asReadOnlyBuffer().order(order);
            fill(buffer, offset, new byte[original.length]);
            Masking.copy(source, 0, buffer, offset, original.length, key, phase);
            assertHolds(buffer, offset, expected, order);
            assertThat(source.position()).isZero();
        }
    }

    private static void fill(ByteBuffer buffer, int offset, byte[] bytes) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0xA5);
        }
        buffer.put(offset, bytes).position(1);
    }

    /** The expected bytes, the rest untouched, position, limit and order as they were. */
    private static void assertHolds(ByteBuffer buffer, int offset, byte[] expected, ByteOrder order) {
        byte[] found = new byte[expected.length];
        buffer.get(offset, found);
        assertThat(found).isEqualTo(expected);
        for (int i = 0; i < buffer.capacity(); i++) {
            if (i < offset || i >= offset + expected.length) {
                assertThat(buffer.get(i)).isEqualTo((byte) 0xA5);
            }
        }
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(buffer.limit()).isEqualTo(buffer.capacity());
        assertThat(buffer.order()).isEqualTo(order);
    }

    @Test
    void leavesTheSourceOfACopyAlone() {
        ByteBuffer source = Hex.buffer("'some payload'");
        ByteBuffer target = ByteBuffer.allocate(20);
        Masking.copy(source, 5, target, 2, 7, 0x01020304, 0);
        assertThat(Hex.of(source)).isEqualTo(Hex.of(Hex.bytes("'some payload'")));
        Masking.apply(target, 2, 9, 0x01020304, 0);
        assertThat(Hex.of(target)).isEqualTo(Hex.of(Hex.bytes("00 00 'payload' 00*11")));
    }

    @Test
    void eachHighBitIsSeen() {
        for (int length = 1; length <= 24; length++) {
            for (int at = 0; at < length; at++) {
                for (ByteBuffer buffer : kinds(length)) {
                    buffer.put(at, (byte) 0x80);
                    assertThat(Masking.isAscii(buffer, 0, length)).isFalse();
                    assertThat(Masking.applyAndCheck(buffer, 0, length, 0, 0)).isFalse();
                    buffer.put(at, (byte) 0x7F);
                    assertThat(Masking.isAscii(buffer, 0, length)).isTrue();
                    assertThat(Masking.applyAndCheck(buffer, 0, length, 0, 0)).isTrue();
                }
            }
        }
    }

    @Test
    void refusesRangesBeyondTheLimit() {
        for (ByteBuffer buffer : kinds(40)) {
            buffer.limit(20);
            for (int[] range : new int[][] {{0, 21}, {-1, 5}, {6, 5}, {20, 28}, {Integer.MIN_VALUE, 0}}) {
                assertThatThrownBy(() -> Masking.apply(buffer, range[0], range[1], 1, 0))
                        .isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> Masking.applyAndCheck(buffer, range[0], range[1], 1, 0))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> Masking.copy(ByteBuffer.allocate(9), 0, buffer, 15, 9, 1, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void refusesReadOnlyBuffers() {
        for (ByteBuffer buffer : kinds(40)) {
            ByteBuffer readOnly = buffer.asReadOnlyBuffer();
            assertThatThrownBy(() -> Masking.apply(readOnly, 0, 9, 1, 0)).isInstanceOf(ReadOnlyBufferException.class);
            assertThatThrownBy(() -> Masking.applyAndCheck(readOnly, 0, 9, 1, 0))
                    .isInstanceOf(ReadOnlyBufferException.class);
            assertThat(Masking.isAscii(readOnly, 0, 40)).isTrue();
        }
    }
}

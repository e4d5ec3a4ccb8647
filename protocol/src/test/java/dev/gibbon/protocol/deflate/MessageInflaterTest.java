package dev.gibbon.protocol.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.ReferenceInflater;
import dev.gibbon.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageInflaterTest {
    private final CountingNatives natives = new CountingNatives();

    @AfterEach
    void nothingIsOut() {
        natives.end();
    }

    /** A message in pieces of input and room; null for bad data. */
    private static byte @Nullable [] inflate(MessageInflater inflater, byte[] payload, Random random) {
        var all = new ByteArrayOutputStream();
        int at = 0;
        int most = 1 + random.nextInt(payload.length + 1);
        while (at < payload.length) {
            int to = Math.min(payload.length, at + 1 + random.nextInt(most));
            ByteBuffer in = ByteBuffer.wrap(payload, at, to - at);
            int room;
            int count;
            do {
                room = 1 + random.nextInt(random.nextBoolean() ? 4 : 1000);
                ByteBuffer out = ByteBuffer.allocate(room + 5).limit(room + 3).position(1);
                count = inflater.inflate(in, out, 2, room);
                if (count == MessageInflater.BAD_DATA) {
                    return null;
                }
                assertThat(out.position()).isEqualTo(1);
                assertThat(out.limit()).isEqualTo(room + 3);
                all.write(out.array(), 2, count);
            } while (count == room);
            assertThat(in.hasRemaining()).isFalse();
            at = to;
        }
        return inflater.end() ? all.toByteArray() : null;
    }

    private byte @Nullable [] inflate(String hex) {
        var inflater = new MessageInflater(natives, false);
        byte[] message = inflate(inflater, Hex.bytes(hex), new Random(1));
        inflater.release();
        return message;
    }

    /** RFC 7692, 7.2.3.1, 7.2.3.3, 7.2.3.4 and 7.2.3.5. */
    @ParameterizedTest
    @DisplayName("Z-07: the examples of the RFC, a last block among them")
    @ValueSource(
            strings = {
                "f2 48 cd c9 c9 07 00",
                "00 05 00 fa ff 48 65 6c 6c 6f 00",
                "f3 48 cd c9 c9 07 00 00",
                "f2 48 05 00 00 00 ff ff ca c9 c9 07 00",
                // What a sender does that finishes its stream and leaves the octet of the RFC away.
                "f3 48 cd c9 c9 07 00",
                // Stored, and called the last one; then an empty last one.
                "01 05 00 fa ff 48 65 6c 6c 6f",
                "01 05 00 fa ff 48 65 6c 6c 6f 03 00",
                // Nothing, stored and with fixed codes, around it.
                "00 00 00 ff ff 02 00 00 00 ff ff f3 48 cd c9 c9 07 00 00 00 00 ff ff 01 00 00 ff ff 03 00 00"
            })
    void inflatesTheExamples(String hex) {
        assertThat(inflate(hex)).asString(StandardCharsets.US_ASCII).isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "02 00", "03 00", "03 00 00", "00 00 00 ff ff 00", "01 00 00 ff ff"})
    @DisplayName("Z-09: nothing comes of an empty message, however it is written")
    void inflatesNothing(String hex) {
        assertThat(inflate(hex)).isEmpty();
    }

    @Test
    @DisplayName("Z-07b, Z-15: the message behind one that ended with a last block")
    void goesOnBehindALastBlock() {
        for (boolean takeover : new boolean[] {false, true}) {
            var inflater = new MessageInflater(natives, takeover);
            for (String hex :
                    new String[] {"f3 48 cd c9 c9 07 00 00", "f3 48 cd c9 c9 07 00", "f2 48 cd c9 c9 07 00"}) {
                assertThat(inflate(inflater, Hex.bytes(hex), new Random(2)))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("Hello");
            }
            assertThat(inflate(inflater, Hex.bytes("03 00"), new Random(2))).isEmpty();
            inflater.release();
        }
    }

    /** RFC 7692, 7.2.3.2. */
    @Test
    void keepsTheContext() {
        var inflater = new MessageInflater(natives, true);
        assertThat(inflater.nativeBytes()).isZero();
        assertThat(inflate(inflater, Hex.bytes("f2 48 cd c9 c9 07 00"), new Random(1)))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("Hello");
        assertThat(inflater.nativeBytes()).isEqualTo(DeflatePool.INFLATER_BYTES);
        assertThat(inflate(inflater, new byte[0], new Random(1))).isEmpty();
        assertThat(inflate(inflater, Hex.bytes("f2 00 11 00 00"), new Random(1)))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("Hello");
        inflater.release();
        inflater.release();
        assertThat(natives.discarded()).isEqualTo(1);
    }

    @Test
    @DisplayName("Z-16: without context takeover nothing native is held between messages, and nothing is remembered")
    void forgetsTheContext() {
        var inflater = new MessageInflater(natives, false);
        assertThat(inflate(inflater, Hex.bytes("f2 48 cd c9 c9 07 00"), new Random(1)))
                .hasSize(5);
        assertThat(inflater.nativeBytes()).isZero();
        assertThat(natives.outstanding()).isZero();
        assertThat(inflate(inflater, Hex.bytes("f2 00 11 00 00"), new Random(1)))
                .isNull();
        assertThat(natives.discarded()).isEqualTo(1);
        assertThat(natives.made()).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("Z-06a to Z-06e: bad data is a value; its inflater is ended, once")
    @ValueSource(
            strings = {
                "06", // a reserved type of block
                "00 05 00 00 00", // the length and its complement
                "f2 00 11 00 00", // before the beginning
                "fc 00 00", // too many symbols
                "04 20 49 92 24 00", // code lengths without a complete code
                "f3 48 cd c9 c9 07 00 ff", // a reserved type behind the last block
                "f3 48 cd c9 c9 07 00 78 9c", // a zlib header behind it
                "78 9c f2 48 cd c9 c9 07 00", // zlib's format
                "1f 8b 08 00 00 00 00 00 00 03", // gzip's
                "00 05 00 fa ff 48", // ends inside a stored block: the tail would be data
                "f3 48 cd c9 c9 07", // the last block ends in the tail
                "00 01 00", // the tail breaks the length
                "f2 48 cd c9 c9" // the tail makes a length without distance
            })
    void refusesBadData(String hex) {
        byte[] payload = Hex.bytes(hex);
        for (boolean takeover : new boolean[] {false, true}) {
            for (int seed = 0; seed < 10; seed++) {
                int discarded = natives.discarded();
                var inflater = new MessageInflater(natives, takeover);
                byte[] found = inflate(inflater, payload, new Random(seed));
                if (found != null) {
                    continue;
                }
                assertThat(natives.discarded()).isEqualTo(discarded + 1);
                assertThat(natives.outstanding()).isZero();
                assertThat(inflater.nativeBytes()).isZero();
                assertThatThrownBy(() -> inflater.inflate(ByteBuffer.allocate(1), ByteBuffer.allocate(1), 0, 1))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(inflater::end).isInstanceOf(IllegalStateException.class);
                inflater.release();
            }
        }
        assertThat(inflate(hex)).isNull();
    }

    @Test
    void refusesADictionary() {
        // A pool that lends inflaters of zlib's format, whose streams can ask for a dictionary: here they do.
        DeflatePool pool = new DeflatePoolAround(natives) {
            @Override
            public Inflater inflater() {
                return new Inflater();
            }

            @Override
            public void discard(Inflater inflater) {
                inflater.end();
            }
        };
        Deflater deflater = new Deflater();
        deflater.setDictionary("Hello".getBytes(StandardCharsets.US_ASCII));
        deflater.setInput("Hello".getBytes(StandardCharsets.US_ASCII));
        deflater.finish();
        byte[] stream = new byte[100];
        int length = deflater.deflate(stream);
        deflater.end();
        var inflater = new MessageInflater(pool, false);
        int count = inflater.inflate(ByteBuffer.wrap(stream, 0, length), ByteBuffer.allocate(100), 0, 100);
        assertThat(count).isEqualTo(MessageInflater.BAD_DATA);
    }

    @Test
    @DisplayName("X-04, Z-12: any message, any split, any room; against the decoder bit by bit")
    void inflatesAnything() {
        Seeded.run(1, 300, random -> {
            boolean takeover = random.nextBoolean();
            var deflater = new MessageDeflater(natives, random.nextInt(10), 8 + random.nextInt(8), takeover);
            var inflater = new MessageInflater(natives, takeover);
            var reference = new ReferenceInflater(15);
            for (int i = 0; i < 5; i++) {
                byte[] message = Samples.any(random, random.nextInt(1 << random.nextInt(16)));
                ByteBuffer out = ByteBuffer.allocate((int) MessageDeflater.bound(message.length, 8));
                deflater.deflate(ByteBuffer.wrap(message), out, MessageDeflater.Flush.MESSAGE);
                byte[] payload = new byte[out.flip().remaining()];
                out.get(payload);
                assertThat(inflate(inflater, payload, random)).isEqualTo(message);
                if (!takeover) {
                    reference.forget();
                }
                assertThat(reference.message(payload)).isEqualTo(message);
            }
            deflater.release();
            inflater.release();
            assertThat(natives.outstanding()).isZero();
        });
    }

    /** Wrong in one bit, or noise: the platform and the decoder bit by bit agree on what is DEFLATE. */
    @Test
    @DisplayName("Z-06a to Z-06e: any bad data, in any split")
    void agreesOnBadData() {
        int[] bad = new int[2];
        Seeded.run(1, 4000, random -> {
            byte[] payload = payload(random);
            var inflater = new MessageInflater(natives, random.nextBoolean());
            byte[] found = inflate(inflater, payload, random);
            inflater.release();
            assertThat(natives.outstanding()).isZero();
            try {
                byte[] expected = new ReferenceInflater(15).message(payload);
                assertThat(found).isEqualTo(expected);
                bad[0]++;
            } catch (ReferenceInflater.BadData broken) {
                bad[1]++;
                // The platform does not tell that data ends inside a block, unless something comes of the tail.
                assertThat(found == null || broken.isTruncated())
                        .as(broken.getMessage())
                        .isTrue();
                if (found != null) {
                    assertThat(found).isEqualTo(broken.before());
                }
            }
        });
        assertThat(bad[0]).isGreaterThan(100);
        assertThat(bad[1]).isGreaterThan(100);
    }

    private static byte[] payload(Random random) {
        byte[] payload;
        if (random.nextInt(4) == 0) {
            payload = new byte[random.nextInt(40)];
            random.nextBytes(payload);
            return payload;
        }
        byte[] message = Samples.any(random, random.nextInt(400));
        payload = MessageDeflater.whole(
                DeflatePool.unpooled(), random.nextInt(10), 8 + random.nextInt(8), ByteBuffer.wrap(message));
        for (int i = random.nextInt(3); i > 0; i--) {
            payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
        }
        int length = random.nextInt(3) == 0 ? random.nextInt(payload.length + 1) : payload.length;
        return java.util.Arrays.copyOf(payload, length);
    }

    @Test
    @DisplayName("Z-14: blocks of nothing cost what their bytes cost, and never spin")
    void emptyBlocksAreTakenOnce() {
        for (String block : new String[] {"00 00 00 ff ff", "02 00 00 00 ff ff", "03 00", "01 00 00 ff ff"}) {
            byte[] one = Hex.bytes(block);
            byte[] payload = new byte[one.length * 20_000];
            for (int i = 0; i < payload.length; i++) {
                payload[i] = one[i % one.length];
            }
            var inflater = new MessageInflater(natives, false);
            ByteBuffer in = ByteBuffer.wrap(payload);
            assertThat(inflater.inflate(in, ByteBuffer.allocate(1), 0, 1)).isZero();
            assertThat(in.hasRemaining()).isFalse();
            inflater.release();
        }
    }

    @Test
    void unpooledNativesAreEndedWhenTheyComeBack() {
        DeflatePool pool = DeflatePool.unpooled();
        Deflater deflater = pool.deflater(3);
        pool.release(deflater);
        assertThatThrownBy(deflater::getBytesRead).isInstanceOf(RuntimeException.class);
        deflater = pool.deflater(3);
        pool.discard(deflater);
        assertThatThrownBy(deflater::getBytesRead).isInstanceOf(RuntimeException.class);
        Inflater inflater = pool.inflater();
        pool.release(inflater);
        assertThatThrownBy(inflater::getBytesRead).isInstanceOf(RuntimeException.class);
        inflater = pool.inflater();
        pool.discard(inflater);
        assertThatThrownBy(inflater::getBytesRead).isInstanceOf(RuntimeException.class);
    }
}

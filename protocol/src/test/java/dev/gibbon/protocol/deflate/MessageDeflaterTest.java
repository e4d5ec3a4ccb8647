package dev.gibbon.protocol.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.protocol.deflate.MessageDeflater.Flush;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.ReferenceInflater;
import dev.gibbon.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageDeflaterTest {
    private final CountingNatives natives = new CountingNatives();

    @AfterEach
    void nothingIsOut() {
        natives.end();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A whole message, in room that is enough. */
    private static byte[] deflate(MessageDeflater deflater, byte[] message) {
        ByteBuffer out = ByteBuffer.allocate((int) MessageDeflater.bound(message.length, 8));
        ByteBuffer in = ByteBuffer.wrap(message);
        assertThat(deflater.deflate(in, out, Flush.MESSAGE)).isTrue();
        assertThat(in.hasRemaining()).isFalse();
        return Arrays.copyOf(out.array(), out.position());
    }

    /** RFC 7692, 7.2.3.1 and 7.2.3.2. */
    @Test
    void deflatesTheExamples() {
        var deflater = new MessageDeflater(natives, 6, 15, true);
        assertThat(Hex.of(deflate(deflater, bytes("Hello")))).isEqualTo("f2 48 cd c9 c9 07 00");
        assertThat(Hex.of(deflate(deflater, bytes("Hello")))).isEqualTo("f2 00 11 00 00");
        assertThat(Hex.of(deflate(deflater, bytes("")))).isEqualTo("00");
        assertThat(deflater.nativeBytes()).isEqualTo(DeflatePool.DEFLATER_BYTES);
        deflater.release();
        deflater.release();
        assertThat(natives.discarded()).isEqualTo(1);
        assertThat(deflater.nativeBytes()).isZero();
    }

    @Test
    @DisplayName("Z-16, D-08: without context takeover nothing native is held between messages")
    void holdsNothingWithoutTakeover() {
        var deflater = new MessageDeflater(natives, 6, 15, false);
        for (int i = 0; i < 3; i++) {
            assertThat(Hex.of(deflate(deflater, bytes("Hello")))).isEqualTo("f2 48 cd c9 c9 07 00");
            assertThat(natives.outstanding()).isZero();
            assertThat(deflater.nativeBytes()).isZero();
        }
        assertThat(deflate(deflater, new byte[0])).containsExactly(0);
        assertThat(natives.lent()).isEqualTo(3);
        assertThat(natives.made()).isEqualTo(1);
        ByteBuffer out = ByteBuffer.allocate(100);
        deflater.deflate(ByteBuffer.wrap(bytes("abc")), out, Flush.NONE);
        assertThat(deflater.nativeBytes()).isPositive();
        deflater.release();
        assertThat(natives.outstanding()).isZero();
    }

    /** What a client or a server of these parameters sends, against a decoder that is strict about the window. */
    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 11, 12, 13, 14, 15})
    @DisplayName("window bits are honoured: no reference reaches further, counted across messages")
    void keepsTheWindow(int bits) {
        int[] furthest = new int[2];
        Seeded.run(1, 120, random -> {
            boolean takeover = random.nextBoolean();
            int level = random.nextInt(10);
            var deflater = new MessageDeflater(natives, level, bits, takeover);
            var reference = new ReferenceInflater(bits);
            Inflater platform = new Inflater(true);
            int messages = 1 + random.nextInt(12);
            for (int i = 0; i < messages; i++) {
                byte[] message = Samples.any(random, length(random, bits));
                byte[] payload =
                        random.nextInt(3) == 0 ? deflate(deflater, message) : inPieces(deflater, message, random);
                if (!takeover) {
                    reference.forget();
                    platform.reset();
                }
                assertThat(reference.message(payload)).isEqualTo(message);
                assertThat(inflate(platform, payload, message.length)).isEqualTo(message);
            }
            assertThat(reference.furthest()).isLessThanOrEqualTo(1 << bits);
            furthest[takeover ? 1 : 0] = Math.max(furthest[takeover ? 1 : 0], reference.furthest());
            deflater.release();
            platform.end();
        });
        // It is used, too.
        assertThat(furthest[0]).isGreaterThan((1 << bits) / 2);
        assertThat(furthest[1]).isGreaterThan((1 << bits) / 2);
    }

    /** Around multiples of the window, where flushes are; and anything. */
    private static int length(Random random, int bits) {
        int window = 1 << bits;
        return switch (random.nextInt(4)) {
            case 0 -> Math.max(0, window * (1 + random.nextInt(2)) - 3 + random.nextInt(7));
            case 1 -> random.nextInt(20);
            case 2 -> window / 2 + random.nextInt(3) - 1;
            default -> random.nextInt(3 * window);
        };
    }

    /** Input and output in pieces of any size, flushed here and there. */
    private static byte[] inPieces(MessageDeflater deflater, byte[] message, Random random) {
        var all = new ByteArrayOutputStream();
        ByteBuffer in = random.nextBoolean()
                ? ByteBuffer.wrap(message).asReadOnlyBuffer()
                : ByteBuffer.allocateDirect(message.length).put(message).flip();
        int most = 1 + random.nextInt(message.length + 1);
        boolean ends = false;
        while (!ends) {
            int to = Math.min(message.length, in.position() + random.nextInt(most + 1));
            ends = to == message.length && random.nextInt(3) > 0;
            Flush flush = ends ? Flush.MESSAGE : random.nextBoolean() ? Flush.FRAGMENT : Flush.NONE;
            in.limit(to);
            boolean done;
            do {
                int room =
                        MessageDeflater.MIN_ROOM + (random.nextBoolean() ? random.nextInt(20) : random.nextInt(5000));
                ByteBuffer out = random.nextBoolean() ? ByteBuffer.allocate(room) : ByteBuffer.allocateDirect(room);
                done = deflater.deflate(in, out, flush);
                byte[] piece = new byte[out.flip().remaining()];
                out.get(piece);
                all.writeBytes(piece);
            } while (!done);
            assertThat(in.limit()).isEqualTo(to);
            assertThat(in.hasRemaining()).isFalse();
            assertThat(deflater.isOpen()).isEqualTo(!ends && in.position() > 0);
        }
        return all.toByteArray();
    }

    private static byte[] inflate(Inflater platform, byte[] payload, int length) throws Exception {
        byte[] whole = Arrays.copyOf(payload, payload.length + 4);
        whole[whole.length - 1] = (byte) 0xFF;
        whole[whole.length - 2] = (byte) 0xFF;
        platform.setInput(whole);
        byte[] message = new byte[length + 1];
        int at = 0;
        int count;
        while ((count = platform.inflate(message, at, message.length - at)) > 0) {
            at += count;
        }
        assertThat(platform.getRemaining()).isZero();
        return Arrays.copyOf(message, at);
    }

    /** Room that is used up just when a flush is complete, or just before, for every size of it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsTheWindowInAnyRoom(boolean takeover) throws Exception {
        Random random = new Random(5);
        byte[] message = Samples.text(random, 1500);
        System.arraycopy(message, 0, message, 700, 800);
        for (int room = MessageDeflater.MIN_ROOM; room < 700; room++) {
            var deflater = new MessageDeflater(natives, 6, 8, takeover);
            var reference = new ReferenceInflater(8);
            for (int i = 0; i < 2; i++) {
                var all = new ByteArrayOutputStream();
                ByteBuffer in = ByteBuffer.wrap(message);
                ByteBuffer out = ByteBuffer.allocate(room);
                boolean done;
                do {
                    done = deflater.deflate(in, out.clear(), Flush.MESSAGE);
                    all.write(out.array(), 0, out.position());
                } while (!done);
                assertThat(reference.message(all.toByteArray()))
                        .as("room %d", room)
                        .isEqualTo(message);
            }
            deflater.release();
        }
    }

    @Test
    void fragmentsCanBeInflatedAtOnce() throws Exception {
        var deflater = new MessageDeflater(natives, 6, 15, false);
        Inflater platform = new Inflater(true);
        for (String piece : List.of("Hello", "", ", ", "world", "")) {
            ByteBuffer out = ByteBuffer.allocate(100);
            assertThat(deflater.deflate(ByteBuffer.wrap(bytes(piece)), out, Flush.FRAGMENT))
                    .isTrue();
            platform.setInput(out.array(), 0, out.position());
            byte[] found = new byte[50];
            assertThat(new String(found, 0, platform.inflate(found), StandardCharsets.UTF_8))
                    .isEqualTo(piece);
        }
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThat(deflater.deflate(ByteBuffer.allocate(0), out, Flush.MESSAGE)).isTrue();
        assertThat(out.position()).isZero();
        assertThat(deflater.isOpen()).isFalse();
        platform.end();
        deflater.release();
    }

    @Test
    void aMessageBegunWithNothingMayStayEmpty() {
        var deflater = new MessageDeflater(natives, 6, 15, true);
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThat(deflater.deflate(ByteBuffer.allocate(0), out, Flush.NONE)).isTrue();
        assertThat(deflater.deflate(ByteBuffer.allocate(0), out, Flush.FRAGMENT))
                .isTrue();
        assertThat(out.position()).isZero();
        assertThat(deflater.deflate(ByteBuffer.allocate(0), out, Flush.MESSAGE)).isTrue();
        assertThat(Hex.of(Arrays.copyOf(out.array(), out.position()))).isEqualTo("00");
        assertThat(natives.lent()).isZero();
        deflater.release();
    }

    /** The receiver keeps the history of what it got; what was deflated and not sent must not be referred to. */
    @Test
    void forgetsWhatIsNotSent() {
        Seeded.run(1, 200, random -> {
            int bits = 8 + random.nextInt(8);
            boolean takeover = random.nextInt(4) > 0;
            var deflater = new MessageDeflater(natives, 6, bits, takeover);
            var reference = new ReferenceInflater(bits);
            byte[] message = Samples.text(random, 1 + random.nextInt(600));
            for (int i = 0; i < 10; i++) {
                if (random.nextInt(3) == 0) {
                    byte[] other = Samples.text(random, 1 + random.nextInt(600));
                    if (random.nextBoolean()) {
                        deflate(deflater, other);
                    } else {
                        ByteBuffer out = ByteBuffer.allocate(2000);
                        deflater.deflate(ByteBuffer.wrap(other), out, Flush.NONE);
                    }
                    deflater.forget();
                    assertThat(deflater.isOpen()).isFalse();
                    assertThat(natives.outstanding()).isEqualTo(takeover ? 1 : 0);
                }
                if (random.nextInt(3) == 0) {
                    byte[] other = Samples.text(random, random.nextInt(600));
                    byte[] shared = MessageDeflater.whole(natives, 6, bits, ByteBuffer.wrap(other));
                    assertThat(reference.message(shared)).isEqualTo(other);
                    deflater.forget();
                }
                assertThat(reference.message(deflate(deflater, message))).isEqualTo(message);
            }
            deflater.release();
        });
    }

    @Test
    void deflatesOnceForMany() {
        Seeded.run(1, 100, random -> {
            int bits = 8 + random.nextInt(8);
            byte[] message = Samples.any(random, random.nextInt(20_000));
            ByteBuffer payload = ByteBuffer.allocate(message.length + 10)
                    .position(4)
                    .put(message)
                    .limit(4 + message.length)
                    .position(4);
            byte[] shared = MessageDeflater.whole(natives, random.nextInt(10), bits, payload);
            assertThat(payload.position()).isEqualTo(4);
            assertThat(payload.limit()).isEqualTo(4 + message.length);
            assertThat(new ReferenceInflater(bits).message(shared)).isEqualTo(message);
            assertThat(natives.outstanding()).isZero();
        });
        assertThat(MessageDeflater.whole(natives, 6, 15, ByteBuffer.allocate(0)))
                .containsExactly(0);
    }

    @Test
    void boundHoldsForTheWorstData() {
        Random random = new Random(3);
        for (int bits = 8; bits <= 15; bits++) {
            for (int level = 0; level <= 9; level++) {
                for (int length : new int[] {0, 1, 2, 30, 255, 256, 257, 1000, 40_000, 200_000}) {
                    byte[] noise = new byte[length];
                    random.nextBytes(noise);
                    var deflater = new MessageDeflater(natives, level, bits, false);
                    ByteBuffer out = ByteBuffer.allocate((int) MessageDeflater.bound(length, bits));
                    assertThat(deflater.deflate(ByteBuffer.wrap(noise), out, Flush.MESSAGE))
                            .isTrue();
                    deflater.release();
                }
            }
        }
    }

    @Test
    @DisplayName("Jetty #13029: the input is not kept")
    void keepsNoInput() {
        List<Deflater> lent = new ArrayList<>();
        DeflatePool pool = new DeflatePoolAround(natives) {
            @Override
            public Deflater deflater(int level) {
                Deflater deflater = super.deflater(level);
                lent.add(deflater);
                return deflater;
            }
        };
        var deflater = new MessageDeflater(pool, 6, 15, true);
        byte[] message = Samples.text(new Random(1), 5000);
        ByteBuffer in = ByteBuffer.wrap(message);
        ByteBuffer out = ByteBuffer.allocate(40);
        boolean done = false;
        while (!done) {
            done = deflater.deflate(in, out.clear(), Flush.MESSAGE);
            // Whatever it was given before is not looked at any more.
            assertThat(lent.get(0).needsInput()).isTrue();
        }
        deflater.release();
    }

    @Test
    void refusesMistakes() {
        assertThatThrownBy(() -> new MessageDeflater(natives, 10, 15, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10");
        assertThatThrownBy(() -> new MessageDeflater(natives, -1, 15, true))
                .isInstanceOf(IllegalArgumentException.class);
        for (int bits : new int[] {7, 16}) {
            assertThatThrownBy(() -> new MessageDeflater(natives, 6, bits, true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("8 to 15, not " + bits);
            assertThatThrownBy(() -> MessageDeflater.bound(1, bits)).isInstanceOf(IllegalArgumentException.class);
        }
        var deflater = new MessageDeflater(natives, 6, 15, true);
        ByteBuffer tooLittle = ByteBuffer.allocate(MessageDeflater.MIN_ROOM - 1);
        assertThatThrownBy(() -> deflater.deflate(ByteBuffer.allocate(1), tooLittle, Flush.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32")
                .hasMessageContaining("31");
        deflater.release();
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThatThrownBy(() -> deflater.deflate(ByteBuffer.allocate(1), out, Flush.NONE))
                .isInstanceOf(IllegalStateException.class);
        deflater.forget();
    }
}

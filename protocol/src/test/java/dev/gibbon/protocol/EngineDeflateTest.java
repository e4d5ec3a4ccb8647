package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.protocol.Engine.Event;
import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.CountingNatives;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.protocol.deflate.MessageDeflater.Flush;
import dev.gibbon.protocol.deflate.Samples;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an engine sends compressed, read by another engine and by the decoder bit by bit. */
class EngineDeflateTest {
    private static final byte[] HELLO = "Hello".getBytes(StandardCharsets.US_ASCII);

    private final CountingNatives natives = new CountingNatives();
    private final CountingPool pool = new CountingPool();

    private Engine engine(Role role, @Nullable DeflateParameters parameters) {
        var agreed = parameters == null ? null : new AgreedDeflate(parameters, 6, natives);
        return new Engine(role, Limits.DEFAULT, Delivery.WHOLE, pool, () -> 0, agreed);
    }

    private void end(Engine engine) {
        engine.release();
        assertThat(engine.nativeBytes()).isZero();
        assertThat(pool.outstanding()).isZero();
        natives.end();
    }

    /** A frame with a whole message; a client's mask is 0. */
    private String send(Engine engine, byte[] message) {
        ByteBuffer deflated = engine.deflateMessage(ByteBuffer.wrap(message), 0, message.length, pool);
        ByteBuffer out = ByteBuffer.allocate(deflated.remaining() + 14);
        engine.writeFrame(out, Opcode.TEXT, true, true, deflated);
        pool.release(deflated);
        return Hex.of(Arrays.copyOf(out.array(), out.position()));
    }

    @Test
    @DisplayName("RFC 7692, 7.2.3: a block, the context of the message before, nothing")
    void sendsTheExamples() {
        Engine server = engine(Role.SERVER, DeflateParameters.TAKEOVER);
        assertThat(server.deflates()).isTrue();
        assertThat(server.nativeBytes()).isZero();
        assertThat(send(server, HELLO)).isEqualTo("c1 07 f2 48 cd c9 c9 07 00");
        assertThat(send(server, HELLO)).isEqualTo("c1 05 f2 00 11 00 00");
        assertThat(send(server, new byte[0])).isEqualTo("c1 01 00");
        assertThat(server.nativeBytes()).isEqualTo(DeflatePool.DEFLATER_BYTES);
        end(server);
        Engine client = engine(Role.CLIENT, new DeflateParameters(false, true, 15, 15));
        assertThat(send(client, HELLO)).isEqualTo("c1 87 00 00 00 00 f2 48 cd c9 c9 07 00");
        assertThat(send(client, HELLO)).isEqualTo("c1 87 00 00 00 00 f2 48 cd c9 c9 07 00");
        assertThat(client.nativeBytes()).isZero();
        end(client);
    }

    @Test
    void eachRoleObeysItsOwnParameters() {
        Engine server = engine(Role.SERVER, new DeflateParameters(true, false, 15, 15));
        assertThat(send(server, HELLO)).isEqualTo(send(server, HELLO));
        end(server);
        Engine client = engine(Role.CLIENT, new DeflateParameters(true, false, 15, 15));
        assertThat(send(client, HELLO)).isNotEqualTo(send(client, HELLO));
        end(client);
    }

    @Test
    @DisplayName("in fragments: RSV1 on the first only")
    void fragments() {
        Engine server = engine(Role.SERVER, DeflateParameters.NO_TAKEOVER);
        ByteBuffer out = ByteBuffer.allocate(100);
        ByteBuffer deflated = ByteBuffer.allocate(40);
        assertThat(server.deflate(ByteBuffer.wrap(HELLO, 0, 3), deflated, Flush.FRAGMENT))
                .isTrue();
        server.writeFrame(out, Opcode.TEXT, false, true, deflated.flip());
        server.writeFrame(out, Opcode.PING, true, false, ByteBuffer.allocate(0));
        assertThat(server.deflate(ByteBuffer.wrap(HELLO, 3, 2), deflated.clear(), Flush.MESSAGE))
                .isTrue();
        server.writeFrame(out, Opcode.CONTINUATION, true, false, deflated.flip());
        Transcript.receives(
                Limits.DEFAULT,
                DeflateParameters.NO_TAKEOVER,
                Hex.of(Arrays.copyOf(out.array(), out.position())),
                "PING ",
                "TEXT Hello");
        end(server);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    @DisplayName("X-04, Z-12: any messages in any form, both directions, any parameters")
    void anything(Role role) throws Exception {
        Seeded.run(1, 250, random -> {
            var parameters = new DeflateParameters(
                    random.nextBoolean(), random.nextBoolean(), 8 + random.nextInt(8), 8 + random.nextInt(8));
            boolean server = role == Role.SERVER;
            int bits = server ? parameters.serverMaxWindowBits() : parameters.clientMaxWindowBits();
            boolean takeover = !(server ? parameters.serverNoContextTakeover() : parameters.clientNoContextTakeover());
            var agreed = new AgreedDeflate(parameters, random.nextInt(10), natives);
            Engine sender = new Engine(role, Limits.DEFAULT, Delivery.WHOLE, pool, random::nextInt, agreed);
            Delivery delivery = random.nextBoolean() ? Delivery.WHOLE : Delivery.PARTS;
            var receiver = new Recorder(role.peer(), Limits.DEFAULT, delivery, random.nextBoolean(), parameters);
            var reference = new ReferenceInflater(bits);
            var wire = ByteBuffer.allocate(2_000_000);
            List<String> expected = new ArrayList<>();
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                byte[] message = Samples.any(random, random.nextInt(1 << random.nextInt(17)));
                byte[] sent = message(sender, wire, message, random);
                String shown =
                        message.length <= 64 ? Hex.of(message) : message.length + " bytes " + Recorder.sum(message);
                expected.add(("BINARY " + shown).trim());
                if (sent.length > 0) {
                    if (!takeover) {
                        reference.forget();
                    }
                    assertThat(reference.message(sent)).isEqualTo(message);
                }
            }
            assertThat(reference.furthest()).isLessThanOrEqualTo(1 << bits);
            int at = 0;
            while (at < wire.position()) {
                int count = Math.min(wire.position() - at, 1 + random.nextInt(random.nextBoolean() ? 9 : 40_000));
                receiver.feed(Arrays.copyOfRange(wire.array(), at, at + count));
                at += count;
            }
            assertThat(receiver.lines().stream().map(String::trim).toList()).isEqualTo(expected);
            receiver.end();
            assertThat(sender.nativeBytes() == 0 || takeover).isTrue();
            end(sender);
        });
    }

    /** Sends a message somehow; what went out compressed, or nothing. */
    private byte[] message(Engine sender, ByteBuffer wire, byte[] message, Random random) {
        ByteBuffer payload = random.nextBoolean()
                ? ByteBuffer.wrap(message).asReadOnlyBuffer()
                : ByteBuffer.allocateDirect(message.length).put(0, message);
        switch (random.nextInt(6)) {
            case 0 -> {
                sender.writeFrame(wire, Opcode.BINARY, true, false, payload);
                return new byte[0];
            }
            case 1 -> {
                // Deflated elsewhere, as for many.
                byte[] shared = MessageDeflater.whole(natives, 6, 8, payload);
                sender.writeFrame(wire, Opcode.BINARY, true, true, shared, 0, shared.length);
                return shared;
            }
            case 2 -> {
                // Deflated, and not sent so after all.
                pool.release(sender.deflateMessage(payload, 0, message.length, pool));
                sender.forgetContext();
                sender.writeFrame(wire, Opcode.BINARY, true, false, payload);
                return new byte[0];
            }
            case 3 -> {
                return fragments(sender, wire, payload, random);
            }
            default -> {
                ByteBuffer deflated = sender.deflateMessage(payload, 0, message.length, pool);
                byte[] sent = new byte[deflated.remaining()];
                deflated.get(deflated.position(), sent);
                sender.writeFrame(wire, Opcode.BINARY, true, true, deflated);
                pool.release(deflated);
                return sent;
            }
        }
    }

    private static byte[] fragments(Engine sender, ByteBuffer wire, ByteBuffer payload, Random random) {
        var sent = new ByteArrayOutputStream();
        int length = payload.limit();
        boolean first = true;
        boolean last;
        do {
            int to = payload.position() + random.nextInt(length - payload.position() + 1);
            last = to == length && random.nextBoolean();
            payload.limit(to);
            Flush flush = last ? Flush.MESSAGE : random.nextBoolean() ? Flush.FRAGMENT : Flush.NONE;
            boolean done;
            do {
                ByteBuffer out = ByteBuffer.allocate(MessageDeflater.MIN_ROOM + random.nextInt(30_000));
                done = sender.deflate(payload, out, flush);
                out.flip();
                sent.write(out.array(), 0, out.limit());
                sender.writeFrame(wire, first ? Opcode.BINARY : Opcode.CONTINUATION, done && last, first, out);
                first = false;
            } while (!done);
        } while (!last);
        return sent.toByteArray();
    }

    @Test
    @DisplayName("a message made elsewhere goes out: nothing refers to what is before it")
    void forgetsBehindAForeignMessage() {
        Engine server = engine(Role.SERVER, DeflateParameters.TAKEOVER);
        String fresh = "c1 07 f2 48 cd c9 c9 07 00";
        byte[] shared = MessageDeflater.whole(natives, 6, 15, ByteBuffer.wrap(HELLO));
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThat(send(server, HELLO)).isEqualTo(fresh);
        server.writeFrame(out, Opcode.TEXT, true, true, shared, 0, shared.length);
        assertThat(send(server, HELLO)).isEqualTo(fresh);
        server.writeHeader(out, Opcode.TEXT, true, true, shared.length);
        assertThat(send(server, HELLO)).isEqualTo(fresh);
        server.forgetContext();
        assertThat(send(server, HELLO)).isEqualTo(fresh);
        // One that is not compressed is not in anybody's window.
        server.writeFrame(out, Opcode.TEXT, true, false, shared, 0, shared.length);
        assertThat(send(server, HELLO)).isEqualTo("c1 05 f2 00 11 00 00");
        end(server);
    }

    @Test
    void plainMessagesMayGoBetweenDeflatingAndSending() {
        Engine server = engine(Role.SERVER, DeflateParameters.TAKEOVER);
        ByteBuffer out = ByteBuffer.allocate(100);
        ByteBuffer deflated = server.deflateMessage(ByteBuffer.wrap(HELLO), 0, 5, pool);
        server.writeFrame(out, Opcode.TEXT, true, false, HELLO, 0, 5);
        server.writeFrame(out, Opcode.TEXT, true, true, deflated);
        pool.release(deflated);
        assertThat(send(server, HELLO)).isEqualTo("c1 05 f2 00 11 00 00");
        end(server);
    }

    @Test
    void refusesMistakes() {
        Engine plain = engine(Role.SERVER, null);
        ByteBuffer out = ByteBuffer.allocate(100);
        assertThat(plain.deflates()).isFalse();
        plain.forgetContext();
        assertThatThrownBy(() -> plain.deflate(ByteBuffer.allocate(0), out, Flush.MESSAGE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not agreed");
        assertThatThrownBy(() -> plain.writeFrame(out, Opcode.TEXT, true, true, HELLO, 0, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RSV1");
        Engine server = engine(Role.SERVER, DeflateParameters.TAKEOVER);
        server.forgetContext();
        server.deflate(ByteBuffer.wrap(HELLO), out, Flush.NONE);
        assertThatThrownBy(() -> server.deflateMessage(ByteBuffer.wrap(HELLO), 0, 5, pool))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not ended");
        assertThatThrownBy(() -> server.deflateMessage(ByteBuffer.wrap(HELLO), 1, 5, pool))
                .isInstanceOf(IndexOutOfBoundsException.class);
        server.forgetContext();
        server.writeClose(out, 1000, "");
        assertThat(server.nativeBytes()).isZero();
        assertThatThrownBy(() -> server.deflateMessage(ByteBuffer.wrap(HELLO), 0, 5, pool))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CLOSE_SENT");
        end(server);
    }

    @Test
    @DisplayName("Z-16: our Close frees the deflater, the peer's the inflater")
    void closingFreesNatives() {
        Engine server = engine(Role.SERVER, DeflateParameters.TAKEOVER);
        send(server, HELLO);
        assertThat(server.next(Hex.buffer("c1 87 00 00 00 00 f2 48 cd c9 c9 07 00")))
                .isEqualTo(Event.MESSAGE);
        assertThat(server.nativeBytes()).isEqualTo(DeflatePool.DEFLATER_BYTES + DeflatePool.INFLATER_BYTES);
        assertThat(server.next(Hex.buffer("88 80 00 00 00 00"))).isEqualTo(Event.CLOSE);
        assertThat(server.nativeBytes()).isEqualTo(DeflatePool.DEFLATER_BYTES);
        send(server, HELLO);
        server.writeClose(ByteBuffer.allocate(20), 1000, "");
        assertThat(server.nativeBytes()).isZero();
        end(server);
    }

    @Test
    void aPoolThatFailsTakesNothingAlong() {
        BufferPool failing = new BufferPool() {
            private int lent;

            @Override
            public ByteBuffer acquire(int minimumCapacity) {
                if (lent++ > 1) {
                    throw new IllegalStateException("no more");
                }
                return pool.acquire(minimumCapacity);
            }

            @Override
            public void release(ByteBuffer buffer) {
                pool.release(buffer);
            }
        };
        Engine server = engine(Role.SERVER, DeflateParameters.NO_TAKEOVER);
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        assertThatThrownBy(() -> server.deflateMessage(ByteBuffer.wrap(noise), 0, 5000, failing))
                .hasMessage("no more");
        assertThat(pool.outstanding()).isZero();
        end(server);
    }
}

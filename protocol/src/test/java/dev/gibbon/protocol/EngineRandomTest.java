package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random streams, valid and broken, against the naive decoder; and two engines back to back. */
class EngineRandomTest {
    private static final Limits LIMITS = new Limits(20_000, 12_000, 30);

    @Test
    void streamsOfTheTestKit() {
        Seeded.run(1, 800, random -> {
            Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            compare(stream(random, role), role, random);
        });
    }

    /** One octet of a good stream is changed, so that every field of every frame is wrong sooner or later. */
    @Test
    void streamsWithOneWrongOctet() {
        Seeded.run(1, 2000, random -> {
            Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            byte[] wire = stream(random, role);
            if (wire.length > 0) {
                int at = random.nextInt(Math.min(wire.length, random.nextBoolean() ? 40 : wire.length));
                wire[at] ^= (byte) (1 << random.nextInt(8));
            }
            compare(wire, role, random);
        });
    }

    @Test
    void noise() {
        Seeded.run(1, 3000, random -> {
            byte[] wire = new byte[random.nextInt(60)];
            random.nextBytes(wire);
            for (int i = 0; i < wire.length && random.nextInt(4) > 0; i += 1 + random.nextInt(9)) {
                wire[i] &= (byte) (random.nextBoolean() ? 0x8B : 0x05);
            }
            compare(wire, random.nextBoolean() ? Role.SERVER : Role.CLIENT, random);
        });
    }

    private static void compare(byte[] wire, Role role, Random random) {
        List<String> expected = NaiveDecoder.decode(wire, role.expectsMaskedIncoming(), LIMITS);
        for (Delivery delivery : Delivery.values()) {
            var recorder = new Recorder(role, LIMITS, delivery, random.nextBoolean());
            int longest = 1 + random.nextInt(random.nextBoolean() ? 12 : 6000);
            int at = 0;
            while (at < wire.length) {
                int to = Math.min(wire.length, at + 1 + random.nextInt(longest));
                recorder.feed(Arrays.copyOfRange(wire, at, to));
                at = to;
            }
            List<String> found = new ArrayList<>();
            recorder.lines().forEach(line -> found.add(line.startsWith("FAILED") ? line.substring(0, 11) : line));
            assertThat(found).as("%s %s", role, delivery).isEqualTo(expected);
            recorder.end();
        }
    }

    /** Messages in fragments with control frames between, now and then a limit too far, at the end a Close or a cut. */
    private static byte[] stream(Random random, Role receiver) {
        var out = new ByteArrayOutputStream();
        int messages = random.nextInt(6);
        for (int i = 0; i < messages; i++) {
            message(random, receiver, out);
        }
        if (random.nextInt(3) == 0) {
            int code = random.nextInt(4) > 0 ? 1000 + random.nextInt(15) : random.nextInt(6000);
            put(RawFrame.close(code, random.nextBoolean() ? "" : "so long \u4e2d"), random, receiver, out);
            out.write(random.nextInt(256));
        }
        byte[] all = out.toByteArray();
        return random.nextInt(4) == 0 ? Arrays.copyOf(all, random.nextInt(all.length + 1)) : all;
    }

    private static void message(Random random, Role receiver, ByteArrayOutputStream out) {
        boolean text = random.nextBoolean();
        int length = random.nextInt(random.nextInt(20) == 0 ? 16_000 : 300);
        byte[] payload = text ? Utf8ValidatorTest.text(random, length) : new byte[length];
        if (!text) {
            random.nextBytes(payload);
        }
        int at = 0;
        boolean fin;
        int opcode = text ? RawFrame.TEXT : RawFrame.BINARY;
        do {
            while (random.nextInt(4) == 0) {
                byte[] control = new byte[random.nextInt(126)];
                random.nextBytes(control);
                put(RawFrame.of(random.nextBoolean() ? RawFrame.PING : RawFrame.PONG, control), random, receiver, out);
            }
            int to = random.nextInt(3) == 0 ? payload.length : at + random.nextInt(payload.length - at + 1);
            fin = to == payload.length && random.nextInt(3) > 0;
            RawFrame frame = RawFrame.of(opcode, Arrays.copyOfRange(payload, at, to));
            put(fin ? frame : frame.unfinished(), random, receiver, out);
            at = to;
            opcode = RawFrame.CONTINUATION;
        } while (!fin);
    }

    private static void put(RawFrame frame, Random random, Role receiver, ByteArrayOutputStream out) {
        out.writeBytes((receiver.expectsMaskedIncoming() ? frame.masked(random.nextInt()) : frame).bytes());
    }

    // ---- back to back

    @Test
    void twoEnginesBackToBack() {
        Seeded.run(1, 100, random -> {
            var limits = new Limits(400_000, 400_000, 1000);
            Role role = random.nextBoolean() ? Role.SERVER : Role.CLIENT;
            var receiver = new Recorder(role, limits, Delivery.WHOLE, random.nextBoolean());
            var sender = new Engine(role.peer(), limits, Delivery.WHOLE, receiver.pool(), random::nextInt);
            ByteBuffer wire =
                    random.nextBoolean() ? ByteBuffer.allocate(3_000_000) : ByteBuffer.allocateDirect(3_000_000);
            List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                send(sender, wire, random, expected);
            }
            sender.writeClose(wire, 3000 + random.nextInt(2000), "done");
            expected.add("CLOSE " + lastCode(wire, role) + " done");
            byte[] bytes = new byte[wire.position()];
            wire.get(0, bytes);
            deliver(bytes, receiver, random);
            assertThat(receiver.lines()).isEqualTo(expected);
            assertThat(receiver.engine().heldBytes()).isZero();
            receiver.end();
        });
    }

    private static int lastCode(ByteBuffer wire, Role receiver) {
        int body = wire.position() - 6;
        int code = wire.getShort(body) & 0xFFFF;
        return receiver == Role.CLIENT ? code : code ^ (wire.getShort(body - 4) & 0xFFFF);
    }

    private static void send(Engine sender, ByteBuffer wire, Random random, List<String> expected) {
        boolean text = random.nextBoolean();
        int length = random.nextInt(random.nextInt(4) == 0 ? 300_000 : 2000);
        byte[] payload = text ? Utf8ValidatorTest.text(random, length) : new byte[length];
        ByteBuffer source = random.nextBoolean()
                ? ByteBuffer.wrap(payload).asReadOnlyBuffer()
                : ByteBuffer.allocateDirect(payload.length).put(0, payload);
        Opcode opcode = text ? Opcode.TEXT : Opcode.BINARY;
        int at = 0;
        boolean fin;
        do {
            if (random.nextInt(3) == 0) {
                byte[] ping = new byte[random.nextInt(126)];
                random.nextBytes(ping);
                sender.writeFrame(wire, Opcode.PING, true, false, ping, 0, ping.length);
                expected.add("PING " + Hex.of(ping));
            }
            int to = random.nextBoolean() ? payload.length : at + random.nextInt(payload.length - at + 1);
            fin = to == payload.length && random.nextBoolean();
            source.limit(to).position(at);
            sender.writeFrame(wire, opcode, fin, false, source);
            opcode = Opcode.CONTINUATION;
            at = to;
        } while (!fin);
        expected.addAll(NaiveDecoder.decode(
                RawFrame.of(text ? 1 : 2, payload).bytes(), false, new Limits(1 << 20, 1 << 20, 1)));
    }

    private static void deliver(byte[] bytes, Recorder receiver, Random random) {
        int at = 0;
        while (at < bytes.length) {
            ByteBuffer target = receiver.engine().directTarget();
            int count = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 50 : 60_000));
            if (target != null && random.nextInt(5) > 0) {
                count = Math.min(count, target.remaining());
                target.put(bytes, at, count);
                receiver.record(receiver.engine().filled(count));
            } else {
                receiver.feed(Arrays.copyOfRange(bytes, at, at + count));
            }
            at += count;
        }
        receiver.feed(new byte[0]);
    }
}

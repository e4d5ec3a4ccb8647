package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.CloseCode;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Frame;
import dev.gibbon.protocol.FrameFormatException;
import dev.gibbon.protocol.FrameReader;
import dev.gibbon.protocol.FrameRule;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.fuzz.NaiveFrames.Header;
import dev.gibbon.protocol.fuzz.NaiveFrames.Kind;
import dev.gibbon.protocol.fuzz.NaiveFrames.Seen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The engine in a role, with both deliveries, whole and in the fuzzer's cut, against {@link NaiveFrames}; the frame reader against
 * the same; and what came is sent by an engine of the other role and read again. The data is the stream, or a script of frames
 * ({@link FrameScript}) that reaches payloads larger than any input.
 *
 * <p>Options: 0 the role, 1-2 limits, 3 a script, 4-5 the scale of the cut, 6 also octet by octet, 7 a payload limit of the
 * reader; 8-13 see {@link EngineRun}; 14 large payloads in the reader's cut.
 */
public final class FramesTarget {
    private static final Limits[] LIMITS = {
        Limits.DEFAULT, new Limits(100, 60, 3), new Limits(1000, 1000, 131_072), new Limits(70_000, 66_000, 16)
    };
    private static final Limits NONE = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
    private static final int[] SCALES = {1, 16, 257, 4099};

    private static final int MAX_FRAGMENTS = 300;

    private FramesTarget() {}

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        Role role = fuzz.option(0) ? Role.CLIENT : Role.SERVER;
        boolean masked = role == Role.SERVER;
        byte[] wire = fuzz.option(3) ? FrameScript.wire(fuzz.data(), masked) : fuzz.data();
        Limits limits = LIMITS[fuzz.option(1, 2)];
        NaiveFrames naive = NaiveFrames.read(wire, masked, limits);
        int[] whole = {wire.length};
        int[] cuts = fuzz.cuts(wire.length, SCALES[fuzz.option(4, 2)]);

        EngineRun.run(wire, whole, role, Delivery.WHOLE, limits, fuzz, naive);
        EngineRun.run(wire, cuts, role, Delivery.WHOLE, limits, fuzz, naive);
        EngineRun.run(wire, cuts, role, Delivery.PARTS, limits, fuzz, naive);
        if (fuzz.option(6) && wire.length <= 2048) {
            int[] octets = new int[wire.length];
            Arrays.setAll(octets, i -> i + 1);
            EngineRun.run(wire, octets, role, Delivery.WHOLE, limits, fuzz, naive);
            EngineRun.run(wire, octets, role, Delivery.PARTS, limits, fuzz, naive);
        }
        NaiveFrames unlimited =
                limits == Limits.DEFAULT && naive.failure == null ? naive : NaiveFrames.read(wire, masked, NONE);
        readFrames(wire, role.peer(), fuzz, cuts, unlimited);
        sendAgain(naive, role, fuzz, cuts);
    }

    private static void readFrames(byte[] wire, Role sender, FuzzInput fuzz, int[] cuts, NaiveFrames naive) {
        int kept = fuzz.option(7) ? 5 : FrameReader.DEFAULT_PAYLOAD_KEPT;
        FrameReader ofStream = new FrameReader(new Cut(wire, cuts), kept).from(sender);
        readFrames(wire, ofStream, kept, naive);
        ByteBuffer buffer = ByteBuffer.wrap(wire);
        readFrames(wire, new FrameReader(buffer, kept).from(sender), kept, naive);
        Oracle.same("position of the reader's source", 0, buffer.position());
    }

    private static void readFrames(byte[] wire, FrameReader reader, int kept, NaiveFrames naive) {
        int last = naive.headers.size() - 1;
        for (int i = 0; i <= last; i++) {
            Header header = naive.headers.get(i);
            byte[] payload = naive.payloads.get(i);
            boolean whole = payload.length == header.length();
            if (i == last && (!whole || (naive.failure != null && naive.lastFrame == header.offset()))) {
                break;
            }
            Frame frame;
            try {
                frame = reader.next();
            } catch (IOException e) {
                throw new AssertionError("frame " + i, e);
            }
            Oracle.holds("frame " + i + " is missing", frame != null);
            compare(header, payload, header.opcode() >= 8 ? 125 : kept, frame);
        }
        if (naive.isClosed()) {
            return;
        }
        try {
            Frame frame = reader.next();
            Oracle.holds("more than the last frame", frame == null);
            Oracle.holds("no end", naive.failure == null && naive.lastFrame == wire.length);
        } catch (FrameFormatException e) {
            Oracle.same("rule", naive.failure, e.rule());
            Oracle.same("frame offset", naive.lastFrame, e.frameOffset());
            if (naive.failure == null) {
                Oracle.same("offset of the end", wire.length, e.offset());
            } else if (naive.failure == FrameRule.TEXT_UTF8 && naive.wrongOctet >= 0) {
                Oracle.same("offset of the wrong octet", naive.wrongOctet, e.offset());
            }
            byte[] headerBytes = e.headerBytes();
            int from = (int) e.frameOffset();
            Oracle.holds(
                    "header bytes",
                    Arrays.equals(headerBytes, Arrays.copyOfRange(wire, from, from + headerBytes.length)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void compare(Header header, byte[] payload, int kept, Frame frame) {
        Header read = new Header(
                (int) frame.offset(),
                frame.fin(),
                frame.opcode().code(),
                frame.masked(),
                frame.key(),
                frame.payloadLength(),
                frame.headerLength());
        Oracle.same("frame", header, read);
        Oracle.same("cut", payload.length > kept, frame.isCut());
        byte[] expected = Arrays.copyOf(payload, Math.min(kept, payload.length));
        Oracle.holds("payload", Arrays.equals(expected, frame.payload()));
        byte[] wirePayload = frame.wirePayload();
        for (int i = 0; i < wirePayload.length; i++) {
            wirePayload[i] ^= (byte) (frame.key() >>> (8 * (3 - i % 4)));
        }
        Oracle.holds("wire payload", Arrays.equals(expected, wirePayload));
    }

    /** Whatever was understood is sent by the other end, messages in fragments of the fuzzer's size, and understood again. */
    private static void sendAgain(NaiveFrames naive, Role role, FuzzInput fuzz, int[] cuts) {
        int[] keys = {0x37FA213D};
        FuzzPool pool = new FuzzPool(0, false);
        Engine sender = new Engine(role.peer(), Limits.DEFAULT, Delivery.WHOLE, pool, () -> keys[0] *= 0x01000193);
        int fragment = cuts.length == 0 ? 1 : Math.max(1, cuts[0]);
        int room = 0;
        for (Seen seen : naive.events) {
            room += seen.payload().remaining() + (seen.payload().remaining() / fragment + 2) * 14;
        }
        ByteBuffer out = fuzz.option(8) ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);
        int written = 0;
        int expected = 0;
        for (Seen seen : naive.events) {
            byte[] bytes = seen.payload().array();
            switch (seen.kind()) {
                case TEXT, BINARY -> {
                    Opcode opcode = seen.kind() == Kind.TEXT ? Opcode.TEXT : Opcode.BINARY;
                    int most = Math.max(fragment, bytes.length / MAX_FRAGMENTS);
                    int from = 0;
                    do {
                        int length = Math.min(most, bytes.length - from);
                        boolean fin = from + length == bytes.length;
                        send(sender, out, from == 0 ? opcode : Opcode.CONTINUATION, fin, bytes, from, length, fuzz);
                        expected += sender.headerLength(length) + length;
                        from += length;
                    } while (from < bytes.length);
                }
                case PING, PONG -> {
                    Opcode opcode = seen.kind() == Kind.PING ? Opcode.PING : Opcode.PONG;
                    send(sender, out, opcode, true, bytes, 0, bytes.length, fuzz);
                    expected += sender.headerLength(bytes.length) + bytes.length;
                }
                case CLOSE -> {
                    String reason = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
                    sender.writeClose(out, seen.code(), reason);
                    int length = seen.code() == CloseCode.NO_STATUS ? 0 : bytes.length + 2;
                    expected += sender.headerLength(length) + length;
                }
                case FAILED -> {
                    continue;
                }
            }
            written++;
        }
        Oracle.same("bytes written", expected, out.position());
        byte[] wire = new byte[out.position()];
        out.get(0, wire);
        NaiveFrames again = NaiveFrames.read(wire, role == Role.SERVER, Limits.DEFAULT);
        Oracle.same("read again", naive.events.subList(0, written), again.events);
        EngineRun.run(wire, fuzz.cuts(wire.length, 257), role, Delivery.WHOLE, Limits.DEFAULT, fuzz, again);
        Oracle.same("held by the sender", 0, pool.held());
    }

    private static void send(
            Engine sender,
            ByteBuffer out,
            Opcode opcode,
            boolean fin,
            byte[] bytes,
            int from,
            int length,
            FuzzInput fuzz) {
        if (fuzz.option(14)) {
            sender.writeFrame(out, opcode, fin, false, bytes, from, length);
        } else if (fuzz.option(10)) {
            sender.writeFrame(out, opcode, fin, false, ByteBuffer.wrap(bytes).asReadOnlyBuffer(), from, length);
        } else {
            ByteBuffer payload = ByteBuffer.wrap(bytes, from, length);
            sender.writeFrame(out, opcode, fin, false, payload);
            Oracle.same("position of the payload", from, payload.position());
        }
    }

    /** A stream that reads short, at the fuzzer's cut. */
    private static final class Cut extends InputStream {
        private final ByteArrayInputStream bytes;
        private final int[] cuts;
        private int next;
        private int at;

        Cut(byte[] wire, int[] cuts) {
            this.bytes = new ByteArrayInputStream(wire);
            this.cuts = cuts;
        }

        @Override
        public int read() {
            throw new AssertionError("read octet by octet");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            while (next < cuts.length && cuts[next] <= at) {
                next++;
            }
            int most = next < cuts.length ? cuts[next] - at : length;
            int count = bytes.read(target, offset, Math.min(most, length));
            at += Math.max(0, count);
            return count;
        }
    }
}

package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Engine.Event;
import dev.gibbon.protocol.Failure;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.protocol.deflate.MessageDeflater.Flush;
import dev.gibbon.testkit.ReferenceInflater;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Compressed messages in both directions. The data is the payload of some messages, each behind its length, which an engine reads in any fragments with
 * pings between; or it is what a deflater gets, in any pieces. Both are judged by the decoder bit by bit, which is strict about
 * the window.
 */
public final class DeflateTarget {
    private static final int[] LIMITS = {1 << 24, 100, 5000, 40_000};
    private static final int KEY = 0x01FE_80A5;
    /** A length that says: all that follows. */
    static final int REST = 255;

    private static final int LARGEST_CONTENT = 60_000;

    private final FuzzInput fuzz;
    private final FuzzNatives natives = new FuzzNatives();
    private final FuzzPool pool;
    private final boolean server;
    private final boolean takeover;

    private DeflateTarget(FuzzInput fuzz) {
        this.fuzz = fuzz;
        this.pool = new FuzzPool(fuzz.option(0) ? 7 : 0, fuzz.option(1));
        this.server = fuzz.option(2);
        this.takeover = fuzz.option(3);
    }

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        var target = new DeflateTarget(fuzz);
        if (fuzz.option(4)) {
            target.deflate();
        } else {
            target.inflate();
        }
        target.natives.end();
        Oracle.same("not given back to the pool", 0L, target.pool.held());
    }

    // ---- reading

    private void inflate() {
        byte[] data = fuzz.data();
        boolean text = fuzz.option(5);
        Delivery delivery = fuzz.option(6) ? Delivery.PARTS : Delivery.WHOLE;
        int limit = LIMITS[fuzz.option(7, 2)];
        var parameters = new DeflateParameters(!takeover, !takeover, 15, 15);
        var agreed = new AgreedDeflate(parameters, 6, natives);
        Engine engine = new Engine(
                server ? Role.SERVER : Role.CLIENT,
                new Limits(limit, 1 << 24, 1 << 20),
                delivery,
                pool,
                () -> 0,
                agreed);
        var reference = new ReferenceInflater(15);
        int at = 0;
        while (at < data.length) {
            int length = data[at++] & 0xFF;
            length = length == REST ? data.length - at : Math.min(length, data.length - at);
            byte[] payload = Arrays.copyOfRange(data, at, at + length);
            at += length;
            if (!takeover) {
                reference.forget();
            }
            var found = new ByteArrayOutputStream();
            boolean whole = read(engine, payload, text, found);
            Oracle.holds("natives between messages", takeover || natives.outstanding() == 0);
            if (!judge(reference, payload, text, limit, whole ? null : engine.failure(), found.toByteArray())) {
                break;
            }
        }
        engine.release();
        Oracle.same("held at the end", 0, engine.heldBytes());
        Oracle.same("natives at the end", 0, engine.nativeBytes());
    }

    /** Sends a message to the engine, in fragments. True when it came out whole, false when the engine failed it. */
    private boolean read(Engine engine, byte[] payload, boolean text, ByteArrayOutputStream found) {
        var wire = new ByteArrayOutputStream();
        int from = 0;
        int[] cuts = fuzz.cuts(payload.length);
        for (int i = 0; i < cuts.length; i++) {
            int first = (i == 0 ? 0x40 | (text ? 1 : 2) : 0) | (i == cuts.length - 1 ? 0x80 : 0);
            frame(wire, first, Arrays.copyOfRange(payload, from, cuts[i]));
            if (fuzz.option(11)) {
                frame(wire, 0x89, new byte[] {1});
            }
            from = cuts[i];
        }
        byte[] all = wire.toByteArray();
        int at = 0;
        boolean ended = false;
        for (int to : fuzz.cuts(all.length, fuzz.option(12) ? 1 : 37)) {
            ByteBuffer in = ByteBuffer.allocateDirect(to - at);
            in.put(0, all, at, to - at);
            at = to;
            Event event;
            while ((event = engine.next(in)) != Event.NEEDS_BYTES) {
                Oracle.holds("held", engine.heldBytes() == pool.held());
                Oracle.holds("one native at most", natives.outstanding() <= 1);
                if (event == Event.FAILED) {
                    Oracle.same("natives after a failure", 0, natives.outstanding());
                    return false;
                }
                if (event == Event.MESSAGE || event == Event.PART) {
                    byte[] part = new byte[engine.payloadLength()];
                    engine.payloadBuffer().get(engine.payloadOffset(), part);
                    found.writeBytes(part);
                    Oracle.same("text", text, engine.isText());
                    Oracle.holds("something behind the end", !ended);
                    ended = engine.isLastPart();
                    Oracle.holds("an empty part", part.length > 0 || ended);
                    if (event == Event.PART && in.hasRemaining()) {
                        // Somebody pauses here, and goes on with a copy.
                        in = ByteBuffer.allocate(in.remaining()).put(in).flip();
                    }
                }
            }
            Oracle.holds("all taken", !in.hasRemaining());
        }
        Oracle.holds("the end of the message", ended);
        return true;
    }

    private void frame(ByteArrayOutputStream wire, int first, byte[] payload) {
        wire.write(first);
        int mask = server ? 0x80 : 0;
        if (payload.length < 126) {
            wire.write(mask | payload.length);
        } else {
            wire.write(mask | 126);
            wire.write(payload.length >> 8);
            wire.write(payload.length);
        }
        if (server) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                wire.write(KEY >> shift);
            }
        }
        for (int i = 0; i < payload.length; i++) {
            wire.write(server ? payload[i] ^ (KEY >> (24 - 8 * (i % 4))) : payload[i]);
        }
    }

    /** Compares what an engine made of a message. False when nothing can be said of later ones. */
    private boolean judge(
            ReferenceInflater reference,
            byte[] payload,
            boolean text,
            int limit,
            @Nullable Failure failure,
            byte[] found) {
        byte[] expected;
        boolean bad = false;
        boolean truncated = false;
        try {
            expected = reference.message(payload);
        } catch (ReferenceInflater.BadData e) {
            expected = e.before();
            truncated = e.isTruncated();
            bad = !truncated;
        }
        boolean over = expected.length > limit;
        byte[] allowed = over ? Arrays.copyOf(expected, limit) : expected;
        // Of what comes before the limit, or the fault.
        boolean whole = !over && !bad && !truncated;
        boolean badText = text && !(whole ? PlatformUtf8.isWhole(allowed) : mayBecomeText(allowed));
        if (failure == null) {
            Oracle.holds("bad data, limit or text let through", !bad && !over && !badText);
            Oracle.holds("the message", Arrays.equals(expected, found));
            return !truncated;
        }
        // What is too big is known when the limit is reached, and wrong text before it at the wrong octet.
        int code = over && !badText ? 1009 : 1007;
        Oracle.same("why: " + failure.reason(), code, failure.code());
        Oracle.holds("1007 without a reason", over || bad || truncated || badText);
        Oracle.holds("parts of the message", found.length <= expected.length);
        Oracle.holds("the parts", Arrays.equals(Arrays.copyOf(expected, found.length), found));
        return false;
    }

    private static boolean mayBecomeText(byte[] bytes) {
        return new PlatformUtf8().feed(bytes, 0, bytes.length);
    }

    // ---- writing

    private void deflate() {
        int bits = 8 + fuzz.option(5, 3);
        int level = fuzz.option(8, 4) % 10;
        var deflater = new MessageDeflater(natives, level, bits, takeover);
        var reference = new ReferenceInflater(bits);
        byte[] content = content();
        int half = content.length / 3;
        check(deflater, reference, Arrays.copyOf(content, half));
        if (fuzz.option(12)) {
            ByteBuffer out = ByteBuffer.allocate(100);
            deflater.deflate(ByteBuffer.wrap(content), out, fuzz.option(13) ? Flush.FRAGMENT : Flush.MESSAGE);
            deflater.forget();
        }
        check(deflater, reference, Arrays.copyOfRange(content, half, content.length));
        deflater.release();
    }

    /** Long content of little data: the data again and again, a little different each time. */
    private byte[] content() {
        byte[] data = fuzz.data();
        if (data.length == 0) {
            return data;
        }
        byte[] content = new byte[Math.min(LARGEST_CONTENT, data.length * (1 + fuzz.option(14, 2) * 40))];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (data[i % data.length] + (i % 97 == 0 ? i / data.length : 0));
        }
        return content;
    }

    private void check(MessageDeflater deflater, ReferenceInflater reference, byte[] content) {
        var deflated = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(content);
        int[] cuts = fuzz.cuts(content.length, 11);
        for (int i = 0; i < cuts.length; i++) {
            boolean last = i == cuts.length - 1;
            Flush flush = last ? Flush.MESSAGE : i % 2 == 0 ? Flush.FRAGMENT : Flush.NONE;
            in.limit(cuts[i]);
            boolean done;
            do {
                int room = MessageDeflater.MIN_ROOM + (cuts[i] * 31 + deflated.size()) % (i % 2 == 0 ? 17 : 4001);
                ByteBuffer out = ByteBuffer.allocate(room);
                done = deflater.deflate(in, out, flush);
                deflated.write(out.array(), 0, out.position());
            } while (!done);
            Oracle.holds("all taken", !in.hasRemaining());
        }
        Oracle.holds("natives between messages", takeover || natives.outstanding() == 0);
        if (!takeover) {
            reference.forget();
        }
        try {
            Oracle.holds("the message", Arrays.equals(content, reference.message(deflated.toByteArray())));
        } catch (ReferenceInflater.BadData e) {
            throw new AssertionError(e);
        }
    }
}

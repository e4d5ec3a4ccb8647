package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Failure;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.FrameRule;
import dev.gibbon.protocol.FrameTap;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.fuzz.NaiveFrames.Header;
import dev.gibbon.protocol.fuzz.NaiveFrames.Kind;
import dev.gibbon.protocol.fuzz.NaiveFrames.Seen;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One engine that is fed a stream in pieces, and held to its promises at every step: what it takes, what it touches, what it
 * holds. What it said is compared with {@link NaiveFrames} at the end.
 */
final class EngineRun implements FrameTap {
    private static final byte GUARD = 0x5A;
    private static final int GUARDS = 9;

    private final byte[] wire;
    private final FuzzInput fuzz;
    private final boolean parts;
    private final FuzzPool pool;
    private final Engine engine;

    private final List<Seen> events = new ArrayList<>();
    private final List<Header> tapped = new ArrayList<>();
    private final ByteArrayOutputStream tappedPayload = new ByteArrayOutputStream();
    private @Nullable ByteArrayOutputStream open;
    private boolean over;
    private int came;

    private EngineRun(byte[] wire, Role role, Delivery delivery, Limits limits, FuzzInput fuzz) {
        this.wire = wire;
        this.fuzz = fuzz;
        this.parts = delivery == Delivery.PARTS;
        this.pool = new FuzzPool(fuzz.option(9) ? 13 : 0, fuzz.option(10));
        this.engine = new Engine(role, limits, delivery, pool, () -> {
            throw new AssertionError("the read side asked for a mask");
        });
        if (fuzz.option(11)) {
            engine.tap(this);
        }
    }

    /** Feeds it all and compares. Pieces end at the cuts; large payloads go past the caller's buffer if asked. */
    static void run(
            byte[] wire, int[] cuts, Role role, Delivery delivery, Limits limits, FuzzInput fuzz, NaiveFrames naive) {
        EngineRun run = new EngineRun(wire, role, delivery, limits, fuzz);
        run.feed(cuts, fuzz.option(12));
        run.compare(naive);
        run.end(naive);
    }

    private void feed(int[] cuts, boolean pastTheBuffer) {
        for (int end : cuts) {
            if (end == came) {
                feed(0);
            }
            while (came < end) {
                ByteBuffer target = engine.directTarget();
                if (target != null && pastTheBuffer) {
                    fill(target, end - came);
                } else {
                    feed(end - came);
                }
            }
        }
    }

    /** The caller's way past its own buffer. */
    private void fill(ByteBuffer target, int most) {
        int count = Math.min(most, target.remaining());
        Oracle.holds("an empty direct target", target.hasRemaining());
        target.put(wire, came, count);
        came += count;
        Engine.Event event = engine.filled(count);
        Oracle.holds(
                event + " from filled",
                event == Engine.Event.NEEDS_BYTES || event == Engine.Event.MESSAGE || event == Engine.Event.FAILED);
        see(event);
    }

    private void feed(int count) {
        ByteBuffer in = fuzz.option(8)
                ? ByteBuffer.allocateDirect(count + 2 * GUARDS)
                : ByteBuffer.allocate(count + 2 * GUARDS);
        in.order(fuzz.option(9) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        ByteOrder order = in.order();
        for (int i = 0; i < GUARDS; i++) {
            in.put(i, GUARD).put(GUARDS + count + i, GUARD);
        }
        in.put(GUARDS, wire, came, count).position(GUARDS).limit(GUARDS + count);
        came += count;
        while (true) {
            int before = in.position();
            Engine.Event event = engine.next(in);
            Oracle.same("limit", GUARDS + count, in.limit());
            Oracle.holds("position goes back", in.position() >= before);
            Oracle.same("byte order", order, in.order());
            see(event);
            if (event == Engine.Event.NEEDS_BYTES) {
                Oracle.same("position after NEEDS_BYTES", in.limit(), in.position());
                break;
            }
        }
        in.clear();
        for (int i = 0; i < GUARDS; i++) {
            Oracle.holds("touched a byte around its own", in.get(i) == GUARD && in.get(GUARDS + count + i) == GUARD);
        }
    }

    private void see(Engine.Event event) {
        Oracle.same("held by the engine and lent by the pool", pool.held(), engine.heldBytes());
        // 256 is the least for a message, and for a control frame; 13 is what this pool gives beyond what was asked.
        Oracle.holds("holds " + engine.heldBytes() + " for " + came, engine.heldBytes() <= 4L * came + 2 * (256 + 13));
        Oracle.holds(event + " after the end", !over || event == Engine.Event.NEEDS_BYTES);
        switch (event) {
            case NEEDS_BYTES -> {}
            case MESSAGE -> {
                Oracle.holds("MESSAGE in parts", !parts);
                Oracle.holds("first and last of a MESSAGE", engine.isFirstPart() && engine.isLastPart());
                events.add(Seen.of(engine.isText() ? Kind.TEXT : Kind.BINARY, 0, payload()));
            }
            case PART -> part(payload());
            case PING -> events.add(Seen.of(Kind.PING, 0, payload()));
            case PONG -> events.add(Seen.of(Kind.PONG, 0, payload()));
            case CLOSE -> {
                over = true;
                byte[] reason = engine.closeReason().getBytes(StandardCharsets.UTF_8);
                events.add(Seen.of(Kind.CLOSE, engine.closeCode(), reason));
            }
            case FAILED -> {
                over = true;
                Failure failure = engine.failure();
                events.add(Seen.of(Kind.FAILED, failure == null ? 0 : failure.code(), new byte[0]));
            }
        }
    }

    private void part(byte[] payload) {
        Oracle.holds("PART of a whole message", parts);
        Oracle.same("first part", open == null, engine.isFirstPart());
        Oracle.holds("an empty part in the middle", payload.length > 0 || engine.isLastPart());
        ByteArrayOutputStream message = open == null ? new ByteArrayOutputStream() : open;
        message.writeBytes(payload);
        open = message;
        if (engine.isLastPart()) {
            events.add(Seen.of(engine.isText() ? Kind.TEXT : Kind.BINARY, 0, message.toByteArray()));
            open = null;
        }
    }

    private byte[] payload() {
        ByteBuffer buffer = engine.payloadBuffer();
        byte[] copy = new byte[engine.payloadLength()];
        buffer.get(engine.payloadOffset(), copy);
        return copy;
    }

    private void compare(NaiveFrames naive) {
        Oracle.same("events", naive.events, events);
        Failure failure = engine.failure();
        if (naive.failure == null) {
            Oracle.same("failure", null, failure);
        } else {
            Oracle.holds(
                    "expected " + naive.failure + ", was " + failure,
                    failure != null && failure.reason().startsWith(naive.failure.sentence()));
        }
        if (parts) {
            compareOpen(naive);
        }
        if (fuzz.option(11)) {
            compareTap(naive);
        }
    }

    /** What was given of a message that did not end. */
    private void compareOpen(NaiveFrames naive) {
        byte[] given = open == null ? new byte[0] : open.toByteArray();
        byte[] all = naive.open == null ? new byte[0] : naive.open.toByteArray();
        if (naive.failure == FrameRule.TEXT_UTF8 && !naive.payloads.isEmpty()) {
            byte[] last = naive.payloads.get(naive.payloads.size() - 1);
            int before = all.length;
            all = Arrays.copyOf(all, before + last.length);
            System.arraycopy(last, 0, all, before, last.length);
        }
        boolean prefix = given.length <= all.length && Arrays.equals(given, Arrays.copyOf(all, given.length));
        Oracle.holds("parts are no prefix of the message", prefix);
        Oracle.holds("parts lack bytes that came", naive.failure != null || given.length == all.length);
    }

    private void compareTap(NaiveFrames naive) {
        // A header that is refused at its second byte is not shown when the rest has not come.
        int extra = tapped.size() - naive.headers.size();
        Oracle.holds("headers seen by the tap: " + extra, extra == 0 || (extra == 1 && naive.failure != null));
        Oracle.same("headers", naive.headers, tapped.subList(0, naive.headers.size()));
        byte[] expected = naive.wirePayload.toByteArray();
        byte[] shown = tappedPayload.toByteArray();
        Oracle.holds(
                "payload shown to the tap",
                naive.failure == null
                        ? Arrays.equals(expected, shown)
                        : shown.length <= expected.length
                                && Arrays.equals(shown, Arrays.copyOf(expected, shown.length)));
    }

    private void end(NaiveFrames naive) {
        Oracle.same("may receive", !naive.isOver(), engine.state().mayReceive());
        if (fuzz.option(13)) {
            Oracle.same("a clean end", naive.isClosed(), engine.endOfStream());
        } else {
            engine.release();
        }
        Oracle.same("held at the end", 0, engine.heldBytes());
        Oracle.same("not given back to the pool", 0, pool.held());
        engine.release();
    }

    @Override
    public void header(boolean incoming, FrameHeader header) {
        Oracle.holds("direction", incoming);
        // Where the frame begins follows from the sizes, which the naive reader knows.
        int offset = 0;
        if (!tapped.isEmpty()) {
            Header last = tapped.get(tapped.size() - 1);
            offset = (int) (last.offset() + last.headerLength() + last.length());
        }
        tapped.add(new Header(
                offset,
                header.fin(),
                header.opcodeBits(),
                header.masked(),
                header.key(),
                header.payloadLength(),
                header.headerLength()));
    }

    @Override
    public void payload(boolean incoming, ByteBuffer raw, int offset, int length) {
        byte[] bytes = new byte[length];
        raw.get(offset, bytes);
        tappedPayload.writeBytes(bytes);
    }
}

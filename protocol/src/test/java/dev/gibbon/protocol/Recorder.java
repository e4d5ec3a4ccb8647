package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.CountingNatives;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.testkit.Hex;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Feeds an engine with pieces of input and writes down what it says, one line an event. Parts of a message become one line
 * when the last one came. At its end it asserts that nothing is left over, in the engine and in its pool.
 */
final class Recorder {
    static final int KEY = 0x9A2BFFC1;

    private static final byte[] STRANGE = Hex.bytes("5a 5b 5c 5d");
    private static final int BEFORE = STRANGE.length;
    private static final int BEHIND = STRANGE.length;

    private final CountingPool pool = new CountingPool();
    private final CountingNatives natives = new CountingNatives();
    private final Engine engine;
    private final boolean parts;
    private final boolean direct;
    private final List<String> lines = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private boolean partOpen;
    private ByteBuffer in = ByteBuffer.allocate(0);

    Recorder(Role role, Limits limits, Delivery delivery, boolean direct) {
        this(role, limits, delivery, direct, null);
    }

    /** With an agreed deflate whose natives are lent by {@link #natives()}. */
    Recorder(Role role, Limits limits, Delivery delivery, boolean direct, @Nullable DeflateParameters deflate) {
        var agreed = deflate == null ? null : new AgreedDeflate(deflate, AgreedDeflate.DEFAULT_LEVEL, natives);
        this.engine = new Engine(role, limits, delivery, pool, () -> KEY, agreed);
        this.parts = delivery == Delivery.PARTS;
        this.direct = direct;
    }

    Engine engine() {
        return engine;
    }

    CountingPool pool() {
        return pool;
    }

    CountingNatives natives() {
        return natives;
    }

    List<String> lines() {
        return lines;
    }

    /** Gives the engine a piece, in a buffer that has strange bytes around it. */
    void feed(byte[] piece) {
        int size = BEFORE + piece.length + BEHIND;
        if (in.capacity() < size) {
            in = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        }
        ByteOrder order = piece.length % 2 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        in.clear().order(order).put(0, STRANGE).put(BEFORE, piece).put(BEFORE + piece.length, STRANGE);
        in.limit(BEFORE + piece.length).position(BEFORE);
        Engine.Event event;
        while ((event = engine.next(in)) != Engine.Event.NEEDS_BYTES) {
            record(event);
        }
        boolean allTaken = in.position() == BEFORE + piece.length && in.limit() == BEFORE + piece.length;
        if (!allTaken || in.order() != order || !isStrange(0) || !isStrange(BEFORE + piece.length)) {
            throw new AssertionError("not all of the piece was taken, or something around it");
        }
    }

    private boolean isStrange(int at) {
        in.clear();
        for (int i = 0; i < STRANGE.length; i++) {
            if (in.get(at + i) != STRANGE[i]) {
                return false;
            }
        }
        return true;
    }

    void feed(String hex) {
        feed(Hex.bytes(hex));
    }

    void record(Engine.Event event) {
        switch (event) {
            case NEEDS_BYTES -> {}
            case MESSAGE -> {
                assertThat(parts).isFalse();
                assertThat(engine.isFirstPart() && engine.isLastPart()).isTrue();
                lines.add(data(payload()));
            }
            case PART -> part();
            case PING -> lines.add("PING " + Hex.of(payload()));
            case PONG -> lines.add("PONG " + Hex.of(payload()));
            case CLOSE -> lines.add(("CLOSE " + engine.closeCode() + " " + engine.closeReason()).trim());
            case FAILED -> {
                Failure failure = engine.failure();
                assertThat(failure).isNotNull();
                lines.add("FAILED " + failure.code() + " " + failure.reason());
            }
        }
    }

    private void part() {
        assertThat(parts).isTrue();
        assertThat(engine.isFirstPart()).isEqualTo(!partOpen);
        assertThat(engine.payloadLength() > 0 || engine.isLastPart()).isTrue();
        open.writeBytes(payload());
        partOpen = !engine.isLastPart();
        if (!partOpen) {
            lines.add(data(open.toByteArray()));
            open.reset();
        }
    }

    private String data(byte[] payload) {
        String shown = engine.isText()
                ? "TEXT " + new String(payload, StandardCharsets.UTF_8)
                : "BINARY " + (payload.length <= 64 ? Hex.of(payload) : payload.length + " bytes " + sum(payload));
        return shown.trim();
    }

    /** What stands for a long payload. */
    static String sum(byte[] payload) {
        return Integer.toHexString(Arrays.hashCode(payload));
    }

    byte[] payload() {
        byte[] payload = new byte[engine.payloadLength()];
        engine.payloadBuffer().get(engine.payloadOffset(), payload);
        return payload;
    }

    /** The end of the connection: gives all back, and checks that it did. */
    void end() {
        engine.release();
        engine.release();
        assertThat(engine.heldBytes()).isZero();
        assertThat(pool.outstanding()).as("buffers not returned").isZero();
        assertThat(engine.nativeBytes()).isZero();
        natives.end();
    }
}

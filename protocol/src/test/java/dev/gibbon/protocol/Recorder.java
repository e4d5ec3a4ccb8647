package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Feeds an engine with pieces of input and writes down what it says, one line an event. Parts of a message become one line
 * when the last one came. At its end it asserts that nothing is left over, in the engine and in its pool.
 */
final class Recorder {
    static final int KEY = 0x9A2BFFC1;

    private final CountingPool pool = new CountingPool();
    private final Engine engine;
    private final boolean parts;
    private final boolean direct;
    private final List<String> lines = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private boolean partOpen;

    Recorder(Role role, Limits limits, Delivery delivery, boolean direct) {
        this.engine = new Engine(role, limits, delivery, pool, () -> KEY);
        this.parts = delivery == Delivery.PARTS;
        this.direct = direct;
    }

    Engine engine() {
        return engine;
    }

    CountingPool pool() {
        return pool;
    }

    List<String> lines() {
        return lines;
    }

    /** Gives the engine a piece, in a buffer of its own that has strange bytes around it. */
    void feed(byte[] piece) {
        int before = 3;
        int size = before + piece.length + 5;
        ByteBuffer in = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        if (direct && piece.length % 2 == 0) {
            in.order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteOrder order = in.order();
        for (int i = 0; i < size; i++) {
            in.put(i, (byte) 0x5A);
        }
        in.put(before, piece).limit(before + piece.length).position(before);
        Engine.Event event;
        while ((event = engine.next(in)) != Engine.Event.NEEDS_BYTES) {
            record(event);
        }
        assertThat(in.remaining()).as("bytes not taken").isZero();
        assertThat(in.limit()).isEqualTo(before + piece.length);
        assertThat(in.order()).isEqualTo(order);
        for (int i = 0; i < size; i++) {
            if (i < before || i >= before + piece.length) {
                assertThat(in.get(i)).as("a byte outside the piece").isEqualTo((byte) 0x5A);
            }
        }
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
    }
}

package dev.gibbon.protocol.autobahn;

import dev.gibbon.protocol.BufferPool;
import dev.gibbon.protocol.CloseCode;
import dev.gibbon.protocol.CloseState;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Failure;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.Role;
import dev.gibbon.testkit.autobahn.Subject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The smallest shell around an engine that echoes: pieces in, frames out, no transport. It takes a piece either as it lies,
 * or as an event loop would, by a small read buffer and the engine's direct target. For one thread.
 */
final class EngineEcho implements Subject {
    /** Room for the referee's 16 MiB, and for its 65,537 fragments. */
    private static final Limits LIMITS =
            Limits.DEFAULT.withMaxMessageBytes(32 << 20).withMaxFrameBytes(32 << 20);

    private static final int LARGEST_CONTROL = 125;

    /** How pieces reach the engine. */
    enum Reading {
        /** Each in a buffer of its own. */
        WHOLE,
        /** By a shared direct buffer of 16 KiB, or into the engine's own when it offers that. */
        LOOP
    }

    private final Role role;
    private final Delivery delivery;
    private final Reading reading;
    private final Pool pool = new Pool();
    private final Engine engine;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(16 * 1024);
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final Deque<ByteBuffer> out = new ArrayDeque<>();
    private boolean finished;

    EngineEcho(Role role, Delivery delivery, Reading reading) {
        this.role = role;
        this.delivery = delivery;
        this.reading = reading;
        this.engine = new Engine(role, LIMITS, delivery, pool, new SplittableRandom(1)::nextInt);
    }

    @Override
    public boolean isServer() {
        return role == Role.SERVER;
    }

    @Override
    public void send(byte[] octets, int from, int to) {
        if (reading == Reading.WHOLE) {
            takeAll(ByteBuffer.wrap(Arrays.copyOfRange(octets, from, to)));
            return;
        }
        for (int at = from; at < to; ) {
            ByteBuffer direct = engine.directTarget();
            ByteBuffer target = direct != null ? direct : readBuffer.clear();
            int count = Math.min(target.remaining(), to - at);
            target.put(octets, at, count);
            at += count;
            if (direct != null) {
                take(engine.filled(count));
            } else {
                takeAll(target.flip());
            }
        }
    }

    @Override
    public int receive(ByteBuffer into, Duration patience) {
        ByteBuffer first = out.peek();
        if (first == null) {
            return finished || (isServer() && engine.state() == CloseState.CLOSED) ? -1 : 0;
        }
        int count = Math.min(first.remaining(), into.remaining());
        into.put(into.position(), first, first.position(), count);
        into.position(into.position() + count);
        first.position(first.position() + count);
        if (!first.hasRemaining()) {
            out.remove();
        }
        return count;
    }

    @Override
    public void finish() {
        finished = true;
        engine.endOfStream();
    }

    CloseState state() {
        return engine.state();
    }

    /** What the engine still holds, or has not given back. */
    int leaked() {
        engine.release();
        return engine.heldBytes() + pool.lent;
    }

    private void takeAll(ByteBuffer in) {
        Engine.Event event;
        do {
            event = engine.next(in);
            take(event);
        } while (event != Engine.Event.NEEDS_BYTES);
        if (in.hasRemaining()) {
            throw new IllegalStateException(in.remaining() + " bytes were not taken");
        }
    }

    private void take(Engine.Event event) {
        switch (event) {
            case MESSAGE -> write(engine.isText() ? Opcode.TEXT : Opcode.BINARY, payload());
            case PART -> takePart();
            case PING -> write(Opcode.PONG, payload());
            case CLOSE -> close(engine.closeCode(), "");
            case FAILED -> {
                Failure failure = Objects.requireNonNull(engine.failure());
                close(failure.code(), failure.reason());
            }
            case PONG, NEEDS_BYTES -> {}
        }
    }

    private void takePart() {
        if (engine.isFirstPart() != (parts.size() == 0)) {
            throw new IllegalStateException("the first part is not the first");
        }
        ByteBuffer part = payload();
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        parts.writeBytes(copy);
        if (engine.isLastPart()) {
            write(engine.isText() ? Opcode.TEXT : Opcode.BINARY, ByteBuffer.wrap(parts.toByteArray()));
            parts.reset();
        }
    }

    private ByteBuffer payload() {
        return engine.payloadBuffer().duplicate().clear().slice(engine.payloadOffset(), engine.payloadLength());
    }

    private void write(Opcode opcode, ByteBuffer payload) {
        int length = payload.remaining();
        ByteBuffer frame = ByteBuffer.allocate(engine.headerLength(length) + length);
        engine.writeFrame(frame, opcode, true, false, payload);
        out.add(frame.flip());
    }

    private void close(int code, String reason) {
        ByteBuffer frame = ByteBuffer.allocate(engine.headerLength(LARGEST_CONTROL) + LARGEST_CONTROL);
        engine.writeClose(frame, code, code == CloseCode.NO_STATUS ? "" : reason);
        out.add(frame.flip());
    }

    @Override
    public String toString() {
        return role + ", delivery " + delivery + ", reading " + reading;
    }

    /** Counts what is lent. */
    private static final class Pool implements BufferPool {
        private int lent;

        @Override
        public ByteBuffer acquire(int minimumCapacity) {
            lent++;
            return ByteBuffer.allocate(minimumCapacity);
        }

        @Override
        public void release(ByteBuffer buffer) {
            lent--;
        }
    }
}

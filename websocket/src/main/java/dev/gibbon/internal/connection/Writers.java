package dev.gibbon.internal.connection;

import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The streamed messages of a connection: which writer may send its fragments now, and what waits behind it. Made when the
 * first writer is opened. Only for the loop's thread.
 */
final class Writers {
    private final Connection connection;
    private final Sending sending;
    private final Deque<Submission> held = new ArrayDeque<>();
    private @Nullable FragmentWriter open;
    private long progressAt;

    Writers(Connection connection, Sending sending) {
        this.connection = connection;
        this.sending = sending;
    }

    /** Whether a streamed message is unfinished, so that everything else must wait. */
    boolean busy() {
        return open != null;
    }

    /** Keeps something until the open writer is done. */
    void hold(Submission submission) {
        held.add(submission);
    }

    /** A writer's turn begins. */
    void open(FragmentWriter writer) {
        open = writer;
        writer.begin();
        progressAt = connection.loop().now();
        connection.deadlines().armNoLaterThan(deadline());
    }

    /** A fragment has come from its writer. */
    void fragment(Submission submission) {
        FragmentWriter from = (FragmentWriter) submission.requireSubject();
        if (!connection.isOpen() || !connection.engine().state().maySendData()) {
            from.fail();
            connection.submissions().roomMade();
        } else if (from != open) {
            // Its turn has not come; the cost stays reserved.
            from.early(submission);
        } else {
            write(from, submission);
            if (submission.last) {
                next();
            }
        }
    }

    private void write(FragmentWriter from, Submission submission) {
        byte[] bytes = submission.requireBytes();
        Opcode opcode = from.nextOpcode();
        boolean first = opcode != Opcode.CONTINUATION;
        if (first) {
            // A fragment that is not the last is a whole one, or was flushed: more will come than is known now.
            from.deflated(sending.deflates(from.compression(), submission.last ? bytes.length : Integer.MAX_VALUE));
        }
        if (from.isDeflated()) {
            ByteBuffer piece = sending.deflating().piece(bytes, submission.last);
            write(opcode, submission.last, first, piece, piece.limit());
            connection.loop().buffers().release(piece);
        } else {
            write(opcode, submission.last, false, ByteBuffer.wrap(bytes), bytes.length);
        }
        progressAt = connection.loop().now();
        from.wrote(submission.cost);
        sending.fragmentSent(submission);
    }

    private void write(Opcode opcode, boolean last, boolean rsv1, ByteBuffer payload, int length) {
        Engine engine = connection.engine();
        Outgoing outgoing = connection.outgoing();
        ByteBuffer out = outgoing.room(engine.headerLength(length) + length);
        int before = out.position();
        engine.writeFrame(out, opcode, last, rsv1, payload, 0, length);
        outgoing.added(out.position() - before);
    }

    /** The open writer is done: what was held back behind it goes, up to the next writer that stays open. */
    private void next() {
        open = null;
        while (open == null && !held.isEmpty()) {
            sending.start(held.remove());
            FragmentWriter opened = open;
            if (opened != null) {
                for (Submission early = opened.takeEarly(); early != null; early = opened.takeEarly()) {
                    write(opened, early);
                    if (early.last) {
                        open = null;
                    }
                }
            }
        }
    }

    /** Closes when the open writer has made no progress in time. */
    void check(long now) {
        FragmentWriter writer = open;
        if (writer != null && now >= deadline()) {
            writer.fail();
            connection.ending().fail(1011, "a message was not finished within writerTimeout", null);
        }
    }

    /** When the open writer must have made progress; never if there is none. */
    long deadline() {
        return open == null || !connection.engine().state().maySendData()
                ? Long.MAX_VALUE
                : progressAt + connection.settings().writerTimeout;
    }

    /** Nothing more is sent: whoever writes is told. */
    void fail() {
        FragmentWriter writer = open;
        open = null;
        if (writer != null) {
            writer.fail();
        }
        for (Submission submission : held) {
            if (submission.kind == Submission.Kind.OPEN_WRITER) {
                ((FragmentWriter) submission.requireSubject()).fail();
            }
        }
        held.clear();
    }
}

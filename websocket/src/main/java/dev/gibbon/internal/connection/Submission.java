package dev.gibbon.internal.connection;

import dev.gibbon.Compression;
import dev.gibbon.internal.message.SharedFrame;
import dev.gibbon.protocol.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * Something another thread wants done on a connection, in order with everything else that threads want of it. A link in the
 * connection's stack of submissions, which the loop takes as a whole and reverses.
 */
final class Submission {
    /** What is wanted. */
    enum Kind {
        MESSAGE,
        SHARED,
        OPEN_WRITER,
        FRAGMENT,
        CLOSE,
        ABANDON,
        ABORT,
        PING,
        PAUSE,
        RESUME,
        TAKEN,
        RUN,
        TAP
    }

    final Kind kind;
    /** Bytes and frame cost reserved in the bound, or 0. */
    final long cost;

    @Nullable
    Opcode opcode;

    byte @Nullable [] bytes;

    Compression compression = Compression.AUTO;

    @Nullable
    Object subject;

    int code;
    boolean last;

    @Nullable
    Submission next;

    private Submission(Kind kind, long cost) {
        this.kind = kind;
        this.cost = cost;
    }

    static Submission message(Opcode opcode, byte[] payload, Compression compression, long cost) {
        Submission submission = new Submission(Kind.MESSAGE, cost);
        submission.compression = compression;
        submission.opcode = opcode;
        submission.bytes = payload;
        return submission;
    }

    static Submission shared(SharedFrame frame, long cost) {
        Submission submission = new Submission(Kind.SHARED, cost);
        submission.subject = frame;
        return submission;
    }

    static Submission fragment(FragmentWriter writer, byte[] bytes, boolean last, long cost) {
        Submission submission = new Submission(Kind.FRAGMENT, cost);
        submission.subject = writer;
        submission.bytes = bytes;
        submission.last = last;
        return submission;
    }

    static Submission close(int code, String reason, @Nullable Throwable cause) {
        Submission submission = new Submission(Kind.CLOSE, 0);
        submission.code = code;
        submission.subject = new CloseWish(reason, cause);
        return submission;
    }

    static Submission of(Kind kind, @Nullable Object subject) {
        Submission submission = new Submission(kind, 0);
        submission.subject = subject;
        return submission;
    }

    static Submission of(Kind kind) {
        return of(kind, null);
    }

    /** Why a close is wanted. */
    record CloseWish(String reason, @Nullable Throwable cause) {}

    byte[] requireBytes() {
        byte[] present = bytes;
        if (present == null) {
            throw new IllegalStateException(kind + " without bytes");
        }
        return present;
    }

    Opcode requireOpcode() {
        Opcode present = opcode;
        if (present == null) {
            throw new IllegalStateException(kind + " without an opcode");
        }
        return present;
    }

    Object requireSubject() {
        Object present = subject;
        if (present == null) {
            throw new IllegalStateException(kind + " without a subject");
        }
        return present;
    }
}

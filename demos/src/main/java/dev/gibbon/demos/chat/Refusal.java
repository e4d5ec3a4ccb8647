package dev.gibbon.demos.chat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why something is not done, in words for the guest. Not a fault of the server, so it has no stack trace.
 */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    /** What a program makes of a refusal; the words are for people. */
    enum Code {
        BAD_MESSAGE("bad-message"),
        BAD_NAME("bad-name"),
        BAD_ROOM("bad-room"),
        BAD_TEXT("bad-text"),
        TOO_LONG("too-long"),
        TOO_FAST("too-fast"),
        TOO_MANY_ROOMS("too-many-rooms"),
        ALREADY_ENTERED("already-entered"),
        NOT_ENTERED("not-entered"),
        NOT_STORED("not-stored"),
        FORBIDDEN("forbidden"),
        UNAVAILABLE("unavailable");

        private final String text;

        Code(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Code code;
    private final @Nullable Duration retryAfter;

    private Refusal(Code code, String text, @Nullable Duration retryAfter) {
        super(text, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** For ever: the same would be refused again. */
    static Refusal of(Code code, String text) {
        return new Refusal(code, text, null);
    }

    /** For now: the same, under the same sequence, may be accepted after this time. */
    static Refusal forNow(Code code, String text, Duration retryAfter) {
        return new Refusal(code, text, retryAfter);
    }

    Code code() {
        return code;
    }

    /** One sentence for the guest. */
    String text() {
        return String.valueOf(getMessage());
    }

    /** When to ask again; null for never. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}

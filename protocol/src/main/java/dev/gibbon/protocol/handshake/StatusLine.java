package dev.gibbon.protocol.handshake;

import org.jspecify.annotations.Nullable;

/**
 * Reads the status line of a response (RFC 9112, 4), which is the first thing of its head. Resumable at any byte; each
 * byte is looked at once. Confined to one thread at a time. It keeps offsets only; the bytes belong to the parser that calls it.
 */
final class StatusLine {

    private enum Phase {
        BEGINNING,
        REASON,
        LINE_FEED,
        COMPLETE,
        FAILED
    }

    /** RFC 9112, 4: {@code HTTP-version SP status-code SP [ reason-phrase ]}; a d stands for a digit. */
    private static final String BEGINNING = "HTTP/d.d ddd ";

    private static final int MAJOR = 5;
    private static final int MINOR = 7;
    private static final int STATUS = 9;
    private static final int STATUS_END = 12;

    private final int maxLineBytes;
    private Phase phase = Phase.BEGINNING;
    private int status;
    private boolean http11;
    private int reasonEnd;
    private @Nullable String fault;

    StatusLine(HeadLimits limits) {
        this.maxLineBytes = limits.maxLineBytes();
    }

    boolean isComplete() {
        return phase == Phase.COMPLETE;
    }

    @Nullable
    String fault() {
        return fault;
    }

    int status() {
        return status;
    }

    boolean isHttp11() {
        return http11;
    }

    int reasonStart() {
        return BEGINNING.length();
    }

    int reasonEnd() {
        return reasonEnd;
    }

    /**
     * Goes on from {@code from} to {@code to}, or to the end of the line, or to the first byte that is wrong.
     *
     * @return the offset after the last byte that was looked at
     */
    int scan(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            switch (phase) {
                case BEGINNING -> at = beginning(bytes, at);
                case REASON -> at = reason(bytes, at, to);
                case LINE_FEED -> {
                    phase = Phase.COMPLETE;
                    return bytes[at] == Octets.LF ? at + 1 : fail(ResponseFaults.LINE_END, at);
                }
                case COMPLETE, FAILED -> {
                    return at;
                }
            }
        }
        return at;
    }

    private int beginning(byte[] bytes, int at) {
        if (at >= maxLineBytes) {
            return fail(ResponseFaults.STATUS_LINE_TOO_LONG, at);
        }
        char expected = BEGINNING.charAt(at);
        byte octet = bytes[at];
        if (expected == 'd' ? !Octets.isDigit(octet) : octet != expected) {
            return fail(at < STATUS ? ResponseFaults.NOT_HTTP : ResponseFaults.STATUS, at);
        }
        int digit = octet - '0';
        if (at == MAJOR && digit != 1) {
            return fail(ResponseFaults.VERSION, at);
        } else if (at == MINOR) {
            if (digit > 1) {
                return fail(ResponseFaults.VERSION, at);
            }
            http11 = digit == 1;
        } else if (at >= STATUS && at < STATUS_END) {
            // RFC 9110, 15: "All valid status codes are within the range of 100 to 599"; 600 and up are for the
            // judge.
            if (at == STATUS && digit == 0) {
                return fail(ResponseFaults.STATUS, at);
            }
            status = 10 * status + digit;
        } else if (at == STATUS_END) {
            phase = Phase.REASON;
        }
        return at + 1;
    }

    private int reason(byte[] bytes, int from, int to) {
        int at = Octets.skip(Octets.VALUE, bytes, from, Math.min(to, maxLineBytes));
        if (at == to) {
            return at;
        }
        if (bytes[at] == Octets.CR) {
            reasonEnd = at;
            phase = Phase.LINE_FEED;
            return at + 1;
        }
        if (at >= maxLineBytes) {
            return fail(ResponseFaults.STATUS_LINE_TOO_LONG, at);
        }
        return fail(bytes[at] == Octets.LF ? ResponseFaults.LINE_END : ResponseFaults.REASON, at);
    }

    private int fail(String why, int at) {
        fault = why;
        phase = Phase.FAILED;
        return at + 1;
    }
}

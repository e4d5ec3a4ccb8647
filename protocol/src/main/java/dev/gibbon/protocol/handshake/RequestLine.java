package dev.gibbon.protocol.handshake;

import org.jspecify.annotations.Nullable;

/**
 * Reads the request line (RFC 9112, 3), with at most one empty line before it. Resumable at any byte; each byte is looked
 * at once. Confined to one thread at a time. It keeps offsets only; the bytes belong to the parser that calls it.
 */
final class RequestLine {

    private enum Phase {
        START,
        EMPTY_LINE_FEED,
        METHOD,
        TARGET,
        VERSION,
        END,
        LINE_FEED,
        COMPLETE,
        REFUSED
    }

    private static final String VERSION = "HTTP/d.d";

    private final int maxLineBytes;
    private Phase phase = Phase.START;
    private boolean emptyLineSeen;
    private int lineStart;
    private int methodEnd;
    private int targetStart;
    private int targetEnd;
    private int major;
    private int minor;
    private @Nullable Refusal refusal;

    RequestLine(HeadLimits limits) {
        this.maxLineBytes = limits.maxLineBytes();
    }

    boolean isComplete() {
        return phase == Phase.COMPLETE;
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    int methodStart() {
        return lineStart;
    }

    int methodEnd() {
        return methodEnd;
    }

    int targetStart() {
        return targetStart;
    }

    int targetEnd() {
        return targetEnd;
    }

    boolean isHttp11() {
        return minor == 1;
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
                case START -> at = start(bytes, at);
                case EMPTY_LINE_FEED -> at = lineFeed(bytes, at, Phase.START);
                case METHOD -> at = method(bytes, at, to);
                case TARGET -> at = target(bytes, at, to);
                case VERSION -> at = version(bytes, at, to);
                case END -> at = end(bytes, at);
                case LINE_FEED -> {
                    at = lineFeed(bytes, at, Phase.COMPLETE);
                    judgeVersion();
                }
                case COMPLETE, REFUSED -> {
                    return at;
                }
            }
        }
        return at;
    }

    private int start(byte[] bytes, int at) {
        byte octet = bytes[at];
        if (octet == Octets.CR) {
            // RFC 9112, 2.2: "a server ... SHOULD ignore at least one empty line (CRLF) received prior to the
            // request-line". One is what old clients send after a body; more would be free bytes for a slow attacker.
            if (emptyLineSeen) {
                return refuse(Refusals.EMPTY_LINES, at);
            }
            emptyLineSeen = true;
            phase = Phase.EMPTY_LINE_FEED;
            return at + 1;
        }
        if (!Octets.is(Octets.TOKEN, octet)) {
            return refuse(octet == Octets.LF ? Refusals.LINE_END : Refusals.NOT_HTTP, at);
        }
        lineStart = at;
        phase = Phase.METHOD;
        return at;
    }

    private int method(byte[] bytes, int from, int to) {
        int at = run(bytes, from, to, Octets.TOKEN);
        if (at == to) {
            return at;
        }
        if (isBeyondLimit(at)) {
            return refuse(Refusals.REQUEST_LINE_TOO_LONG, at);
        }
        if (bytes[at] != Octets.SP) {
            return refuse(Refusals.NOT_HTTP, at);
        }
        methodEnd = at;
        targetStart = at + 1;
        phase = Phase.TARGET;
        return at + 1;
    }

    private int target(byte[] bytes, int from, int to) {
        int at = run(bytes, from, to, Octets.VISIBLE);
        if (at == to) {
            return at;
        }
        if (isBeyondLimit(at)) {
            return refuse(Refusals.REQUEST_LINE_TOO_LONG, at);
        }
        if (bytes[at] != Octets.SP || at == targetStart) {
            return refuse(Refusals.TARGET_CHARACTER, at);
        }
        targetEnd = at;
        phase = Phase.VERSION;
        return at + 1;
    }

    private int version(byte[] bytes, int from, int to) {
        int at = from;
        for (; at < to && phase == Phase.VERSION; at++) {
            if (isBeyondLimit(at)) {
                return refuse(Refusals.REQUEST_LINE_TOO_LONG, at);
            }
            int place = at - targetEnd - 1;
            char expected = VERSION.charAt(place);
            int octet = bytes[at];
            if (expected == 'd' ? !Octets.isDigit(octet) : octet != expected) {
                return refuse(Refusals.VERSION_SYNTAX, at);
            }
            if (place == VERSION.length() - 3) {
                major = octet - '0';
            } else if (place == VERSION.length() - 1) {
                minor = octet - '0';
                phase = Phase.END;
            }
        }
        return at;
    }

    private int end(byte[] bytes, int at) {
        if (bytes[at] != Octets.CR) {
            return refuse(bytes[at] == Octets.LF ? Refusals.LINE_END : Refusals.VERSION_SYNTAX, at);
        }
        phase = Phase.LINE_FEED;
        return at + 1;
    }

    private int lineFeed(byte[] bytes, int at, Phase next) {
        if (bytes[at] != Octets.LF) {
            return refuse(Refusals.LINE_END, at);
        }
        phase = next;
        return at + 1;
    }

    private void judgeVersion() {
        if (phase == Phase.COMPLETE && (major != 1 || minor > 1)) {
            phase = Phase.REFUSED;
            refusal = Refusals.VERSION_UNSUPPORTED;
        }
    }

    /** The offset of the first octet that is not of the class, {@code to} at most, and never beyond the line limit. */
    private int run(byte[] bytes, int from, int to, int octetClass) {
        return Octets.skip(octetClass, bytes, from, Math.min(to, lineStart + maxLineBytes));
    }

    private boolean isBeyondLimit(int at) {
        return at - lineStart >= maxLineBytes;
    }

    private int refuse(Refusal why, int at) {
        refusal = why;
        phase = Phase.REFUSED;
        return at + 1;
    }
}

package dev.gibbon.protocol.handshake;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field lines of a head, up to and with the empty line that ends them (RFC 9112, 5): the same for requests and
 * responses. Resumable at any byte; each byte is looked at once. Confined to one thread at a time. It keeps offsets
 * only; the bytes belong to the parser that calls it.
 */
final class FieldSection {

    private enum Phase {
        LINE_START,
        NAME,
        BLANKS,
        VALUE,
        LINE_FEED,
        LAST_LINE_FEED,
        COMPLETE,
        REFUSED
    }

    private static final int FIRST_FIELDS = 16;
    private static final int[] NONE = new int[0];

    private final int maxLineBytes;
    private final int maxFields;
    private Phase phase = Phase.LINE_START;
    private int[] index = NONE;
    private int count;
    private int lineStart;
    private @Nullable Refusal refusal;

    FieldSection(HeadLimits limits) {
        this.maxLineBytes = limits.maxLineBytes();
        this.maxFields = limits.maxFields();
    }

    boolean isComplete() {
        return phase == Phase.COMPLETE;
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    HeaderFields fields(byte[] bytes) {
        return new HeaderFields(bytes, Arrays.copyOf(index, count * HeaderFields.STRIDE), count);
    }

    /**
     * Goes on from {@code from} to {@code to}, or to the end of the section, or to the first byte that is wrong.
     *
     * @return the offset after the last byte that was looked at
     */
    int scan(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            switch (phase) {
                case LINE_START -> at = lineStart(bytes, at);
                case NAME -> at = name(bytes, at, to);
                case BLANKS -> at = blanks(bytes, at, to);
                case VALUE -> at = value(bytes, at, to);
                case LINE_FEED -> at = lineFeed(bytes, at, Phase.LINE_START);
                case LAST_LINE_FEED -> at = lineFeed(bytes, at, Phase.COMPLETE);
                case COMPLETE, REFUSED -> {
                    return at;
                }
            }
        }
        return at;
    }

    private int lineStart(byte[] bytes, int at) {
        byte octet = bytes[at];
        if (octet == Octets.CR) {
            phase = Phase.LAST_LINE_FEED;
            return at + 1;
        }
        if (Octets.isBlank(octet)) {
            // RFC 9112, 5.2: "A server that receives an obs-fold in a request message ... MUST either reject the
            // message"
            return refuse(Refusals.FIELD_FOLDED, at);
        }
        if (octet == Octets.LF) {
            return refuse(Refusals.LINE_END, at);
        }
        if (!Octets.is(Octets.TOKEN, octet)) {
            return refuse(Refusals.FIELD_NAME, at);
        }
        if (count == maxFields) {
            return refuse(Refusals.TOO_MANY_FIELDS, at);
        }
        if (count * HeaderFields.STRIDE == index.length) {
            int fields = Math.min(Math.max(count * 2, FIRST_FIELDS), maxFields);
            index = Arrays.copyOf(index, fields * HeaderFields.STRIDE);
        }
        lineStart = at;
        index[count * HeaderFields.STRIDE] = at;
        phase = Phase.NAME;
        return at;
    }

    private int name(byte[] bytes, int from, int to) {
        int stop = Math.min(to, lineStart + maxLineBytes);
        int at = Octets.skip(Octets.TOKEN, bytes, from, stop);
        if (at == to) {
            return at;
        }
        if (at == stop) {
            return refuse(Refusals.FIELD_LINE_TOO_LONG, at);
        }
        if (bytes[at] != ':') {
            // RFC 9112, 5.1: "No whitespace is allowed between the field name and colon."
            return refuse(Octets.isBlank(bytes[at]) ? Refusals.FIELD_BLANK_BEFORE_COLON : Refusals.FIELD_NAME, at);
        }
        index[count * HeaderFields.STRIDE + 1] = at;
        phase = Phase.BLANKS;
        return at + 1;
    }

    private int blanks(byte[] bytes, int from, int to) {
        int stop = Math.min(to, lineStart + maxLineBytes);
        int at = from;
        while (at < stop && Octets.isBlank(bytes[at])) {
            at++;
        }
        // Whatever comes next, an empty value included, is for VALUE to judge.
        if (at < to) {
            index[count * HeaderFields.STRIDE + 2] = at;
            phase = Phase.VALUE;
        }
        return at;
    }

    private int value(byte[] bytes, int from, int to) {
        int stop = Math.min(to, lineStart + maxLineBytes);
        int at = Octets.skip(Octets.VALUE, bytes, from, stop);
        if (at == to) {
            return at;
        }
        byte octet = bytes[at];
        if (octet != Octets.CR) {
            if (at == stop) {
                return refuse(Refusals.FIELD_LINE_TOO_LONG, at);
            }
            return refuse(octet == Octets.LF ? Refusals.LINE_END : Refusals.FIELD_VALUE, at);
        }
        int start = index[count * HeaderFields.STRIDE + 2];
        int end = at;
        while (end > start && Octets.isBlank(bytes[end - 1])) {
            end--;
        }
        index[count * HeaderFields.STRIDE + 3] = end;
        count++;
        phase = Phase.LINE_FEED;
        return at + 1;
    }

    private int lineFeed(byte[] bytes, int at, Phase next) {
        if (bytes[at] != Octets.LF) {
            // RFC 9112, 2.2: "A recipient of such a bare CR MUST consider that element to be invalid"
            return refuse(Refusals.LINE_END, at);
        }
        phase = next;
        return at + 1;
    }

    private int refuse(Refusal why, int at) {
        refusal = why;
        phase = Phase.REFUSED;
        return at + 1;
    }
}

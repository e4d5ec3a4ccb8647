package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSectionTest {

    private static final String LINE = "GET / HTTP/1.0\r\n";

    @Test
    void readsNamesAndValues() {
        HeaderFields fields = fields("a:b\r\n!#$%&'*+-.^_`|~09AZaz: \t x y\tz \t \r\nEmpty:\r\nBlank: \t\r\n");
        assertThat(fields.size()).isEqualTo(4);
        assertThat(fields.name(0)).isEqualTo("a");
        assertThat(fields.value(0)).isEqualTo("b");
        assertThat(fields.name(1)).isEqualTo("!#$%&'*+-.^_`|~09AZaz");
        assertThat(fields.value(1)).isEqualTo("x y\tz");
        assertThat(fields.value(2)).isEmpty();
        assertThat(fields.value(3)).isEmpty();
    }

    @Test
    void noFieldsAtAll() {
        assertThat(fields("").size()).isZero();
    }

    @Test
    void aValueMayHoldEveryOctetButControls() {
        for (int octet = 0; octet < 256; octet++) {
            Heads.Outcome outcome = Heads.feed(LINE + "X: a" + (char) octet + "b\r\n\r\n");
            if (octet == '\t' || (octet >= ' ' && octet != 0x7F)) {
                assertThat(outcome.complete().fields().value(0)).isEqualTo("a" + (char) octet + "b");
            } else {
                outcome.refused(400);
                // CR is seen as wrong only when no LF follows.
                assertThat(outcome.consumed()).isEqualTo(LINE.length() + (octet == '\r' ? 6 : 5));
            }
        }
    }

    @Test
    void aNameMayHoldTokenOctetsOnly() {
        for (int octet = 0; octet < 256; octet++) {
            boolean token = Octets.is(Octets.TOKEN, (byte) octet);
            Heads.Outcome first = Heads.feed(LINE + (char) octet + "x: y\r\n\r\n");
            Heads.Outcome inside = Heads.feed(LINE + "x" + (char) octet + ": y\r\n\r\n");
            if (token) {
                assertThat(first.complete().fields().size()).isEqualTo(1);
                assertThat(inside.complete().fields().size()).isEqualTo(1);
            } else {
                first.refused(400);
                // A colon ends the name, and the other one is part of the value.
                assertThat(inside.refusal() == null).isEqualTo(octet == ':');
            }
        }
    }

    @Test
    void saysWhichRuleWasBroken() {
        assertThat(fault(" X: y\r\n")).isSameAs(Refusals.FIELD_FOLDED);
        assertThat(fault("X: y\r\n z\r\n")).isSameAs(Refusals.FIELD_FOLDED);
        assertThat(fault("X: y\r\n\tz: a\r\n")).isSameAs(Refusals.FIELD_FOLDED);
        assertThat(fault("X : y\r\n")).isSameAs(Refusals.FIELD_BLANK_BEFORE_COLON);
        assertThat(fault("X\t: y\r\n")).isSameAs(Refusals.FIELD_BLANK_BEFORE_COLON);
        assertThat(fault("X Y: y\r\n")).isSameAs(Refusals.FIELD_BLANK_BEFORE_COLON);
        assertThat(fault(": y\r\n")).isSameAs(Refusals.FIELD_NAME);
        assertThat(fault("X\r\n")).isSameAs(Refusals.FIELD_NAME);
        assertThat(fault("X\n")).isSameAs(Refusals.FIELD_NAME);
        assertThat(fault("(X): y\r\n")).isSameAs(Refusals.FIELD_NAME);
        assertThat(fault("X: y\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("X:\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("X: y\rZ: a\r\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("X: y\r\r\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("\r\r\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("X: y\r\n\rZ")).isSameAs(Refusals.LINE_END);
        assertThat(fault("X: \u0000\r\n")).isSameAs(Refusals.FIELD_VALUE);
        assertThat(fault("X:\u0000\r\n")).isSameAs(Refusals.FIELD_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 100, 8192})
    void theLimitIsOnTheLineWithoutItsEnd(int limit) {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxLineBytes(Math.max(14, limit));
        int length = limits.maxLineBytes();
        Heads.feed(lineOf(length - 1, "a"), limits).complete();
        Heads.feed(lineOf(length, "a"), limits).complete();
        Heads.feed(lineOf(length, " "), limits).complete();
        for (String filler : new String[] {"a", " "}) {
            Heads.Outcome outcome = Heads.feed(lineOf(length + 1, filler), limits);
            assertThat(outcome.refused(431)).isSameAs(Refusals.FIELD_LINE_TOO_LONG);
            assertThat(outcome.consumed()).isEqualTo(LINE.length() + length + 1);
        }
    }

    @Test
    void theLimitHoldsInsideAName() {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxLineBytes(14);
        Heads.feed(Heads.latin1(LINE + "a".repeat(13) + ":\r\n\r\n"), limits).complete();
        for (String line : new String[] {"a".repeat(14) + ":", "a".repeat(15), "a".repeat(13) + ": "}) {
            Heads.Outcome outcome = Heads.feed(Heads.latin1(LINE + line + "\r\n\r\n"), limits);
            assertThat(outcome.refused(431)).isSameAs(Refusals.FIELD_LINE_TOO_LONG);
            assertThat(outcome.consumed()).isEqualTo(LINE.length() + 15);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 33, 100})
    void theLimitIsOnTheNumberOfFields(int limit) {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxFields(limit);
        for (int count = limit - 1; count <= limit; count++) {
            HeaderFields fields = Heads.feed(Heads.latin1(LINE + "a: b\r\n".repeat(count) + "\r\n"), limits)
                    .complete()
                    .fields();
            assertThat(fields.size()).isEqualTo(count);
            assertThat(fields.count("A")).isEqualTo(count);
        }
        Heads.Outcome outcome = Heads.feed(Heads.latin1(LINE + "a: b\r\n".repeat(limit + 1) + "\r\n"), limits);
        assertThat(outcome.refused(431)).isSameAs(Refusals.TOO_MANY_FIELDS);
        // The first byte of the field too many decides.
        assertThat(outcome.consumed()).isEqualTo(LINE.length() + 6 * limit + 1);
    }

    /** Resuming must not go back: what was scanned is wiped, and the outcome is the same. */
    @Test
    void noByteIsLookedAtTwice() {
        byte[] bytes = Heads.latin1("Host: a\r\nX:y z\r\nEmpty:\r\n\r\nrest");
        FieldSection section = new FieldSection(HeadLimits.DEFAULT);
        int at = 0;
        for (int end = 1; end <= bytes.length && !section.isComplete(); end++) {
            at = section.scan(bytes, at, end);
            assertThat(at).isEqualTo(end);
            Arrays.fill(bytes, 0, at, (byte) 0);
        }
        assertThat(at).isEqualTo(bytes.length - 4);
        HeaderFields fields = section.fields(bytes);
        assertThat(fields.size()).isEqualTo(3);
        assertThat(fields.valueStart(0)).isEqualTo(6);
        assertThat(fields.valueEnd(1)).isEqualTo(14);
        assertThat(fields.valueStart(2)).isEqualTo(22);
        assertThat(fields.valueEnd(2)).isEqualTo(22);
        assertThat(section.scan(bytes, at, bytes.length)).isEqualTo(at);
    }

    private static byte[] lineOf(int length, String filler) {
        return Heads.latin1(LINE + "X:" + filler.repeat(length - 2) + "\r\n\r\n");
    }

    private static HeaderFields fields(String lines) {
        return Heads.feed(LINE + lines + "\r\n").complete().fields();
    }

    private static Refusal fault(String lines) {
        return Heads.feed(LINE + lines + "\r\n").refused(400);
    }
}

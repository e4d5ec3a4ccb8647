package dev.gibbon.protocol;

import static dev.gibbon.protocol.Transcript.receives;

import dev.gibbon.testkit.Hex;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in, and what the engine says: both roles, both deliveries, heap and direct, cut in every way. */
class EngineReceivingTest {
    private static String failed(FrameRule rule) {
        return "FAILED " + rule.closeCode() + " " + rule.sentence();
    }

    private static String binary(int length) {
        return length <= 64
                ? ("BINARY " + Hex.of(new byte[length])).trim()
                : "BINARY " + length + " bytes " + Recorder.sum(new byte[length]);
    }

    // ---- messages

    @Test
    void nothing() {
        receives("");
    }

    @Test
    void wholeMessages() {
        receives("81 05 'Hello'", "TEXT Hello");
        receives("82 03 01 02 03", "BINARY 01 02 03");
        receives("81 00  82 00", "TEXT", "BINARY");
        receives("81 01 'a'  82 01 07  81 02 'bc'", "TEXT a", "BINARY 07", "TEXT bc");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 124, 125})
    void shortLengths(int length) {
        receives("82 %02x 00*%d 81 01 'x'".formatted(length, length), binary(length), "TEXT x");
    }

    @ParameterizedTest
    @ValueSource(ints = {126, 127, 128, 255, 256, 1023, 65535})
    void lengthsOf16Bits(int length) {
        receives("82 7e %04x 00*%d 81 01 'x'".formatted(length, length), binary(length), "TEXT x");
    }

    @ParameterizedTest
    @ValueSource(ints = {65536, 65537})
    void lengthsOf64Bits(int length) {
        receives("82 7f %016x 00*%d 81 01 'x'".formatted(length, length), binary(length), "TEXT x");
    }

    @Test
    void fragmentedMessages() {
        receives("01 03 'Hel'  80 02 'lo'", "TEXT Hello"); // RFC 6455, 5.7
        receives("02 01 01  00 01 02  80 01 03", "BINARY 01 02 03");
        receives("01 01 'a'  00 00  80 00", "TEXT a");
        receives("01 00  80 00", "TEXT");
        receives("01 00  00 00  80 01 'z'", "TEXT z");
        receives("02 00  00 00  00 00  80 00", "BINARY");
    }

    @Test
    void fragmentsOfAnyLength() {
        receives("02 7e 0080 00*128  00 7f 0000000000010000 00*65536  80 7e 0100 00*256", binary(128 + 65536 + 256));
    }

    @Test
    void controlFramesBetweenFragments() {
        receives(
                "01 01 'a'  89 02 'hi'  00 01 'b'  8a 00  89 00  80 01 'c'  82 00",
                "PING 68 69",
                "PONG ",
                "PING ",
                "TEXT abc",
                "BINARY");
    }

    @Test
    void closeEndsAnUnfinishedMessage() {
        receives("01 01 'a'  88 00", "CLOSE 1005");
    }

    @Test
    void longControlPayloads() {
        String ff = Hex.of(Hex.bytes("ff*125"));
        receives("89 7d ff*125  8a 7d ff*125", "PING " + ff, "PONG " + ff);
    }

    @Test
    void manySmallMessages() {
        receives(
                "82 01 2a ".repeat(300),
                new ArrayList<>(java.util.Collections.nCopies(300, "BINARY 2a")).toArray(new String[0]));
    }

    // ---- rules on headers

    @ParameterizedTest
    @ValueSource(
            strings = {"c1", "a1", "91", "f1", "c2", "b2", "c0", "c9", "aa", "98", "8b", "8f", "83", "87", "03", "0f"})
    void reservedBitsAndOpcodes(String first) {
        int value = Integer.parseInt(first, 16);
        FrameRule rule = (value & 0x70) != 0 ? FrameRule.RESERVED_BIT : FrameRule.RESERVED_OPCODE;
        receives("81 02 'ok'  " + first + " 00  81 02 'no'", "TEXT ok", failed(rule));
        receives("81 02 'ok'  " + first + " 7e 0100 00*256", "TEXT ok", failed(rule));
    }

    @Test
    void lengthsNotInTheShortestForm() {
        for (String header : List.of("7e 0000", "7e 0001", "7e 007d", "7f 0000000000000001", "7f 000000000000ffff")) {
            receives("89 01 '1'  82 " + header + " 00", "PING 31", failed(FrameRule.LENGTH_NOT_MINIMAL));
        }
    }

    @Test
    void lengthsWithTheTopBit() {
        for (String header : List.of("8000000000000000", "8000000000000001", "ffffffffffffffff")) {
            receives("89 00  82 7f " + header + " 00", "PING ", failed(FrameRule.LENGTH_TOP_BIT));
        }
    }

    @Test
    void controlFramesAreShort() {
        for (String opcode : List.of("88", "89", "8a")) {
            receives("81 00 " + opcode + " 7e 007e 00*126", "TEXT", failed(FrameRule.CONTROL_LENGTH));
            receives("81 00 " + opcode + " 7f 0000000000000001 00", "TEXT", failed(FrameRule.CONTROL_LENGTH));
            // Known at the second byte, without the length that follows.
            receives("81 00 " + opcode + " 7e", "TEXT", failed(FrameRule.CONTROL_LENGTH));
            receives("81 00 " + opcode + " 7f", "TEXT", failed(FrameRule.CONTROL_LENGTH));
        }
    }

    @Test
    void controlFramesAreWhole() {
        for (String opcode : List.of("08", "09", "0a")) {
            receives("81 00 " + opcode + " 00  80 00", "TEXT", failed(FrameRule.CONTROL_FRAGMENTED));
        }
    }

    @Test
    void continuationRules() {
        receives("80 01 'a'", failed(FrameRule.NOTHING_TO_CONTINUE));
        receives("00 01 'a'", failed(FrameRule.NOTHING_TO_CONTINUE));
        receives("81 01 'a'  80 01 'a'", "TEXT a", failed(FrameRule.NOTHING_TO_CONTINUE));
        receives("01 01 'a'  81 01 'b'", failed(FrameRule.MESSAGE_UNFINISHED));
        receives("01 01 'a'  02 01 'b'", failed(FrameRule.MESSAGE_UNFINISHED));
        receives("02 00  82 00", failed(FrameRule.MESSAGE_UNFINISHED));
        receives("01 01 'a'  80 01 'b'  80 01 'c'", "TEXT ab", failed(FrameRule.NOTHING_TO_CONTINUE));
        receives(
                "01 01 'a'  89 00  80 01 'b'  01 00  89 00  01 00",
                "PING ",
                "TEXT ab",
                "PING ",
                failed(FrameRule.MESSAGE_UNFINISHED));
    }

    @Test
    void allThatCameWholeBeforeABadFrameIsDelivered() {
        receives(
                "81 01 'a'  89 01 'p'  01 01 'b'  80 01 'c'  c1 01 'd'  81 01 'e'",
                "TEXT a",
                "PING 70",
                "TEXT bc",
                failed(FrameRule.RESERVED_BIT));
    }

    // ---- text

    @Test
    void textOfAllKinds() {
        receives("81 0b ce ba e1 bd b9 cf 83 ce bc ce b5", "TEXT \u03ba\u1f79\u03c3\u03bc\u03b5");
        receives("81 04 f0 9f 98 80", "TEXT \ud83d\ude00");
        receives("01 01 f0  00 01 9f  00 01 98  80 01 80", "TEXT \ud83d\ude00");
        receives("01 02 f0 9f  89 01 ff  00 00  80 02 98 80", "PING ff", "TEXT \ud83d\ude00");
        String long3 = "\u4e2d".repeat(400);
        receives("81 7e 04b0 '" + long3 + "'", "TEXT " + long3);
        receives("81 7e 0190 'a*400'".replace("'a*400'", "61*400"), "TEXT " + "a".repeat(400));
    }

    @ParameterizedTest
    @CsvSource({
        "81 01 80",
        "81 02 c0 80",
        "81 03 ed a0 80",
        "81 04 f4 90 80 80",
        "81 01 c3", // ends inside a character
        "81 02 61 e2",
        "81 0a 61 61 61 61 61 61 61 61 61 ff",
        "01 01 c3 80 01 41",
        "01 01 c3 80 00",
        "01 02 61 e2 00 01 82 80 00",
        "01 00 80 01 ff",
    })
    void textThatIsNotUtf8(String hex) {
        receives("81 02 'ok' " + hex + " 81 02 'no'", "TEXT ok", failed(FrameRule.TEXT_UTF8));
    }

    @Test
    void wrongTextFailsInsideAnUnfinishedFrame() {
        receives("81 7f 00000000000fffff 'long text ahead' ff", failed(FrameRule.TEXT_UTF8));
        receives("01 7e ffff 61 c0", failed(FrameRule.TEXT_UTF8));
        receives("01 01 e0  00 7e ffff 80", failed(FrameRule.TEXT_UTF8));
    }

    @Test
    void binaryAndPingsAreNoText() {
        receives("82 02 c0 ff  89 01 ff  8a 01 80", "BINARY c0 ff", "PING ff", "PONG 80");
    }

    @Test
    void aNewTextStartsClean() {
        receives("81 02 c3 a9  81 01 'a'  82 01 c3  81 02 c3 a9", "TEXT \u00e9", "TEXT a", "BINARY c3", "TEXT \u00e9");
    }

    // ---- close

    @Test
    void closeFrames() {
        receives("88 00", "CLOSE 1005");
        receives("88 02 03 e8", "CLOSE 1000");
        receives("88 05 03 e9 'bye'", "CLOSE 1001 bye");
        receives("88 05 13 87 e4 b8 ad", "CLOSE 4999 \u4e2d");
        receives("88 7d 03 e8 'x*123'".replace("'x*123'", "78*123"), "CLOSE 1000 " + "x".repeat(123));
    }

    @Test
    void nothingIsLookedAtAfterClose() {
        receives("81 01 'a'  88 02 03 e8  81 01 'b'  ff ff ff  88 00", "TEXT a", "CLOSE 1000");
    }

    @Test
    void badCloseFrames() {
        receives("88 01 03", failed(FrameRule.CLOSE_LENGTH));
        receives("88 03 03 e8 ff", failed(FrameRule.CLOSE_REASON_UTF8));
        receives("88 04 03 e8 e2 82", failed(FrameRule.CLOSE_REASON_UTF8));
        for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
            receives("82 00 88 02 %04x".formatted(code), "BINARY", failed(FrameRule.CLOSE_CODE));
        }
        for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
            receives("88 02 %04x".formatted(code), "CLOSE " + code);
        }
    }

    // ---- limits, each at limit - 1, limit and limit + 1

    @Test
    void messageLimit() {
        var limits = new Limits(130, 1000, 10);
        String tooBig = "FAILED 1009 message above the limit: maxMessageBytes is 130";
        receives(limits, "82 7e 0081 00*129", binary(129));
        receives(limits, "82 7e 0082 00*130  82 01 07", binary(130), "BINARY 07");
        receives(limits, "82 7e 0083 00*131", tooBig);
        receives(limits, "82 7e 0083", tooBig); // at the header already
        receives(limits, "82 7f 7fffffffffffffff", tooBig); // above both limits: the one that any cut would exceed
        receives(limits, "02 64 00*100  80 1d 00*29", binary(129));
        receives(limits, "02 64 00*100  00 1e 00*30  80 00", binary(130));
        receives(limits, "02 64 00*100  89 7d 00*125  80 1f 00*31", "PING " + Hex.of(new byte[125]), tooBig);
        receives(limits, "02 64 00*100  80 1f", tooBig);
    }

    @Test
    void messageLimitOfZero() {
        var limits = new Limits(0, 0, 3);
        receives(limits, "82 00  01 00  80 00  89 01 00", "BINARY", "TEXT", "PING 00");
        receives(limits.withMaxFrameBytes(5), "82 01", "FAILED 1009 message above the limit: maxMessageBytes is 0");
    }

    @Test
    void largestClaims() {
        var limits = Limits.DEFAULT.withMaxFrameBytes(Long.MAX_VALUE);
        String tooBig = "FAILED 1009 message above the limit: maxMessageBytes is 1048576";
        receives(limits, "82 7f 7fffffffffffffff", tooBig);
        receives(limits, "02 01 00  80 7f 7fffffffffffffff", tooBig);
        receives(limits, "02 01 00  80 7f 0000000000100000", tooBig);
    }

    @Test
    void frameLimit() {
        var limits = new Limits(1000, 130, 10);
        String tooBig = "FAILED 1009 frame above the limit: maxFrameBytes is 130";
        receives(limits, "82 7e 0081 00*129", binary(129));
        receives(limits, "02 7e 0082 00*130  80 7e 0082 00*130", binary(260));
        receives(limits, "02 7e 0082 00*130  80 7e 0083", tooBig);
        receives(limits, "82 7e 0083", tooBig);
        receives(limits.withMaxFrameBytes(10), "89 0b 00*11", "PING " + Hex.of(new byte[11])); // data frames only
    }

    @Test
    void framesPerMessage() {
        var limits = new Limits(1000, 1000, 4);
        String tooMany = "FAILED 1008 message of too many frames: maxFramesPerMessage is 4";
        receives(limits, "02 00  00 00  80 00", "BINARY");
        receives(limits, "02 00  00 00  89 00  00 00  8a 00  80 01 01  82 00", "PING ", "PONG ", "BINARY 01", "BINARY");
        receives(limits, "02 00  00 00  00 00  00 00  80 00", tooMany);
        receives(limits, "02 01 00  00 01 00  00 01 00  00 01 00  00 01 00", tooMany);
        receives(limits.withMaxFramesPerMessage(1), "82 00  01 00  80 00", "BINARY", tooMany.replace("4", "1"));
    }
}

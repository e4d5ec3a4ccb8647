package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code gibbon decode} says of streams without a fault: the examples of RFC 6455, 5.7, and more. */
class DecodeTest {
    @TempDir
    private Path folder;

    @Test
    void tellsAFrameWhole() {
        Run run = Run.gibbon("decode", "818537fa213d7f9f4d5158");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("""
                        frame 1 at byte 0: whole text message, masked, 5 bytes
                              0                   1                   2                   3
                              0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
                             +-+-+-+-+-------+-+-------------+-------------------------------+
                             |F|R|R|R|opcode |M| Payload len |          Masking-key          |
                             |I|S|S|S|  (4)  |A|     (7)     |             (32)              |
                             |N|V|V|V|       |S|             |                               |
                             | |1|2|3|       |K|             |                               |
                             |1|0|0|0|0 0 0 1|1|0 0 0 0 1 0 1|0 0 1 1 0 1 1 1 1 1 1 1 1 0 1 0|
                             +-+-+-+-+-------+-+-------------+-------------------------------+
                             |    Masking-key (continued)    |         Payload Data          |
                             |0 0 1 0 0 0 0 1 0 0 1 1 1 1 0 1|0 1 1 1 1 1 1 1 1 0 0 1 1 1 1 1|
                             +-------------------------------+- - - - - - - -+---------------+
                             |          Payload Data continued ...           |
                             |0 1 0 0 1 1 0 1 0 1 0 1 0 0 0 1 0 1 0 1 1 0 0 0|
                             +-----------------------------------------------+
                             FIN                      1  the last frame of its message
                             RSV1                     0
                             RSV2                     0
                             RSV3                     0
                             opcode                   0x1  text
                             MASK                     1  masked, as a client sends
                             Payload len              5
                             Masking-key              37 fa 21 3d
                             Payload Data, masked     7f 9f 4d 51 58
                             Payload Data, text       "Hello"

                        end of the stream at byte 11, 1 frame
                        """);
    }

    @Test
    void tellsACompressedFrameInflated() {
        Run run = Run.gibbon("decode", "--deflate", "c107f248cdc9c90700");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("frame 1 at byte 0: whole text message, compressed, 7 bytes")
                .contains("RSV1                     1  the message is compressed")
                .contains("Payload Data, compressed f2 48 cd c9 c9 07 00\n")
                .contains("Inflated                 5 bytes\n")
                .contains("Inflated, text           \"Hello\"\n");
        assertThat(Run.gibbon("decode", "c107f248cdc9c90700").code()).isEqualTo(1);
    }

    @Test
    void tellsAnUnmaskedFrame() {
        assertThat(fields("81 05 'Hello'"))
                .containsExactly(
                        "frame 1 at byte 0: whole text message, 5 bytes",
                        "FIN                      1  the last frame of its message",
                        "RSV1                     0",
                        "RSV2                     0",
                        "RSV3                     0",
                        "opcode                   0x1  text",
                        "MASK                     0  not masked, as a server sends",
                        "Payload len              5",
                        "Payload Data, text       \"Hello\"",
                        "end of the stream at byte 7, 1 frame");
    }

    @Test
    void tellsAFragmentedMessageWithAPingInside() {
        assertThat(fields("01 03 'Hel' 89 00 00 00 80 02 'lo'"))
                .contains(
                        "frame 1 at byte 0: first of a text message, 3 bytes",
                        "FIN                      0  more frames of its message follow",
                        "Payload Data, text       \"Hel\"",
                        "frame 2 at byte 5: ping, 0 bytes",
                        "FIN                      1  a control frame is one frame",
                        "opcode                   0x9  ping",
                        "Payload Data             none",
                        "frame 3 at byte 7: more of a text message, 0 bytes",
                        "opcode                   0x0  continuation of a text message",
                        "frame 4 at byte 9: last of a text message, 2 bytes",
                        "Payload Data, text       \"lo\"",
                        "end of the stream at byte 13, 4 frames");
    }

    @Test
    void tellsAPingAndItsMaskedPong() {
        assertThat(fields("89 05 'Hello' 8a 85 37fa213d 7f9f4d5158"))
                .contains(
                        "frame 1 at byte 0: ping, 5 bytes",
                        "Payload Data             00000000  48 65 6c 6c 6f                                   |Hello|",
                        "frame 2 at byte 7: pong, masked, 5 bytes",
                        "opcode                   0xA  pong",
                        "Payload Data, masked     7f 9f 4d 51 58");
    }

    @Test
    void tellsA16BitLength() {
        List<String> fields = fields("82 7e 0100 01*256");
        assertThat(fields)
                .contains(
                        "frame 1 at byte 0: whole binary message, 256 bytes",
                        "Payload len              126  the next 16 bits tell it",
                        "Extended payload length  256",
                        "Payload Data             00000000  01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01  |................|",
                        "000000f0  01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01  |................|",
                        "end of the stream at byte 260, 1 frame");
        assertThat(fields).noneMatch(line -> line.contains("not shown"));
    }

    @Test
    void tellsA64BitLengthAndCutsThePayload() {
        assertThat(fields("82 ff 0000000000010000 00000001 5a*65536"))
                .contains(
                        "frame 1 at byte 0: whole binary message, masked, 65536 bytes",
                        "Payload len              127  the next 64 bits tell it",
                        "Extended payload length  65536",
                        "Masking-key              00 00 00 01",
                        "Payload Data, masked     5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a 5a ...",
                        "Payload Data             00000000  5a 5a 5a 5b 5a 5a 5a 5b 5a 5a 5a 5b 5a 5a 5a 5b  |ZZZ[ZZZ[ZZZ[ZZZ[|",
                        "000003f0  5a 5a 5a 5b 5a 5a 5a 5b 5a 5a 5a 5b 5a 5a 5a 5b  |ZZZ[ZZZ[ZZZ[ZZZ[|",
                        "and 64512 bytes not shown (see --payload)",
                        "end of the stream at byte 65550, 1 frame");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "88 00              | Close code               none; a receiver reports 1005  no status received",
                "88 02 03e8         | Close code               1000  normal closure",
                "88 02 03e8         | Close reason             \"\"",
                "88 05 03e9 'bye'   | Close code               1001  going away",
                "88 05 03e9 'bye'   | Close reason             \"bye\"",
                "88 02 03f6         | Close code               1014  bad gateway",
                "88 02 0bb8         | Close code               3000  registered",
                "88 02 1387         | Close code               4999  private use",
                "88 04 0fa0 1b 0a   | Close reason             \"\\u{1b}\\n\"",
                "88 82 00000001 03e8| Close code               1000  normal closure",
            })
    void namesCloseCodes(String frame, String line) {
        assertThat(fields(frame)).contains(line);
    }

    @Test
    void escapesText() {
        assertThat(fields("81 0d 'a' 22 5c 0a 1b 'c' e282ac e280ae 'z'"))
                .contains("Payload Data, text       \"a\\\"\\\\\\n\\u{1b}c€\\u{202e}z\"");
    }

    @Test
    void showsACharacterThatTwoFramesShareByItsOctets() {
        assertThat(fields("01 03 'a' e282 80 02 ac 'b'"))
                .contains("Payload Data, text       \"a\\xe2\\x82\"", "Payload Data, text       \"\\xacb\"");
    }

    @Test
    void saysThatAMessageIsNotFinished() {
        assertThat(fields("02 01 00 00 01 00"))
                .contains("end of the stream at byte 6, 2 frames; the last frame of the binary message has not come");
    }

    @Test
    void tellsAnEmptyStream() {
        assertThat(Run.gibbon(new byte[0], "decode", "-"))
                .isEqualTo(new Run(0, "end of the stream at byte 0, 0 frames\n", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | Payload Data, text       \"a\"        | and 4 bytes not shown (see --payload)",
                "4 | Payload Data, text       \"a€\"       | and 1 byte not shown (see --payload)",
                "5 | Payload Data, text       \"a€b\"      | end of the stream at byte 7, 1 frame",
                "0 | Payload Data             5 bytes not shown (see --payload) | end of the stream at byte 7, 1 frame",
            })
    void showsAsMuchOfAPayloadAsAsked(String option, String shown, String note) {
        assertThat(fields("81 05 'a' e282ac 'b'", "--payload", option)).contains(shown, note);
    }

    @Test
    void tellsAClosingWhateverThePayloadOption() {
        assertThat(fields("88 05 03e9 'bye'", "--payload", "0"))
                .contains("Close code               1001  going away", "Close reason             \"bye\"");
    }

    @ParameterizedTest
    @CsvSource({"81 00, 1", "81 80 00000000, 0"})
    void holdsFramesToTheRuleOnMasksWhenAsked(String frame, int fromClient) {
        byte[] bytes = Hex.bytes(frame);
        assertThat(Run.gibbon(bytes, "decode", "-").code()).isZero();
        assertThat(Run.gibbon(bytes, "decode", "-", "--from", "client").code()).isEqualTo(fromClient);
        assertThat(Run.gibbon(bytes, "decode", "-", "--from=server").code()).isEqualTo(1 - fromClient);
    }

    @Test
    void readsFromWhereItIsTold() throws Exception {
        byte[] bytes = Hex.bytes("81 05 'Hello' 8a 00");
        String text = "0x81, 0x05,\n48:65:6c:6c:6f 8A00\n";
        byte[] hex = text.getBytes(StandardCharsets.US_ASCII);
        Path raw = Files.write(folder.resolve("raw"), bytes);
        Path written = Files.write(folder.resolve("written"), hex);
        String expected = Run.gibbon("decode", "8105", "48656c6c6f8a00").out();
        assertThat(expected).endsWith("end of the stream at byte 9, 2 frames\n");
        for (Run run : List.of(
                Run.gibbon("decode", text),
                Run.gibbon("decode", "81", "05", "48", "65", "6c", "6c", "6f", "8a", "00"),
                Run.gibbon(bytes, "decode", "-"),
                Run.gibbon(bytes, "decode", "--file", "-"),
                Run.gibbon(hex, "decode", "--hex", "-"),
                Run.gibbon(hex, "decode", "-", "--hex"),
                Run.gibbon("decode", "--file", raw.toString()),
                Run.gibbon("decode", "--hex", "--file=" + written))) {
            assertThat(run).isEqualTo(new Run(0, expected, ""));
        }
    }

    /** The lines of a report without the diagrams and without indentation. */
    private static List<String> fields(String stream, String... options) {
        String[] arguments = Arrays.copyOf(options, options.length + 2);
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[0] = "decode";
        arguments[arguments.length - 1] = "-";
        Run run = Run.gibbon(Hex.bytes(stream), arguments);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        return run.out()
                .lines()
                .map(String::strip)
                .filter(line ->
                        (!line.isEmpty() && "+|:0".indexOf(line.charAt(0)) < 0) || line.matches("[0-9a-f]{8}  .*"))
                .toList();
    }
}

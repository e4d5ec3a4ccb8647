package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code gibbon decode} says of broken frames, and of input and output that fail: one line and exit 1. */
class DecodeFaultTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c1 00             | 0 | a reserved bit is set and no extension was agreed that uses it (RFC 6455, 5.2)",
                "a1 00             | 0 | a reserved bit is set and no extension was agreed that uses it (RFC 6455, 5.2)",
                "91 00             | 0 | a reserved bit is set and no extension was agreed that uses it (RFC 6455, 5.2)",
                "83 00             | 0 | reserved opcode (RFC 6455, 5.2)",
                "8f 00             | 0 | reserved opcode (RFC 6455, 5.2)",
                "89 7e             | 1 | a control frame has at most 125 bytes of payload (RFC 6455, 5.5)",
                "88 ff             | 1 | a control frame has at most 125 bytes of payload (RFC 6455, 5.5)",
                "09 00             | 0 | a control frame must not be fragmented (RFC 6455, 5.5)",
                "80 00             | 0 | a continuation frame without a message to continue (RFC 6455, 5.4)",
                "82 7e 007d        | 2 | a length must use the shortest of its three forms (RFC 6455, 5.2)",
                "82 7f 000000000000ffff | 2 | a length must use the shortest of its three forms (RFC 6455, 5.2)",
                "82 7f 8000000000000000 | 2 | the most significant bit of a 64-bit length must be 0 (RFC 6455, 5.2)",
                "88 01 03          | 2 | a close payload is empty or begins with a 2-byte code (RFC 6455, 5.5.1)",
                "88 02 03ed        | 2 | a close code that must not be sent (RFC 6455, 7.4)",
                "88 02 0000        | 2 | a close code that must not be sent (RFC 6455, 7.4)",
                "88 02 1388        | 2 | a close code that must not be sent (RFC 6455, 7.4)",
                "88 03 03e8 ff     | 2 | the close reason is not UTF-8 (RFC 6455, 5.5.1)",
                "81 03 'ab' ff     | 4 | a text message is not UTF-8 (RFC 6455, 8.1)",
                "81 02 'a' e2      | 4 | a text message is not UTF-8 (RFC 6455, 8.1)",
                "81 83 01020304 6060fc | 8 | a text message is not UTF-8 (RFC 6455, 8.1)",
                "81                | 1 | the stream ends inside a header",
                "82 fe 01 00 01    | 5 | the stream ends inside a header",
                "82 05 0102        | 4 | the stream ends after 2 of 5 bytes of payload",
                "82 7f 7fffffffffffffff 00 | 11 | the stream ends after 1 of 9223372036854775807 bytes of payload",
            })
    void saysWhereAFrameIsBrokenAndWhichRuleItBreaks(String frame, int at, String rule) {
        Run first = Run.gibbon(Hex.bytes(frame), "decode", "-");
        assertThat(first.err()).isEqualTo("gibbon decode: byte " + at + ", in the frame at byte 0: " + rule + "\n");
        assertThat(first.out())
                .startsWith("frame 1 at byte 0: broken at byte " + at + "\n")
                .contains("+-+-+-+-+");
        assertThat(first.code()).isEqualTo(1);

        Run second = Run.gibbon(Hex.bytes("8a 03 'abc'" + frame), "decode", "-");
        assertThat(second.err())
                .isEqualTo("gibbon decode: byte " + (at + 5) + ", in the frame at byte 5: " + rule + "\n");
        assertThat(second.out())
                .startsWith("frame 1 at byte 0: pong, 3 bytes\n")
                .contains("\nframe 2 at byte 5: broken at byte " + (at + 5) + "\n");
        assertThat(second.code()).isEqualTo(1);
    }

    @Test
    void saysThatAMessageBeganInsideAnother() {
        assertThat(Run.gibbon("decode", "0100 8100").err())
                .isEqualTo(
                        "gibbon decode: byte 2, in the frame at byte 2: a new message began before the fragmented one"
                                + " had ended (RFC 6455, 5.4)\n");
    }

    @ParameterizedTest
    @CsvSource({
        "client, 8100, a frame from a client must be masked",
        "server, 818000000000, a frame from a server must not be masked"
    })
    void saysThatAMaskIsMissingOrForbidden(String sender, String frame, String rule) {
        assertThat(Run.gibbon("decode", "--from", sender, frame).err())
                .isEqualTo("gibbon decode: byte 1, in the frame at byte 0: " + rule + " (RFC 6455, 5.1)\n");
    }

    @Test
    void drawsTheBrokenFrame() {
        assertThat(Run.gibbon("decode", "f3 01 00").out())
                .contains("|1|1|1|1|0 0 1 1|0|0 0 0 0 0 0 1|", "     RSV2                     1\n", "0x3  reserved\n");
    }

    @Test
    void saysWhichFileCannotBeRead() throws IOException {
        assertThat(Run.gibbon("decode", "--file", folder.resolve("none").toString()))
                .isEqualTo(new Run(1, "", "gibbon decode: --file '" + folder.resolve("none") + "': no such file\n"));
        assertThat(Run.gibbon("decode", "--file", folder.toString()))
                .isEqualTo(new Run(1, "", "gibbon decode: --file '" + folder + "': is a directory\n"));
        assertThat(Run.gibbon("decode", "--file", "a\0b").err()).hasLineCount(1).startsWith("gibbon decode: --file ");
        Path hex = Files.writeString(folder.resolve("hex"), "8a00 8g");
        Run run = Run.gibbon("decode", "--hex", "--file", hex.toString());
        assertThat(run.err())
                .isEqualTo("gibbon decode: --file '" + hex + "': 'g' at character 7 is not a hexadecimal digit\n");
        assertThat(run.out()).startsWith("frame 1 at byte 0: pong, 0 bytes\n");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void saysThatInputFails() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };
        assertThat(Run.gibbon(broken, "decode", "-")).isEqualTo(new Run(1, "", "gibbon decode: Input/output error\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "Broken pipe, 0, ''",
        "No space left on device, 1, gibbon decode: cannot write the output: No space left on device",
    })
    void endsQuietlyOnlyWhenTheReaderHasGone(String failure, int code, String line) {
        OutputStream out = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException(failure);
            }
        };
        var err = new java.io.ByteArrayOutputStream();
        int exit = Gibbon.run(
                List.of("decode", "8a00"),
                new Console(InputStream.nullInputStream(), out, new PrintStream(err, true, StandardCharsets.UTF_8)));
        assertThat(err.toString(StandardCharsets.UTF_8).strip()).isEqualTo(line);
        assertThat(exit).isEqualTo(code);
    }
}

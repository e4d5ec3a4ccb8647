package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code gibbon decode} as a process of its own, on streams that are long, slow or without an end. */
class DecodeStreamTest {
    /** A heap that holds none of what these tests send. */
    private static final List<String> SMALL = List.of("-Xmx12m");

    @Test
    void showsAFrameBeforeItWaitsForTheNext() throws Exception {
        try (ChildProcess decode = ChildProcess.gibbon("decode", "-")) {
            OutputStream input = decode.input();
            input.write(Hex.bytes("81 05 'Hello' 8a"));
            input.flush();
            assertThat(decode.line()).isEqualTo("frame 1 at byte 0: whole text message, 5 bytes");
            readUntil(decode, "     Payload Data, text       \"Hello\"");
            assertThat(decode.line()).isEmpty();
            input.write(0);
            input.flush();
            assertThat(decode.line()).isEqualTo("frame 2 at byte 7: pong, 0 bytes");
            input.close();
            readUntil(decode, "end of the stream at byte 9, 2 frames");
            assertThat(decode.exitCode()).isZero();
            assertThat(decode.errors()).isEmpty();
        }
    }

    @Test
    void passesAHugePayloadByInConstantMemory() throws Exception {
        long length = 96L << 20;
        try (ChildProcess decode = ChildProcess.gibbon(SMALL, "decode", "-", "--payload", "4")) {
            OutputStream input = decode.input();
            input.write(Hex.bytes("81 ff 0000000006000000 20202020"));
            byte[] chunk = new byte[1 << 20];
            for (long sent = 0; sent < length; sent += chunk.length) {
                input.write(chunk);
            }
            input.close();
            assertThat(decode.line()).isEqualTo("frame 1 at byte 0: whole text message, masked, " + length + " bytes");
            readUntil(decode, "     Payload Data, text       \"    \"");
            assertThat(decode.line().strip()).isEqualTo("and " + (length - 4) + " bytes not shown (see --payload)");
            readUntil(decode, "end of the stream at byte " + (length + 14) + ", 1 frame");
            assertThat(decode.exitCode()).isZero();
            assertThat(decode.errors()).isEmpty();
        }
    }

    @Test
    void passesManyFramesByInConstantMemory() throws Exception {
        int count = 30_000;
        try (ChildProcess decode = ChildProcess.gibbon(SMALL, "decode", "-", "--payload", "64")) {
            Thread sender = new Thread(() -> {
                try (OutputStream input = decode.input()) {
                    byte[] frame = Hex.bytes("82 7e 0400 00*1024");
                    for (int i = 0; i < count; i++) {
                        input.write(frame);
                    }
                } catch (IOException ended) {
                    // The test fails at its end of the stream.
                }
            });
            sender.start();
            readUntil(decode, "end of the stream at byte " + 1028 * count + ", " + count + " frames");
            sender.join();
            assertThat(decode.exitCode()).isZero();
            assertThat(decode.errors()).isEmpty();
        }
    }

    @Test
    void aDeclaredLengthReservesNothing() throws Exception {
        try (ChildProcess decode =
                ChildProcess.gibbon(SMALL, "decode", "--payload", "16MiB", "82 7f 7fffffffffffffff 00")) {
            assertThat(decode.exitCode()).isEqualTo(1);
            assertThat(decode.errors())
                    .containsExactly("gibbon decode: byte 11, in the frame at byte 0: the stream ends after 1 of"
                            + " 9223372036854775807 bytes of payload");
        }
    }

    @Test
    void stopsQuietlyWhenTheReaderOfItsOutputHasGone() throws Exception {
        ProcessBuilder decode = new ProcessBuilder(ChildProcess.command(SMALL, "decode", "-"));
        List<Process> pipeline = ProcessBuilder.startPipeline(List.of(decode, new ProcessBuilder("head", "-n", "1")));
        Process first = pipeline.get(0);
        try (OutputStream input = first.getOutputStream()) {
            byte[] frames = Hex.bytes("8a00".repeat(1000));
            while (first.isAlive()) {
                input.write(frames);
                input.flush();
            }
        } catch (IOException ended) {
            // It reads no more.
        }
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(first.getErrorStream().readAllBytes()).isEmpty();
        assertThat(new String(pipeline.get(1).getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("frame 1 at byte 0: pong, 0 bytes\n");
    }

    private static void readUntil(ChildProcess decode, String wanted) throws InterruptedException {
        String line = decode.line();
        while (!wanted.equals(line)) {
            assertThat(line).as("the output ends without: " + wanted).isNotNull();
            line = decode.line();
        }
    }
}

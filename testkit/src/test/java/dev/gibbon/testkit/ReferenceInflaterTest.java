package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceInflaterTest {
    private static String inflate(String hex) throws ReferenceInflater.BadData {
        return new String(new ReferenceInflater(15).message(Hex.bytes(hex)), StandardCharsets.UTF_8);
    }

    /** RFC 7692, 7.2.3.1 and 7.2.3.3 to 7.2.3.6. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "f2 48 cd c9 c9 07 00",
                "00 05 00 fa ff 48 65 6c 6c 6f 00",
                "f3 48 cd c9 c9 07 00 00",
                "f3 48 cd c9 c9 07 00",
                "f2 48 05 00 00 00 ff ff ca c9 c9 07 00"
            })
    void inflatesTheExamples(String hex) throws Exception {
        assertThat(inflate(hex)).isEqualTo("Hello");
    }

    @Test
    void inflatesNothing() throws Exception {
        assertThat(inflate("00")).isEmpty();
        assertThat(inflate("")).isEmpty();
    }

    /** RFC 7692, 7.2.3.2. */
    @Test
    void keepsTheHistory() throws Exception {
        var inflater = new ReferenceInflater(15);
        assertThat(inflater.message(Hex.bytes("f2 48 cd c9 c9 07 00")))
                .asString()
                .isEqualTo("Hello");
        assertThat(inflater.furthest()).isZero();
        assertThat(inflater.message(Hex.bytes("f2 00 11 00 00"))).asString().isEqualTo("Hello");
        assertThat(inflater.furthest()).isEqualTo(5);
        inflater.forget();
        assertThatThrownBy(() -> inflater.message(Hex.bytes("f2 00 11 00 00")))
                .isInstanceOf(ReferenceInflater.BadData.class)
                .hasMessageContaining("history");
    }

    @ParameterizedTest
    @CsvSource({
        "06, reserved type",
        "00 01 00 00 00, complement",
        "f2 00 11 00 00, history",
        "f2 48 cd c9 c9 07, inside a block",
        "f3 48 cd c9 c9 07, appended",
        "00 04 00 fb ff, appended",
        "00 03 00 fc ff, appended",
        "fc 00 00, too many",
        "04 00*60, without a code",
        "04 20 49 92 24 00, complete code",
        "1b 03, no such"
    })
    void refuses(String hex, String why) {
        assertThatThrownBy(() -> inflate(hex))
                .isInstanceOf(ReferenceInflater.BadData.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 12, 15})
    void isStrictAboutTheWindow(int bits) throws Exception {
        byte[] message = new byte[(1 << bits) + 64];
        new Random(bits).nextBytes(message);
        // The second half of the last bytes repeats what is one byte too far away, or just near enough.
        for (int more = 0; more <= 1; more++) {
            byte[] repeated = message.clone();
            int distance = (1 << bits) + more;
            System.arraycopy(repeated, 0, repeated, distance, repeated.length - distance);
            var wide = new ReferenceInflater(15);
            byte[] payload = deflate(repeated);
            if (bits == 15) {
                continue;
            }
            assertThat(wide.message(payload)).isEqualTo(repeated);
            assertThat(wide.furthest()).isEqualTo(distance);
            var strict = new ReferenceInflater(bits);
            if (more == 0) {
                assertThat(strict.message(payload)).isEqualTo(repeated);
            } else {
                assertThatThrownBy(() -> strict.message(payload)).hasMessageContaining("window");
            }
        }
    }

    private static byte[] deflate(byte[] message) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(message);
        byte[] out = new byte[2 * message.length + 100];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4);
    }

    @Test
    void inflatesWhatThePlatformDeflates() {
        Seeded.run(1, 60, random -> {
            byte[] message = new byte[random.nextInt(40_000)];
            int kinds = 1 + random.nextInt(256);
            for (int i = 0; i < message.length; i++) {
                message[i] = (byte) (i > 10 && random.nextInt(3) > 0 ? message[i / 2] : random.nextInt(kinds));
            }
            var inflater = new ReferenceInflater(15);
            assertThat(inflater.message(deflate(message))).isEqualTo(message);
            assertThat(inflater.message(deflate(message))).isEqualTo(message);
        });
    }
}

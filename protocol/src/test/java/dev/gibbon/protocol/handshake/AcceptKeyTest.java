package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptKeyTest {

    @Test
    void theExampleOfTheRfc() {
        assertThat(new AcceptKey().accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void oneInstanceServesManyKeys() throws Exception {
        AcceptKey acceptKey = new AcceptKey();
        Random random = new Random(6455);
        for (int i = 0; i < 1000; i++) {
            byte[] nonce = new byte[16];
            random.nextBytes(nonce);
            String key = Base64.getEncoder().encodeToString(nonce);
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            assertThat(acceptKey.accept(key)).isEqualTo(Base64.getEncoder().encodeToString(hash));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAAAAAAAAAAAAAAAAAAAA==", "azAZ09+/azAZ09+/azAZ0w==", "/////////////////////w=="})
    void acceptsCanonicalKeys(String key) {
        assertThat(valid(key)).isTrue();
    }

    /** The last digit holds two bits of the key and four that must be zero. */
    @Test
    void theLastDigitIsOneOfFour() {
        for (int octet = 0; octet < 256; octet++) {
            String key = "AAAAAAAAAAAAAAAAAAAAA" + (char) octet + "==";
            assertThat(valid(key)).as("octet %x", octet).isEqualTo("AQgw".indexOf(octet) >= 0);
        }
    }

    @Test
    void everyOtherDigitIsOneOfTheAlphabet() {
        for (int place = 0; place < 21; place++) {
            for (int octet = 0; octet < 256; octet++) {
                StringBuilder key = new StringBuilder("AAAAAAAAAAAAAAAAAAAAAA==");
                key.setCharAt(place, (char) octet);
                boolean digit = String.valueOf((char) octet).matches("[A-Za-z0-9+/]");
                assertThat(valid(key.toString())).as("octet %x", octet).isEqualTo(digit);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=",
                "AAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAA==A",
                "AAAAAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAAA=A",
                "AAAAAAAAAAAAAAAAAAAAA===",
                "-_AAAAAAAAAAAAAAAAAAAA==",
                " AAAAAAAAAAAAAAAAAAAAA=="
            })
    void refusesAnythingElse(String key) {
        assertThat(valid(key)).isFalse();
        AcceptKey acceptKey = new AcceptKey();
        assertThatIllegalArgumentException().isThrownBy(() -> acceptKey.accept(key));
    }

    private static boolean valid(String key) {
        byte[] bytes = Heads.latin1("x" + key + "x");
        return AcceptKey.isValidKey(bytes, 1, bytes.length - 1);
    }
}

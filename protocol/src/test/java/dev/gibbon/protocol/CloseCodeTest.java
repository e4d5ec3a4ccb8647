package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloseCodeTest {
    @Test
    void codesOnTheWireAreTheseAndNoOthers() {
        var expected = new TreeSet<Integer>();
        for (int code : new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014}) {
            expected.add(code);
        }
        for (int code = 3000; code <= 4999; code++) {
            expected.add(code);
        }
        for (int code = -70_000; code <= 140_000; code++) {
            assertThat(CloseCode.mayBeReceived(code)).as("receive %d", code).isEqualTo(expected.contains(code));
            assertThat(CloseCode.mayBeSent(code)).as("send %d", code).isEqualTo(expected.contains(code));
        }
        assertThat(CloseCode.mayBeSent(Integer.MIN_VALUE)).isFalse();
        assertThat(CloseCode.mayBeSent(Integer.MAX_VALUE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1000, normal closure",
        "1001, going away",
        "1002, protocol error",
        "1003, unsupported data",
        "1005, no status received",
        "1006, abnormal closure",
        "1007, invalid frame payload data",
        "1008, policy violation",
        "1009, message too big",
        "1010, mandatory extension",
        "1011, internal error",
        "1012, service restart",
        "1013, try again later",
        "1014, bad gateway",
        "1015, TLS handshake",
        "0, invalid",
        "999, invalid",
        "1004, reserved",
        "1016, reserved",
        "2999, reserved",
        "3000, registered",
        "3999, registered",
        "4000, private use",
        "4999, private use",
        "5000, invalid",
        "-1, invalid",
    })
    void everyCodeHasAName(int code, String name) {
        assertThat(CloseCode.nameOf(code)).isEqualTo(name);
    }
}

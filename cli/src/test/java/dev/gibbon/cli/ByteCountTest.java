package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "65536, 65536",
        "007, 7",
        "1KiB, 1024",
        "64 KiB, 65536",
        "32MiB, 33554432",
        "32mib, 33554432",
        "1GiB, 1073741824",
        "999999999999999999, 999999999999999999",
        "8589934591GiB, 9223372035781033984",
    })
    void readsPlainNumbersAndPowersOfTwo(String text, long bytes) {
        assertThat(ByteCount.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "+1",
                "1.5MiB",
                "1MB",
                "1M",
                "1k",
                "MiB",
                " MiB",
                "1 000",
                "0x10",
                "\u0661", // a digit of Unicode, not of ASCII
                "1000000000000000000",
                "8589934592GiB"
            })
    void refusesEverythingElse(String text) {
        assertThat(ByteCount.parse(text)).isEqualTo(-1);
    }
}

package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawFrameTest {
    /** The examples of RFC 6455, 5.7. */
    @Test
    void writesTheExamplesOfTheRfc() {
        assertThat(Hex.of(RawFrame.text("Hello").bytes())).isEqualTo("81 05 48 65 6c 6c 6f");
        assertThat(Hex.of(RawFrame.text("Hello").masked(0x37fa213d).bytes()))
                .isEqualTo("81 85 37 fa 21 3d 7f 9f 4d 51 58");
        assertThat(Hex.of(RawFrame.text("Hel").unfinished().bytes())).isEqualTo("01 03 48 65 6c");
        assertThat(RawFrame.of(RawFrame.BINARY, new byte[256]).bytes()).startsWith(Hex.bytes("82 7e 01 00"));
        assertThat(RawFrame.of(RawFrame.BINARY, new byte[65536]).bytes())
                .startsWith(Hex.bytes("82 7f 00 00 00 00 00 01 00 00"));
    }

    @ParameterizedTest
    @CsvSource({"0,7", "125,7", "126,16", "65535,16", "65536,64"})
    void readsWhatItWrites(int length, int form) throws IOException {
        RawFrame frame = RawFrame.of(RawFrame.BINARY, new byte[length]).masked(0x01020384);
        byte[] bytes = frame.bytes();

        RawFrame read = read(bytes);

        assertThat(bytes).hasSize(length + (form == 7 ? 6 : form == 16 ? 8 : 14));
        assertThat(read).isEqualTo(frame).hasSameHashCodeAs(frame);
        assertThat(read.payload()).isEqualTo(new byte[length]);
        assertThat(read.key()).hasValue(0x01020384);
        assertThat(read.isMinimal()).isTrue();
    }

    @Test
    void makesFramesThatAreWrong() throws IOException {
        assertThat(Hex.of(RawFrame.text("a").withRsv(5).bytes())).isEqualTo("d1 01 61");
        assertThat(Hex.of(RawFrame.text("a").withLengthForm(16).bytes())).isEqualTo("81 7e 00 01 61");
        assertThat(Hex.of(RawFrame.text("a").withLengthForm(64).bytes())).isEqualTo("81 7f 00 00 00 00 00 00 00 01 61");
        assertThat(Hex.of(RawFrame.text("").claiming(-1).bytes())).isEqualTo("81 7f ff ff ff ff ff ff ff ff");
        assertThat(Hex.of(RawFrame.of(15, new byte[0]).bytes())).isEqualTo("8f 00");
        assertThat(read(Hex.bytes("d1 7e 0001 61")).isMinimal()).isFalse();
        assertThat(read(Hex.bytes("d1 01 61")).rsv()).isEqualTo(5);
        assertThatThrownBy(() -> RawFrame.text("a").withLengthForm(8)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsCloses() throws IOException {
        RawFrame close = read(Hex.bytes("88 05 03e8 'bye'"));

        assertThat(close).isEqualTo(RawFrame.close(1000, "bye"));
        assertThat(close.closeCode()).isEqualTo(1000);
        assertThat(close.closeReason()).isEqualTo("bye");
        assertThat(read(Hex.bytes("88 00")).closeCode()).isEqualTo(RawFrame.NO_CODE);
        assertThat(read(Hex.bytes("88 00")).closeReason()).isEmpty();
        assertThatThrownBy(() -> RawFrame.text("no").closeCode()).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"''", "81", "8102", "810261", "8184 010203", "817e00", "817f00000000000000"})
    void theEndOfTheStreamInAFrameIsAFault(String hex) {
        assertThatThrownBy(() -> read(Hex.bytes(hex))).isInstanceOf(EOFException.class);
    }

    @Test
    void aClaimTooLargeIsRefusedBeforeMemoryIsReserved() {
        assertThatThrownBy(() -> read(Hex.bytes("81 7f ff*8")))
                .isExactlyInstanceOf(IOException.class)
                .hasMessageContaining("18446744073709551615");
    }

    @Test
    void showsItselfInHex() {
        assertThat(RawFrame.text("Hi")).hasToString("81 02 48 69");
        assertThat(RawFrame.of(RawFrame.BINARY, new byte[200]).toString()).endsWith("... (200 bytes of payload)");
    }

    private static RawFrame read(byte[] bytes) throws IOException {
        return RawFrame.read(new ByteArrayInputStream(bytes));
    }
}

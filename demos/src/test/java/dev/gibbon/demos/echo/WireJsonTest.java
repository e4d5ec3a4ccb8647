package dev.gibbon.demos.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.TappedFrame;
import dev.gibbon.testkit.Hex;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WireJsonTest {
    @Test
    void writesAMaskedFrame() {
        // RFC 6455, 5.7: "A single-frame masked text message", contains "Hello"
        var frame = new TappedFrame(
                true,
                Instant.ofEpochMilli(1234),
                true,
                0,
                1,
                true,
                0x37fa213d,
                7,
                5,
                Hex.bytes("81 85 37 fa 21 3d"),
                Hex.bytes("7f 9f 4d 51 58"),
                Hex.bytes("48 65 6c 6c 6f"));
        assertThat(WireJson.of(frame, 0))
                .isEqualTo("{\"in\":true,\"time\":1234,\"fin\":true,\"rsv\":0,\"opcode\":1,\"masked\":true,"
                        + "\"key\":\"37fa213d\",\"lengthBits\":7,\"length\":5,\"header\":\"818537fa213d\","
                        + "\"wire\":\"7f9f4d5158\",\"plain\":\"48656c6c6f\",\"missed\":0}");
    }

    @Test
    void writesAFrameWithoutMask() {
        byte[] quote = Hex.bytes("22 5c 0a"); // what JSON would have to escape
        var frame = new TappedFrame(
                false,
                Instant.ofEpochMilli(0),
                false,
                4,
                2,
                false,
                0,
                64,
                1L << 40,
                Hex.bytes("42 7f 00 00 01 00 00 00 00 00"),
                quote,
                quote);
        assertThat(WireJson.of(frame, 7))
                .isEqualTo("{\"in\":false,\"time\":0,\"fin\":false,\"rsv\":4,\"opcode\":2,\"masked\":false,"
                        + "\"key\":\"\",\"lengthBits\":64,\"length\":1099511627776,\"header\":\"427f0000010000000000\","
                        + "\"wire\":\"225c0a\",\"plain\":\"225c0a\",\"missed\":7}");
    }

    @Test
    void keepsTheKeysLeadingZeros() {
        byte[] none = new byte[0];
        var frame = new TappedFrame(
                true, Instant.EPOCH, true, 0, 9, true, 0x0000_00ff, 7, 0, Hex.bytes("89 80 00 00 00 ff"), none, none);
        assertThat(WireJson.of(frame, 0)).contains("\"key\":\"000000ff\"", "\"wire\":\"\"", "\"plain\":\"\"");
    }
}

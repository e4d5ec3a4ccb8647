package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import org.junit.jupiter.api.Test;

class FrameDiagramTest {
    @Test
    void drawsAMaskedFrame() {
        assertThat(diagram("81 85 37fa213d", "7f9f4d5158", 5)).isEqualTo("""
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
                        """);
    }

    @Test
    void drawsA16BitLengthAndCutsALongPayload() {
        assertThat(diagram("82 7e 0100", "00*256", 256)).isEqualTo("""
                              0                   1                   2                   3
                              0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
                             +-+-+-+-+-------+-+-------------+-------------------------------+
                             |F|R|R|R|opcode |M| Payload len |    Extended payload length    |
                             |I|S|S|S|  (4)  |A|     (7)     |             (16)              |
                             |N|V|V|V|       |S|             |                               |
                             | |1|2|3|       |K|             |                               |
                             |1|0|0|0|0 0 1 0|0|1 1 1 1 1 1 0|0 0 0 0 0 0 0 1 0 0 0 0 0 0 0 0|
                             +-+-+-+-+-------+-+-------------+-------------------------------+
                             |                         Payload Data                          |
                             |0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0|
                             +- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -+
                             |                  Payload Data continued ...                   |
                             |0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0|
                             +---------------------------------------------------------------+
                             :            Payload Data continued: 248 more bytes             :
                        """);
    }

    @Test
    void drawsA64BitLengthWithAMaskOverFourRows() {
        assertThat(diagram("82 ff 0000000000010000 37fa213d", "01", 65536)).isEqualTo("""
                              0                   1                   2                   3
                              0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
                             +-+-+-+-+-------+-+-------------+-------------------------------+
                             |F|R|R|R|opcode |M| Payload len |    Extended payload length    |
                             |I|S|S|S|  (4)  |A|     (7)     |             (64)              |
                             |N|V|V|V|       |S|             |                               |
                             | |1|2|3|       |K|             |                               |
                             |1|0|0|0|0 0 1 0|1|1 1 1 1 1 1 1|0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0|
                             +-+-+-+-+-------+-+-------------+- - - - - - - - - - - - - - - -+
                             |               Extended payload length continued               |
                             |0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1|
                             +- - - - - - - - - - - - - - - -+-------------------------------+
                             |    Extended payload length    |          Masking-key          |
                             |                               |             (32)              |
                             |0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0|0 0 1 1 0 1 1 1 1 1 1 1 1 0 1 0|
                             +-------------------------------+---------------+---------------+
                             |    Masking-key (continued)    | Payload Data  |
                             |0 0 1 0 0 0 0 1 0 0 1 1 1 1 0 1|0 0 0 0 0 0 0 1|
                             +-------------------------------+---------------+
                             :           Payload Data continued: 65535 more bytes            :
                        """);
    }

    @Test
    void drawsWhatCameOfABrokenHeader() {
        assertThat(diagram("83", "", 0)).isEqualTo("""
                              0                   1                   2                   3
                              0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
                             +-+-+-+-+-------+
                             |F|R|R|R|opcode |
                             |I|S|S|S|  (4)  |
                             |N|V|V|V|       |
                             | |1|2|3|       |
                             |1|0|0|0|0 0 1 1|
                             +-+-+-+-+-------+
                        """);
        assertThat(diagram("82 ff 00", "", 0))
                .endsWith("|0 0 0 0 0 0 0 0|\n     +-+-+-+-+-------+-+-------------+---------------+\n");
        assertThat(diagram("82 fe 0126 de", "", 0)).contains("|1 1 0 1 1 1 1 0|\n");
    }

    @Test
    void drawsAnEmptyFrame() {
        assertThat(diagram("89 00", "", 0))
                .endsWith("|1|0|0|0|1 0 0 1|0|0 0 0 0 0 0 0|\n     +-+-+-+-+-------+-+-------------+\n");
    }

    private static String diagram(String header, String payload, long length) {
        return String.join("\n", FrameDiagram.lines(Hex.bytes(header), Hex.bytes(payload), length)) + "\n";
    }
}

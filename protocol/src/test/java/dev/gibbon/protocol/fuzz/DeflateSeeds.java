package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Seeds for {@link DeflateTarget}: the examples of RFC 7692, 7.2.3, each kind of block and of fault, and content to deflate. */
final class DeflateSeeds {
    private static final String[] PAYLOADS = {
        "f248cdc9c90700", // RFC 7692, 7.2.3
        "f200110000",
        "f248cdc9c90700 f200110000",
        "000500faff48656c6c6f00",
        "f348cdc9c9070000",
        "f348cdc9c90700",
        "f24805000000ffffcac9c90700",
        "00",
        "",
        "0300",
        "0200",
        "010000ffff",
        "000000ffff00",
        "0300 0300 000000ffff 00",
        "06",
        "0005000000",
        "000500faff48",
        "f348cdc9c907",
        "f348cdc9c90700ff",
        "fc0000",
        "042049922400",
        "0400",
        "78 9c f248cdc9c90700",
        "000200fdff61c300",
        "000400fbfff09f988000"
    };

    private static final String[] CONTENTS = {
        "",
        "a",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "{\"name\":\"gibbon\",\"id\":12},",
        "\u4e2d\u6587 \u00fc\ud83d\ude00"
    };

    private DeflateSeeds() {}

    static List<byte[]> all() {
        List<byte[]> seeds = new ArrayList<>();
        int[][] cuts = {{}, {1}, {3, 0, 5}};
        for (String payload : PAYLOADS) {
            byte[] data = HexFormat.of().parseHex(payload.replace(" ", ""));
            for (int i = 0; i < cuts.length; i++) {
                // Text and binary, each takeover, each delivery, each limit.
                seeds.add(FuzzInput.bytes(1 << 5 | i << 2 | i << 6, cuts[i], data));
                seeds.add(FuzzInput.bytes(1 << 11 | i << 3 | i << 9, cuts[i], data));
            }
        }
        for (String content : CONTENTS) {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            byte[] repeated = content.repeat(200).getBytes(StandardCharsets.UTF_8);
            for (int level : new int[] {0, 1, 6, 9}) {
                byte[] deflated = MessageDeflater.whole(DeflatePool.unpooled(), level, 15, ByteBuffer.wrap(repeated));
                if (deflated.length < 1400) {
                    for (int limit = 0; limit < 4; limit++) {
                        seeds.add(FuzzInput.bytes(limit << 7 | limit << 5 | level << 12, cuts[limit % 3], deflated));
                    }
                }
                for (int bits = 0; bits < 8; bits++) {
                    int options = 1 << 4 | bits << 5 | level << 8 | (bits & 1) << 3 | (bits & 3) << 12 | 2 << 14;
                    seeds.add(FuzzInput.bytes(options, cuts[bits % 3], data));
                }
            }
        }
        return seeds;
    }
}

package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Seeds for {@link DeflateTarget}: the examples of RFC 7692, 7.2.3, each kind of block and of fault, and content to deflate. */
final class DeflateSeeds {
    private static final String[] PAYLOADS = {
        "f248cdc9c90700", // RFC 7692, 7.2.3
        "f200110000",
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

    private static final byte[] HELLO = HexFormat.of().parseHex("f248cdc9c90700");
    private static final byte[] AGAIN = HexFormat.of().parseHex("f200110000");

    private DeflateSeeds() {}

    static List<byte[]> all() {
        List<byte[]> seeds = new ArrayList<>();
        int[][] cuts = {{}, {1}, {3, 0, 5}};
        for (String payload : PAYLOADS) {
            byte[] data = HexFormat.of().parseHex(payload.replace(" ", ""));
            for (int i = 0; i < cuts.length; i++) {
                // Text and binary, each takeover, each delivery, each limit; alone, and before and behind others.
                seeds.add(FuzzInput.bytes(1 << 5 | i << 2 | i << 6, cuts[i], messages(data)));
                seeds.add(FuzzInput.bytes(1 << 11 | i << 3 | i << 7, cuts[i], messages(data, HELLO, AGAIN)));
                seeds.add(FuzzInput.bytes(1 << 3 | i << 5, cuts[i], messages(HELLO, AGAIN, data, HELLO, AGAIN)));
            }
        }
        for (byte[] content : contents()) {
            byte[] repeated = repeat(content, 100_000 / (content.length + 1));
            for (int level : new int[] {0, 1, 6, 9}) {
                byte[] deflated = MessageDeflater.whole(DeflatePool.unpooled(), level, 15, ByteBuffer.wrap(repeated));
                if (deflated.length < 1400) {
                    for (int i = 0; i < 8; i++) {
                        int options = (i & 3) << 7 | (i & 1) << 5 | i >> 2 << 6 | level << 11;
                        seeds.add(FuzzInput.bytes(options, cuts[i % 3], messages(HELLO, deflated)));
                    }
                }
                for (int bits = 0; bits < 8; bits++) {
                    int options = 1 << 4 | bits << 5 | level << 8 | (bits & 3) << 12 | 2 << 14;
                    seeds.add(FuzzInput.bytes(options, cuts[bits % 3], content));
                    seeds.add(FuzzInput.bytes(options | 1 << 3, cuts[(bits + 1) % 3], content));
                }
            }
        }
        return seeds;
    }

    /** Short texts, and noise that, repeated, tempts a deflater to reach just beyond a window. */
    private static List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>();
        for (String content : CONTENTS) {
            contents.add(content.getBytes(StandardCharsets.UTF_8));
        }
        Random random = new Random(7692);
        for (int length : new int[] {250, 300, 600, 1100}) {
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            contents.add(noise);
        }
        return contents;
    }

    private static byte[] repeat(byte[] content, int times) {
        ByteBuffer all = ByteBuffer.allocate(content.length * times);
        while (content.length > 0 && all.hasRemaining()) {
            all.put(content);
        }
        return all.array();
    }

    /** Each behind its length. */
    private static byte[] messages(byte[]... payloads) {
        var all = new ByteArrayOutputStream();
        for (byte[] payload : payloads) {
            all.write(Math.min(payload.length, DeflateTarget.REST));
            all.writeBytes(payload);
        }
        return all.toByteArray();
    }
}

package dev.gibbon.protocol.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Seeds for {@link FramesTarget}: the examples of RFC 6455, 5.7, one stream for each rule, and scripts that make large payloads. */
final class FramesSeeds {
    /** Options of a script that are not of the role: bit 3, past the buffer, the tap, 4,099 bytes for a unit of the cut. */
    private static final int SCRIPT = 1 << 3 | 1 << 12 | 1 << 11 | 3 << 4;

    private static final String[] FROM_SERVER = {
        "810548656c6c6f", // RFC 6455, 5.7
        "010348656c 80026c6f",
        "890548656c6c6f 8a00",
        "827e0258" + "ab".repeat(600), // the fuzzer makes no input longer than the longest seed
        "010348656c 890170 8000 8802 03e8",
        "0102c3a9 8001e2 810161", // text that ends inside a character
        "8103eda080",
        "c10161",
        "a10161",
        "910161",
        "830161",
        "8b00", // reserved bits and opcodes
        "0900",
        "897e0000",
        "8a7f", // control frames: fragmented, too long
        "800161",
        "010161 810162",
        "817e007d" + "61".repeat(125),
        "827f000000000000ffff00",
        "827f8000000000000000",
        "827f7fffffffffffffff0102",
        "8800",
        "880103",
        "880203e8",
        "880203ec",
        "88040bb86869",
        "8803ffff61",
        "880503e8c328",
        "880403e8eda0 810161",
        "818548656c6c",
        "0200 0000 0000 8000 8200",
    };

    private static final String[] FROM_CLIENT = {
        "818537fa213d7f9f4d5158",
        "898537fa213d7f9f4d5158 8a8000000000",
        "018337fa213d7f9f4d 8082010203046d69",
        "827e",
        "82fe0100 01020304" + "ab".repeat(256),
        "888201020304 02ea",
        "8200",
    };

    private static final String[] SCRIPTS = {
        "82ffff0301", "81ffff0301", "81c3500302", "01ffff0200 80ffff0200 8900050000 8800050006",
        "01ffff0203 0000010000 80ffff0205 8100050001", "0220000004 8020000003", "81ffff03f8", "82ffff03e0 8100100000",
        "0100010009 0000010001 0000010002 8000020003", "8900050007 8a007d0000 88007d0002", "81ffff2001", "8100101001",
    };

    private FramesSeeds() {}

    static List<byte[]> all() {
        List<byte[]> seeds = new ArrayList<>();
        int[][] cuts = {{}, {1}, {2, 5}};
        add(seeds, FROM_SERVER, 1 | 1 << 11, cuts);
        add(seeds, FROM_CLIENT, 1 << 6, cuts);
        add(seeds, SCRIPTS, SCRIPT, new int[][] {{1}, {16, 3}});
        add(seeds, SCRIPTS, SCRIPT | 1, new int[][] {{4, 1, 9}});
        for (int limits = 1; limits <= 3; limits++) {
            add(seeds, SCRIPTS, SCRIPT | limits << 1, new int[][] {{2, 7}});
        }
        for (int code :
                new int[] {0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535
                }) {
            add(seeds, new String[] {"8802%04x".formatted(code)}, 1, new int[][] {{}});
        }
        // The limits of 60 bytes a frame, 100 a message and 3 frames, and one more.
        String small = "61".repeat(20);
        String large = "61".repeat(60);
        String[] limits = {
            "813c" + large,
            "813d" + large + "61",
            "013c" + large + "8028" + small + small,
            "013c" + large + "8029" + small + small + "61",
            "0100 0000 8000",
            "0100 0000 0000 8000",
        };
        add(seeds, limits, 1 | 1 << 1, new int[][] {{}, {3}});
        return seeds;
    }

    private static void add(List<byte[]> seeds, String[] streams, int options, int[][] cuts) {
        for (String stream : streams) {
            byte[] data = parse(stream);
            for (int[] lengths : cuts) {
                seeds.add(FuzzInput.bytes(options, lengths, data));
            }
        }
    }

    private static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}

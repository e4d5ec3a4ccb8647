package dev.gibbon.protocol.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Seeds for {@link Utf8Target}: each row of RFC 3629's table, its borders, and one octet beyond them. */
final class Utf8Seeds {
    private static final String[] TEXTS = {
        "48656c6c6f20576f726c64",
        "c2a9 dfbf e0a080 e1808f ecbfbf ed8080 ed9fbf ee8080 efbfbf", // two and three octets
        "f0908080 f1808080 f3bfbfbf f4808080 f48fbfbf", // four octets
        "c080 c1bf e09fbf f08fbfbf", // overlong
        "eda080 edbfbf", // surrogates
        "f4908080 f5808080 ff fe", // above U+10FFFF
        "80 bf", // tails alone
        "cebae1bdb9cf83cebcceb5 eda080 656469746564",
        "c2",
        "e0a0",
        "f09080",
        "e28882", // ends
        "6161616161616161616161616161616161e2888261616161616161616161616161616161f09f9880616161616161616161ff",
    };

    private Utf8Seeds() {}

    static List<byte[]> all() {
        List<byte[]> seeds = new ArrayList<>();
        int[][] cuts = {{}, {1}, {3, 0, 5}, {17, 8}};
        for (String text : TEXTS) {
            byte[] data = HexFormat.of().parseHex(text.replace(" ", ""));
            for (int i = 0; i < cuts.length; i++) {
                seeds.add(FuzzInput.bytes(i * 0x100 + i * 7, cuts[i], data));
            }
        }
        // Every octet that can begin or break a character, before the borders of what may follow it.
        int[] second = {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0};
        for (int lead = 0x80; lead <= 0xFF; lead++) {
            for (int next : second) {
                byte[] data = {(byte) lead, (byte) next, (byte) 0x80, (byte) 0xBF, 'a'};
                seeds.add(FuzzInput.bytes(0, new int[] {1 + next % 3}, data));
            }
        }
        return seeds;
    }
}

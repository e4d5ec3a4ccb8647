package dev.gibbon.cli;

import java.util.ArrayList;
import java.util.List;

/** Bytes as people look at them: offset, sixteen bytes, and the printable ones of them as ASCII. */
final class HexDump {
    private static final int WIDTH = 16;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private HexDump() {}

    /** One line for each sixteen bytes. */
    static List<String> lines(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += WIDTH) {
            StringBuilder line = new StringBuilder(80);
            for (int shift = 28; shift >= 0; shift -= 4) {
                line.append(HEX[at >> shift & 0xF]);
            }
            line.append("  ");
            int end = Math.min(at + WIDTH, bytes.length);
            line.append(row(bytes, at, end))
                    .append("   ".repeat(at + WIDTH - end))
                    .append("  |");
            for (int i = at; i < end; i++) {
                line.append(bytes[i] >= 0x20 && bytes[i] < 0x7F ? (char) bytes[i] : '.');
            }
            lines.add(line.append('|').toString());
        }
        return lines;
    }

    /** Bytes on one line, two digits each. */
    static String row(byte[] bytes, int from, int to) {
        StringBuilder row = new StringBuilder(3 * (to - from));
        for (int i = from; i < to; i++) {
            row.append(i > from ? " " : "").append(HEX[bytes[i] >> 4 & 0xF]).append(HEX[bytes[i] & 0xF]);
        }
        return row.toString();
    }
}

package dev.gibbon.internal.client;

import java.nio.charset.StandardCharsets;

/** Text of a peer, made fit for a message or a log: nothing but printable ASCII, and not much of it. */
final class PeerText {
    private static final int MOST_SHOWN = 200;

    private PeerText() {}

    static String shown(byte[] bytes) {
        return shown(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        int end = Math.min(text.length(), MOST_SHOWN);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F) {
                shown.append(c);
            } else if (c == '\r' || c == '\n' || c == '\t') {
                shown.append(' ');
            } else {
                shown.append('?');
            }
        }
        return shown.append(end < text.length() ? "..." : "").toString().strip();
    }
}

package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wire transcripts: what comes in, in hex and without masks, and what an engine must say to it. Every transcript runs in both
 * roles (masked for the server), both deliveries, from heap and direct buffers, whole, halved and byte by byte.
 */
final class Transcript {
    private Transcript() {}

    /** With the default limits. */
    static void receives(String hex, String... events) {
        receives(Limits.DEFAULT, hex, events);
    }

    static void receives(Limits limits, String hex, String... events) {
        receives(limits, null, hex, events);
    }

    /** With an agreed deflate. */
    static void receives(Limits limits, @Nullable DeflateParameters deflate, String hex, String... events) {
        byte[] unmasked = Hex.bytes(hex);
        for (Role role : Role.values()) {
            byte[] wire = role.expectsMaskedIncoming() ? masked(unmasked, Recorder.KEY) : unmasked;
            for (Delivery delivery : Delivery.values()) {
                for (boolean direct : new boolean[] {false, true}) {
                    Splits.forEach(wire, way -> {
                        var recorder = new Recorder(role, limits, delivery, direct, deflate);
                        for (byte[] piece : way.pieces()) {
                            recorder.feed(piece);
                        }
                        assertThat(recorder.lines())
                                .as("%s, %s, %s", role, delivery, direct ? "direct" : "heap")
                                .isEqualTo(List.of(events));
                        recorder.end();
                    });
                }
            }
        }
    }

    /** Masks frame by frame, as far as there are whole headers; a frame that has a mask already ends it. */
    static byte[] masked(byte[] unmasked, int key) {
        var out = new ByteArrayOutputStream();
        int at = 0;
        while (at < unmasked.length) {
            int second = at + 1 < unmasked.length ? unmasked[at + 1] & 0xFF : 0;
            int extended = second == 126 ? 2 : second == 127 ? 8 : 0;
            if (second >= 128 || at + 2 + extended > unmasked.length) {
                out.write(unmasked, at, Math.min(1, unmasked.length - at));
                if (at + 1 < unmasked.length) {
                    out.write(second | 0x80);
                    out.write(unmasked, at + 2, unmasked.length - at - 2);
                }
                break;
            }
            long length = extended == 0 ? second : 0;
            for (int i = 0; i < extended; i++) {
                length = (length << 8) | (unmasked[at + 2 + i] & 0xFF);
            }
            out.write(unmasked[at]);
            out.write(second | 0x80);
            out.write(unmasked, at + 2, extended);
            at += 2 + extended;
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.write(key >> shift);
            }
            int there = (int) (length < 0 ? 0 : Math.min(length, unmasked.length - at));
            for (int i = 0; i < there; i++) {
                out.write(unmasked[at + i] ^ (key >> (24 - 8 * (i % 4))));
            }
            at += there;
        }
        return out.toByteArray();
    }
}

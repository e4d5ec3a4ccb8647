package dev.gibbon.protocol;

import dev.gibbon.testkit.Hex;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The oracle of the random tests: reads a whole stream at once, in the plainest way, with nothing of the code under test but
 * the names of opcodes. Says what {@link Recorder} writes down, with failures as their code only.
 */
final class NaiveDecoder {
    private final byte[] wire;
    private final boolean masked;
    private final Limits limits;
    private final List<String> lines = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int type;
    private int frames;
    private int at;

    private NaiveDecoder(byte[] wire, boolean masked, Limits limits) {
        this.wire = wire;
        this.masked = masked;
        this.limits = limits;
    }

    static List<String> decode(byte[] wire, boolean masked, Limits limits) {
        var decoder = new NaiveDecoder(wire, masked, limits);
        String end = "";
        while (end.isEmpty()) {
            end = decoder.frame();
        }
        if (end.startsWith("F") || end.startsWith("C")) {
            decoder.lines.add(end);
        }
        return decoder.lines;
    }

    private int u8(int index) {
        return wire[index] & 0xFF;
    }

    /** One frame: "" to go on, "end" of the bytes, or the last line. */
    private String frame() {
        int left = wire.length - at;
        if (left < 2) {
            return "end";
        }
        boolean fin = u8(at) > 127;
        int reserved = u8(at) / 16 % 8;
        int opcode = u8(at) % 16;
        boolean mask = u8(at + 1) > 127;
        long length = u8(at + 1) % 128;
        boolean open = type != 0;
        boolean known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        if (reserved != 0 || !known || mask != masked) {
            return "FAILED 1002";
        }
        if (opcode >= 8 ? length > 125 || !fin : opcode == 0 ? !open : open) {
            return "FAILED 1002";
        }
        int head = 2;
        if (length >= 126) {
            int bytes = length == 126 ? 2 : 8;
            long least = length == 126 ? 126 : 65536;
            head += bytes;
            if (left < head + (mask ? 4 : 0)) {
                return "end";
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length * 256 + u8(at + 2 + i);
            }
            if (length < least) {
                return "FAILED 1002";
            }
        }
        if (left < head + (mask ? 4 : 0)) {
            return "end";
        }
        if (opcode < 8) {
            if (!open) {
                frames = 0;
                message.reset();
            }
            if (length > limits.maxFrameBytes() || length > limits.maxMessageBytes() - message.size()) {
                return "FAILED 1009";
            }
            if (++frames > limits.maxFramesPerMessage()) {
                return "FAILED 1008";
            }
        }
        int from = at + head + (mask ? 4 : 0);
        int there = (int) Math.min(length, wire.length - from);
        byte[] payload = new byte[there];
        for (int i = 0; i < there; i++) {
            payload[i] = (byte) (mask ? wire[from + i] ^ wire[at + head + i % 4] : wire[from + i]);
        }
        at = from + there;
        return opcode < 8
                ? data(opcode, fin && there == length, payload, there < length)
                : control(opcode, payload, length);
    }

    private String data(int opcode, boolean ends, byte[] payload, boolean cut) {
        if (opcode != 0) {
            type = opcode;
        }
        message.writeBytes(payload);
        byte[] whole = message.toByteArray();
        if (type == 1 && !(ends ? isUtf8(whole) : mayBecomeUtf8(whole))) {
            return "FAILED 1007";
        }
        if (ends) {
            String shown = type == 1
                    ? "TEXT " + new String(whole, StandardCharsets.UTF_8)
                    : "BINARY " + (whole.length <= 64 ? Hex.of(whole) : whole.length + " bytes " + Recorder.sum(whole));
            lines.add(shown.trim());
            type = 0;
        }
        return cut ? "end" : "";
    }

    private String control(int opcode, byte[] payload, long length) {
        if (payload.length < length) {
            return "end";
        }
        if (opcode != 8) {
            lines.add((opcode == 9 ? "PING " : "PONG ") + Hex.of(payload));
            return "";
        }
        if (length == 0) {
            return "CLOSE 1005";
        }
        int code = length < 2 ? 0 : (payload[0] & 0xFF) * 256 + (payload[1] & 0xFF);
        boolean named = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        if (!named && (code < 3000 || code > 4999)) {
            return "FAILED 1002";
        }
        byte[] reason = java.util.Arrays.copyOfRange(payload, 2, payload.length);
        return isUtf8(reason)
                ? ("CLOSE " + code + " " + new String(reason, StandardCharsets.UTF_8)).trim()
                : "FAILED 1007";
    }

    static boolean isUtf8(byte[] bytes) {
        return !StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes), CharBuffer.allocate(bytes.length), true)
                .isError();
    }

    /** Some continuation of at most three octets makes it whole. */
    static boolean mayBecomeUtf8(byte[] bytes) {
        for (String more : List.of("", "80", "bf", "80 80", "bf 80", "80 80 80", "bf 80 80")) {
            byte[] added = Hex.bytes(more);
            byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + added.length);
            System.arraycopy(added, 0, longer, bytes.length, added.length);
            if (isUtf8(longer)) {
                return true;
            }
        }
        return false;
    }
}

package dev.gibbon.cli;

import dev.gibbon.protocol.CloseCode;
import dev.gibbon.protocol.Frame;
import dev.gibbon.protocol.FrameFormatException;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells each frame of one stream: the diagram of RFC 6455, 5.2, then a line for each field. Remembers of the stream only how
 * many frames there were and the type of the message that is not finished, which continuations belong to. For one thread.
 */
final class FrameReport {
    /** Wire bytes on the line of a masked payload; what they mean is below, unmasked. */
    private static final int WIRE_BYTES = 16;

    private static final int NAME_WIDTH = 25;

    private final int shown;
    private final List<String> lines = new ArrayList<>();
    private long frames;
    private long end;
    private @Nullable Opcode unfinished;

    /** A report that shows at most this many bytes of each payload. */
    FrameReport(int shown) {
        this.shown = shown;
    }

    /** The lines of the next frame. */
    List<String> frame(Frame frame) {
        lines.clear();
        frames++;
        end = frame.offset() + frame.headerLength() + frame.payloadLength();
        // A frame whose length is not in its shortest form is broken, so this gives the bytes that came.
        ByteBuffer bytes = ByteBuffer.allocate(frame.headerLength());
        FrameHeader.encode(
                bytes, frame.fin(), frame.rsv(), frame.opcode(), frame.masked(), frame.key(), frame.payloadLength());
        byte[] wire = frame.wirePayload();
        Opcode type = typeOf(frame.opcode());
        lines.add("frame " + frames + " at byte " + frame.offset() + ": " + title(frame, type));
        lines.addAll(FrameDiagram.lines(bytes.array(), wire, frame.payloadLength()));
        headerFields(bytes.flip(), "  the message is compressed");
        payloadFields(frame, type, wire);
        lines.add("");
        if (!type.isControl()) {
            unfinished = frame.fin() ? null : type;
        }
        return lines;
    }

    /** The lines for what came of the header of a frame that is broken. */
    List<String> broken(FrameFormatException fault) {
        lines.clear();
        lines.add("frame " + (frames + 1) + " at byte " + fault.frameOffset() + ": broken at byte " + fault.offset());
        byte[] header = fault.headerBytes();
        if (header.length > 0) {
            lines.addAll(FrameDiagram.lines(header, new byte[0], 0));
            if (new FrameHeader().parse(ByteBuffer.wrap(header))) {
                headerFields(ByteBuffer.wrap(header), "");
            }
        }
        return lines;
    }

    /** The lines after the last frame. */
    List<String> end() {
        lines.clear();
        String message =
                unfinished == null ? "" : "; the last frame of the " + nameOf(unfinished) + " message has not come";
        lines.add("end of the stream at byte " + end + ", " + frames + (frames == 1 ? " frame" : " frames") + message);
        return lines;
    }

    /** A continuation is of the type that its message began with. */
    private Opcode typeOf(Opcode opcode) {
        return opcode == Opcode.CONTINUATION && unfinished != null ? unfinished : opcode;
    }

    private static String title(Frame frame, Opcode type) {
        String name = nameOf(type);
        if (!type.isControl()) {
            boolean first = frame.opcode() != Opcode.CONTINUATION;
            String place =
                    first && frame.fin() ? "whole" : first ? "first of a" : frame.fin() ? "last of a" : "more of a";
            name = place + " " + name + " message";
        }
        String compressed = frame.isCompressed() ? ", compressed" : "";
        return name + compressed + (frame.masked() ? ", masked, " : ", ") + count(frame.payloadLength());
    }

    private void headerFields(ByteBuffer bytes, String compressed) {
        FrameHeader header = new FrameHeader();
        header.parse(bytes);
        String last = header.isControl() ? "a control frame is one frame" : "the last frame of its message";
        String more = header.isControl() ? "not allowed in a control frame" : "more frames of its message follow";
        field("FIN", header.fin() ? "1  " + last : "0  " + more);
        field("RSV1", header.rsv1() ? "1" + compressed : "0");
        field("RSV2", header.rsv2() ? "1" : "0");
        field("RSV3", header.rsv3() ? "1" : "0");
        field("opcode", opcode(header));
        field("MASK", header.masked() ? "1  masked, as a client sends" : "0  not masked, as a server sends");
        if (header.lengthBits() == 7) {
            field("Payload len", Integer.toString(header.shortLength()));
        } else {
            field("Payload len", header.shortLength() + "  the next " + header.lengthBits() + " bits tell it");
            field("Extended payload length", Long.toUnsignedString(header.payloadLength()));
        }
        if (header.masked()) {
            byte[] key = ByteBuffer.allocate(4).putInt(header.key()).array();
            field("Masking-key", HexDump.row(key, 0, key.length));
        }
    }

    private String opcode(FrameHeader header) {
        String bits = "0x" + Integer.toHexString(header.opcodeBits()).toUpperCase(Locale.ROOT) + "  ";
        Opcode opcode = header.opcode();
        if (opcode == null) {
            return bits + "reserved";
        }
        boolean goesOn = opcode == Opcode.CONTINUATION && unfinished != null;
        return bits + nameOf(opcode) + (goesOn ? " of a " + nameOf(typeOf(opcode)) + " message" : "");
    }

    private void payloadFields(Frame frame, Opcode type, byte[] wire) {
        if (frame.payloadLength() == 0) {
            field("Payload Data", "none");
            if (type == Opcode.CLOSE) {
                field("Close code", "none; a receiver reports " + code(CloseCode.NO_STATUS));
            }
            return;
        }
        if (frame.masked() && wire.length > 0 && shown > 0) {
            int length = Math.min(wire.length, WIRE_BYTES);
            String more = length < frame.payloadLength() ? " ..." : "";
            field("Payload Data, masked", HexDump.row(wire, 0, length) + more);
        }
        byte[] payload = frame.payload();
        if (type == Opcode.CLOSE) {
            field("Close code", code(((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF)));
            field("Close reason", quoted(payload, 2, payload.length));
        } else if (frame.isCompressed()) {
            int length = Math.min(Math.min(payload.length, shown), WIRE_BYTES);
            String more = length < frame.payloadLength() ? " ..." : "";
            field("Payload Data, compressed", HexDump.row(payload, 0, length) + more);
            field("Inflated", count(frame.inflatedLength()));
            data("Inflated", frame.inflated(), type, frame.inflatedLength());
        } else {
            data("Payload Data", payload, type, frame.payloadLength());
        }
    }

    private void data(String what, byte[] payload, Opcode type, long length) {
        int end = Math.min(payload.length, shown);
        if (type == Opcode.TEXT) {
            // A character that the limit cuts in two is left out; one that the frame cuts is shown by its octets.
            end -= end < length ? VisibleText.cutCharacter(payload, 0, end) : 0;
        }
        if (end > 0 && type == Opcode.TEXT) {
            field(what + ", text", quoted(payload, 0, end));
        } else if (end > 0) {
            String name = what;
            for (String line : HexDump.lines(Arrays.copyOf(payload, end))) {
                field(name, line);
                name = "";
            }
        }
        if (end < length) {
            String name = end > 0 ? "" : what;
            field(name, (end > 0 ? "and " : "") + count(length - end) + " not shown (see --payload)");
        }
    }

    private void field(String name, String value) {
        lines.add("     " + name + " ".repeat(NAME_WIDTH - name.length()) + value);
    }

    private static String quoted(byte[] text, int from, int to) {
        return '"' + VisibleText.ofUtf8(text, from, to).replace("\"", "\\\"") + '"';
    }

    private static String code(int code) {
        return code + "  " + CloseCode.nameOf(code);
    }

    private static String count(long bytes) {
        return bytes == 1 ? "1 byte" : bytes + " bytes";
    }

    private static String nameOf(Opcode opcode) {
        return opcode.name().toLowerCase(Locale.ROOT);
    }
}

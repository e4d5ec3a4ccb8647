package dev.gibbon.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws the first bytes of a frame as the diagram of RFC 6455, 5.2: 32 bits a row, each field in its box with its name and the
 * bits that came. The header may be incomplete: what did not come is not drawn. Immutable.
 */
final class FrameDiagram {
    private static final int ROW_BITS = 32;
    /** Rows that hold payload; what is beyond is told, not drawn. */
    private static final int PAYLOAD_ROWS = 2;

    private static final String MARGIN = "     ";
    private static final List<String> RULER = List.of(
            MARGIN + " 0                   1                   2                   3",
            MARGIN + " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1");

    /** A box: bits from one to before another, its names as they appear in its rows. */
    private record Field(int from, int to, List<String> label, List<String> continued) {
        Field(int from, int to, String... label) {
            this(from, to, List.of(label), List.of());
        }
    }

    private final List<Field> fields = new ArrayList<>();
    private final byte[] bytes;
    private final int bits;
    private final long beyond;

    private FrameDiagram(byte[] bytes, int bits, long beyond) {
        this.bytes = bytes;
        this.bits = bits;
        this.beyond = beyond;
    }

    /**
     * The lines of a diagram.
     *
     * @param header the bytes of the header that came, 1 to 14
     * @param payload the payload's first bytes as they were on the wire
     * @param payloadLength the length that the header declares; more than 0 draws "continued" when payload is shorter
     */
    static List<String> lines(byte[] header, byte[] payload, long payloadLength) {
        int lastRow = (header.length * 8 + ROW_BITS - 1) / ROW_BITS + PAYLOAD_ROWS;
        int room = lastRow * ROW_BITS / 8 - header.length;
        int drawn = (int) Math.min(Math.min(payload.length, room), payloadLength);
        byte[] bytes = new byte[header.length + drawn];
        System.arraycopy(header, 0, bytes, 0, header.length);
        System.arraycopy(payload, 0, bytes, header.length, drawn);
        FrameDiagram diagram = new FrameDiagram(bytes, bytes.length * 8, payloadLength - drawn);
        diagram.layFields(header.length * 8);
        return diagram.draw();
    }

    private void layFields(int headerBits) {
        fields.add(new Field(0, 1, "F", "I", "N", ""));
        for (int i = 1; i <= 3; i++) {
            fields.add(new Field(i, i + 1, "R", "S", "V", Integer.toString(i)));
        }
        fields.add(new Field(4, 8, "opcode", "(4)"));
        if (headerBits < 16) {
            return;
        }
        fields.add(new Field(8, 9, "M", "A", "S", "K"));
        fields.add(new Field(9, 16, "Payload len", "(7)"));
        int at = 16;
        int declared = bytes[1] & 0x7F;
        int extended = declared == 126 ? 16 : declared == 127 ? 64 : 0;
        if (extended > 0) {
            fields.add(new Field(
                    at,
                    at + extended,
                    List.of("Extended payload length", "(" + extended + ")"),
                    List.of("Extended payload length continued")));
            at += extended;
        }
        if (bytes[1] < 0) {
            fields.add(new Field(at, at + 32, List.of("Masking-key", "(32)"), List.of("Masking-key (continued)")));
            at += 32;
        }
        fields.add(new Field(at, Integer.MAX_VALUE, List.of("Payload Data"), List.of("Payload Data continued ...")));
    }

    private List<String> draw() {
        List<String> lines = new ArrayList<>(RULER);
        int rows = (bits + ROW_BITS - 1) / ROW_BITS;
        for (int row = 0; row < rows; row++) {
            lines.add(edge(row));
            drawRow(row, lines);
        }
        lines.add(edge(rows));
        if (beyond > 0) {
            boolean begun = bits > fields.get(fields.size() - 1).from();
            String rest = (begun ? "Payload Data continued: " + beyond + " more" : "Payload Data: " + beyond)
                    + (beyond == 1 ? " byte" : " bytes");
            lines.add(MARGIN + ":" + centered(rest, 2 * ROW_BITS - 1) + ":");
        }
        return lines;
    }

    /** The labels of a row's boxes, and the bits below them. */
    private void drawRow(int row, List<String> lines) {
        int from = row * ROW_BITS;
        int to = Math.min(from + ROW_BITS, bits);
        List<Field> boxes = boxes(from, to);
        int height = 0;
        for (Field box : boxes) {
            height = Math.max(height, label(box, from).size());
        }
        for (int i = 0; i < height; i++) {
            StringBuilder line = new StringBuilder(MARGIN).append('|');
            for (Field box : boxes) {
                List<String> label = label(box, from);
                int width = 2 * (Math.min(box.to(), to) - Math.max(box.from(), from)) - 1;
                line.append(centered(i < label.size() ? label.get(i) : "", width))
                        .append('|');
            }
            lines.add(line.toString());
        }
        StringBuilder line = new StringBuilder(MARGIN);
        for (int bit = from; bit < to; bit++) {
            line.append(isBoundary(bit) || bit == from ? '|' : ' ').append(bit(bit));
        }
        lines.add(line.append('|').toString());
    }

    private List<Field> boxes(int from, int to) {
        List<Field> boxes = new ArrayList<>();
        for (Field field : fields) {
            if (field.from() < to && field.to() > from) {
                boxes.add(field);
            }
        }
        return boxes;
    }

    /** In a row where a field only goes on it has its other name. */
    private static List<String> label(Field box, int from) {
        return box.from() < from ? box.continued() : box.label();
    }

    private char bit(int index) {
        return (bytes[index / 8] >> (7 - index % 8) & 1) == 0 ? '0' : '1';
    }

    private boolean isBoundary(int bit) {
        for (Field field : fields) {
            if (field.from() == bit || field.to() == bit) {
                return true;
            }
        }
        return false;
    }

    /** The line above a row (or below the last one): solid between fields, broken inside a field that goes on. */
    private String edge(int row) {
        int below = row * ROW_BITS;
        int above = below - ROW_BITS;
        int width = Math.min(ROW_BITS, Math.max(bits - below, row == 0 ? 0 : bits - above));
        StringBuilder line = new StringBuilder(MARGIN);
        for (int column = 0; column <= width; column++) {
            boolean corner = column == 0 || column == width || boundary(above, column) || boundary(below, column);
            line.append(corner ? '+' : inside(above + column) ? ' ' : '-');
            if (column < width) {
                line.append('-');
            }
        }
        return line.toString();
    }

    private boolean boundary(int rowBegins, int column) {
        int bit = rowBegins + column;
        boolean drawn = rowBegins >= 0 && bit <= bits;
        return drawn && (bit == bits || isBoundary(bit));
    }

    /** Whether the boxes above and below this place belong to one field. */
    private boolean inside(int bitAbove) {
        int bitBelow = bitAbove + ROW_BITS;
        if (bitAbove < 0 || bitBelow >= bits) {
            return false;
        }
        for (Field field : fields) {
            if (field.from() <= bitAbove && field.to() > bitBelow) {
                return true;
            }
        }
        return false;
    }

    private static String centered(String text, int width) {
        String shown = text;
        if (text.length() > width) {
            int blank = text.lastIndexOf(' ', width);
            shown = text.substring(0, blank > 0 ? blank : width);
        }
        int left = (width - shown.length()) / 2;
        return " ".repeat(left) + shown + " ".repeat(width - shown.length() - left);
    }
}

package dev.gibbon.internal.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** As much of DER (X.690) as the old forms of private keys need. Files of our own user, but read with care all the same. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;
    /** A constructed, context-specific element with this number added. */
    static final int CONTEXT = 0xa0;

    private final byte[] bytes;
    private int at;
    private final int end;

    private Der(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    static Der of(byte[] bytes) {
        return new Der(bytes, 0, bytes.length);
    }

    /** The tag of the next element, or -1 at the end. */
    int tag() {
        return at < end ? bytes[at] & 0xff : -1;
    }

    /** The inside of the next element; null if that has another tag or is broken. */
    @Nullable
    Der enter(int tag) {
        if (tag() != tag || at + 2 > end) {
            return null;
        }
        int length = bytes[at + 1] & 0xff;
        int from = at + 2;
        if (length >= 0x80) {
            int octets = length - 0x80;
            if (octets == 0 || octets > 3 || from + octets > end) {
                return null;
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = (length << 8) | (bytes[from++] & 0xff);
            }
        }
        if (length > end - from) {
            return null;
        }
        at = from + length;
        return new Der(bytes, from, from + length);
    }

    /** All that is left of this element. */
    byte[] rest() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    /** An element with this content. */
    static byte[] element(int tag, byte[]... content) {
        int length = 0;
        for (byte[] part : content) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
            out.write(0x80 + octets);
            for (int i = octets - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        for (byte[] part : content) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}

package dev.gibbon.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes that a stream of hexadecimal text stands for, in constant memory; see {@link HexDigits}. For one thread. */
final class HexInputStream extends FilterInputStream {
    private final HexDigits digits;
    private final byte[] text = new byte[8 << 10];
    private HexDigits.@Nullable NotHexException fault;

    /** Over a stream of ASCII text, which faults call by this name. */
    HexInputStream(InputStream in, String source) {
        super(in);
        this.digits = new HexDigits(source);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int made = 0;
        while (made == 0) {
            if (fault != null) {
                throw fault;
            }
            // No more text than fits as bytes: a byte is two characters or more, and one may have its first digit here.
            int count = in.read(text, 0, Math.min(text.length, length));
            if (count < 0) {
                digits.end();
                return -1;
            }
            made = convert(count, target, offset);
        }
        return made;
    }

    /** Bytes before a fault are given first. */
    private int convert(int count, byte[] target, int offset) {
        int made = 0;
        try {
            for (int i = 0; i < count; i++) {
                int octet = digits.take(text[i] & 0xFF);
                if (octet != HexDigits.NONE) {
                    target[offset + made++] = (byte) octet;
                }
            }
        } catch (HexDigits.NotHexException notHex) {
            fault = notHex;
        }
        return made;
    }

    /** Bytes that can be read without waiting: at least none. */
    @Override
    public int available() throws IOException {
        return in.available() / 3;
    }

    @Override
    public long skip(long count) throws IOException {
        long left = count;
        byte[] skipped = new byte[1024];
        while (left > 0) {
            int read = read(skipped, 0, (int) Math.min(skipped.length, left));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        return count - left;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}

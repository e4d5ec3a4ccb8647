package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a head that was received, in their order. They are kept as the bytes that came, with offsets into them;
 * a {@code String} is made when it is asked for. Immutable; safe from any thread.
 *
 * <p>Names are compared without regard to case. Values have no blanks at their ends, and no control character but the
 * tab; bytes beyond ASCII appear as the Latin-1 characters of the same number.
 */
public final class HeaderFields {

    /** Ints per field in the index: start and end of its name, start and end of its value. */
    static final int STRIDE = 4;

    static final HeaderFields EMPTY = new HeaderFields(new byte[0], new int[0], 0);

    private final byte[] bytes;
    private final int[] index;
    private final int size;

    /** Takes over both arrays: nobody may write to them afterwards. */
    HeaderFields(byte[] bytes, int[] index, int size) {
        this.bytes = bytes;
        this.index = index;
        this.size = size;
    }

    /**
     * Fields that were not received but made here, such as those of a response in a test.
     *
     * @param fields the fields, in their order
     * @return the same as if they had been received
     */
    public static HeaderFields of(List<HeaderField> fields) {
        StringBuilder text = new StringBuilder();
        int[] index = new int[STRIDE * fields.size()];
        int at = 0;
        for (HeaderField field : fields) {
            index[at++] = text.length();
            index[at++] = text.append(field.name()).length();
            index[at++] = text.length();
            index[at++] = text.append(field.value()).length();
        }
        return new HeaderFields(text.toString().getBytes(StandardCharsets.US_ASCII), index, fields.size());
    }

    /**
     * The number of field lines.
     *
     * @return 0 to {@link HeadLimits#maxFields()}
     */
    public int size() {
        return size;
    }

    /**
     * The name of one field, as it was sent.
     *
     * @param i 0 to {@code size() - 1}
     * @return a token
     * @throws IndexOutOfBoundsException if there is no such field
     */
    public String name(int i) {
        return text(start(i, 0), index[STRIDE * i + 1]);
    }

    /**
     * The value of one field.
     *
     * @param i 0 to {@code size() - 1}
     * @return the value without blanks at its ends; may be empty
     * @throws IndexOutOfBoundsException if there is no such field
     */
    public String value(int i) {
        return text(start(i, 2), index[STRIDE * i + 3]);
    }

    /**
     * The value of the first field of a name.
     *
     * @param name the field name, in any case
     * @return its value, null if there is no such field
     */
    public @Nullable String first(String name) {
        int i = indexOf(name, 0);
        return i < 0 ? null : value(i);
    }

    /**
     * The values of all fields of a name.
     *
     * @param name the field name, in any case
     * @return their values in the order they were sent; empty if there is none
     */
    public List<String> all(String name) {
        int i = indexOf(name, 0);
        if (i < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(2);
        for (; i >= 0; i = indexOf(name, i + 1)) {
            values.add(value(i));
        }
        return List.copyOf(values);
    }

    /**
     * How many fields have a name.
     *
     * @param name the field name, in any case
     * @return 0 to {@code size()}
     */
    public int count(String name) {
        int count = 0;
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            count++;
        }
        return count;
    }

    /**
     * Whether a token is an element of a comma-separated list (RFC 9110, 5.6.1). The fields of one name make one list;
     * empty elements are passed over.
     *
     * @param name the field name, in any case
     * @param token the token, in any case
     * @return true if one element is that token; an element that only contains it does not count
     */
    public boolean hasToken(String name, String token) {
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            if (listHolds(token, valueStart(i), valueEnd(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean listHolds(String token, int from, int to) {
        int at = from;
        while (at < to) {
            while (at < to && (Octets.isBlank(bytes[at]) || bytes[at] == ',')) {
                at++;
            }
            int start = at;
            while (at < to && bytes[at] != ',') {
                at++;
            }
            int end = at;
            while (end > start && Octets.isBlank(bytes[end - 1])) {
                end--;
            }
            if (Octets.equalsIgnoreCase(bytes, start, end, token)) {
                return true;
            }
        }
        return false;
    }

    /** The index of the next field of a name at or after {@code from}, -1 if there is none. */
    int indexOf(String name, int from) {
        int length = name.length();
        for (int i = from; i < size; i++) {
            int start = index[STRIDE * i];
            int end = index[STRIDE * i + 1];
            if (end - start == length && Octets.equalsIgnoreCase(bytes, start, end, name)) {
                return i;
            }
        }
        return -1;
    }

    /** The bytes that the offsets are in. Not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    int valueStart(int i) {
        return index[STRIDE * i + 2];
    }

    int valueEnd(int i) {
        return index[STRIDE * i + 3];
    }

    private int start(int i, int part) {
        if (i < 0 || i >= size) {
            throw new IndexOutOfBoundsException("field " + i + " of " + size);
        }
        return index[STRIDE * i + part];
    }

    private String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** The number of fields and their names; no values, which may be secrets. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder().append(size).append(" fields:");
        for (int i = 0; i < size; i++) {
            names.append(' ').append(name(i));
        }
        return names.toString();
    }
}

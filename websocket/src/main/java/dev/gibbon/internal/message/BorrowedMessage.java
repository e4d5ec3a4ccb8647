package dev.gibbon.internal.message;

import dev.gibbon.Compression;
import dev.gibbon.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message whose payload lies in a buffer of the event loop. One object per connection, used for every message, so that
 * receiving allocates nothing: {@link #lend} before the callback, {@link #takeBack} after it. Only for the loop's thread;
 * any use outside the callback throws.
 */
public final class BorrowedMessage implements Message {
    private @Nullable ByteBuffer buffer;
    private @Nullable Thread borrower;
    private int offset;
    private int length;
    private boolean text;

    /** Makes it valid: the payload is {@code length} bytes of {@code buffer} from {@code offset}. */
    public void lend(ByteBuffer buffer, int offset, int length, boolean text, Thread borrower) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.text = text;
        this.borrower = borrower;
    }

    /** Makes it invalid. */
    public void takeBack() {
        buffer = null;
        borrower = null;
    }

    /** The buffer the payload lies in; its position and limit mean nothing. */
    public ByteBuffer buffer() {
        ByteBuffer lent = buffer;
        if (lent == null || Thread.currentThread() != borrower) {
            throw new IllegalStateException("a borrowed message was used outside its callback: use copy() to keep it");
        }
        return lent;
    }

    /** Where in {@link #buffer()} the payload begins. */
    public int offset() {
        return offset;
    }

    @Override
    public boolean isText() {
        buffer();
        return text;
    }

    @Override
    public int size() {
        buffer();
        return length;
    }

    @Override
    public ByteBuffer bytes() {
        return buffer().slice(offset, length).asReadOnlyBuffer();
    }

    @Override
    public String text() {
        if (!isText()) {
            throw new IllegalStateException("this message is binary: expected text; use bytes()");
        }
        return new String(toByteArray(), StandardCharsets.UTF_8);
    }

    @Override
    public byte[] toByteArray() {
        byte[] copy = new byte[size()];
        buffer().get(offset, copy);
        return copy;
    }

    @Override
    public Compression compression() {
        buffer();
        return Compression.AUTO;
    }

    @Override
    public Message compression(Compression choice) {
        return new OwnedMessage(isText(), toByteArray(), choice);
    }

    @Override
    public Message copy() {
        return new OwnedMessage(isText(), toByteArray());
    }

    @Override
    public String toString() {
        return buffer == null ? "borrowed message, taken back" : "borrowed message of " + length + " bytes";
    }
}

package dev.gibbon.internal.message;

import dev.gibbon.Compression;
import dev.gibbon.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** An immutable message with an array of its own; for any thread. */
public final class OwnedMessage implements Message {
    private final boolean text;
    private final byte[] payload;
    private final Compression compression;

    /**
     * Takes an array over.
     *
     * @param text whether the payload is (checked) UTF-8
     * @param payload never changed from now on
     */
    public OwnedMessage(boolean text, byte[] payload) {
        this(text, payload, Compression.AUTO);
    }

    OwnedMessage(boolean text, byte[] payload, Compression compression) {
        this.text = text;
        this.payload = payload;
        this.compression = Objects.requireNonNull(compression);
    }

    /** Encodes a text, refusing what UTF-8 cannot carry. */
    public static OwnedMessage ofText(String text) {
        return new OwnedMessage(true, utf8(text));
    }

    /** Encodes a text as UTF-8, refusing unpaired surrogates, which {@code getBytes} would replace silently. */
    public static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // A text that is all ASCII has as many bytes as characters; so has one with a replaced surrogate, hence the
        // look.
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw new IllegalArgumentException(
                    "unpaired surrogate at index " + i + ": text must be well-formed UTF-16 to be sent as UTF-8");
        }
        return bytes;
    }

    @Override
    public boolean isText() {
        return text;
    }

    @Override
    public int size() {
        return payload.length;
    }

    @Override
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(payload).asReadOnlyBuffer();
    }

    @Override
    public String text() {
        if (!text) {
            throw new IllegalStateException("this message is binary: expected text; use bytes()");
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] toByteArray() {
        return payload.clone();
    }

    @Override
    public Compression compression() {
        return compression;
    }

    @Override
    public Message compression(Compression choice) {
        return choice == compression ? this : new OwnedMessage(text, payload, choice);
    }

    @Override
    public Message copy() {
        return this;
    }

    /** The payload itself, for writing only: never changed, never handed out to the application. */
    public byte[] payload() {
        return payload;
    }

    @Override
    public String toString() {
        return (text ? "text message of " : "binary message of ") + payload.length + " bytes";
    }
}

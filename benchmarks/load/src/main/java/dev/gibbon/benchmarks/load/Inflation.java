package dev.gibbon.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates one reply after the other, none of which refers to another. Confined to one thread; to be closed. */
final class Inflation implements AutoCloseable {

    // RFC 7692, 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message."
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final Inflater inflater = new Inflater(true);
    private final ByteBuffer out;

    /**
     * An inflation.
     *
     * @param size the bytes that a message should have
     */
    Inflation(int size) {
        // One more, so that too long a message shows.
        out = ByteBuffer.allocateDirect(size + 1);
    }

    /**
     * Inflates a message.
     *
     * @param compressed from position to limit
     * @return what came of it, at most one byte more than a message should have; valid until the next call
     * @throws DataFormatException if it is not deflated data
     */
    ByteBuffer inflate(ByteBuffer compressed) throws DataFormatException {
        inflater.reset();
        out.clear();
        inflater.setInput(compressed);
        inflateAll();
        if (!inflater.finished()) {
            inflater.setInput(TAIL);
            inflateAll();
        }
        return out.flip();
    }

    private void inflateAll() throws DataFormatException {
        while (out.hasRemaining() && inflater.inflate(out) > 0) {
            // On to the end of the input or of the room.
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}

package dev.gibbon.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one connection: as they are, or under TLS. Never blocks. Confined to the generator's thread. */
interface Wire {

    /** Agrees on what there is to agree on, before anything else: false if it must be called again when the socket is ready. */
    boolean establish() throws IOException;

    /** Reads what is there: bytes read, 0 if none, -1 at the end of the stream. */
    int read(ByteBuffer in) throws IOException;

    /** Whether the last read stopped for want of room: then more may be there though the socket has nothing. */
    boolean hasMore();

    /** Takes bytes to be written: how many. Fewer than there are means that the socket takes no more for now. */
    int write(ByteBuffer out) throws IOException;

    /** Writes what was taken and not written yet: false if the socket takes no more for now. */
    boolean flush() throws IOException;
}

package dev.gibbon.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one connection: as they are, or under TLS. Never blocks. Confined to the generator's thread. */
interface Wire {

    /** Reads what is there: bytes read, 0 if none, -1 at the end of the stream. */
    int read(ByteBuffer in) throws IOException;

    /** Takes bytes to be written: how many. Fewer than there are means that the socket takes no more for now. */
    int write(ByteBuffer out) throws IOException;

    /** Writes what was taken and not written yet: false if the socket takes no more for now. */
    boolean flush() throws IOException;
}

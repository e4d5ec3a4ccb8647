package dev.gibbon.internal.proxied;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol, versions 1 and 2, read from whatever pieces it comes in. {@link #wanted()} never asks for a
 * byte that may belong to what follows. Confined to one thread.
 *
 * <p>The receiver "MUST not try to guess whether the protocol header is present or not": whoever has one of these needs a header.
 */
final class ProxyHeader {
    /** Section 2.1: "The maximum line lengths the receiver must support including the CRLF are [...] 107 chars". */
    static final int MOST_V1_BYTES = 107;

    /** Longest header of version 2, which could claim 64 KiB; addresses and what proxies add to them are some hundred bytes. */
    static final int MOST_V2_BYTES = 4096;

    private static final byte[] SIGNATURE_V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE_V2 = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

    /** "PROXY UNKNOWN" and the end of its line. */
    private static final int LEAST_V1_BYTES = 15;

    /** "PROXY TCP4 0.0.0.0 0.0.0.0 0 0" and the end of its line. */
    private static final int LEAST_TCP4_BYTES = 32;

    /** "PROXY TCP6 :: :: 0 0" and the end of its line. */
    private static final int LEAST_TCP6_BYTES = 22;

    private static final int FIXED_V2_BYTES = 16;
    private static final int INET4_BYTES = 12;
    private static final int INET6_BYTES = 36;
    private static final int UNIX_BYTES = 216;
    private static final int TLS_TYPE = 0x20;
    private static final int TLS_USED = 0x01;
    private static final int RECORD_HEAD_BYTES = 3;

    private byte[] kept = new byte[MOST_V1_BYTES];
    /** How many bytes have come. */
    private int size;
    /** Of version 2, how many bytes the whole header has; 0 while that is not known. */
    private int total;
    /** Of version 2, where the records behind the addresses begin. */
    private int records;
    /** Of the record that comes: its type, its length, and how many bytes of it have come. */
    private int recordType;

    private int recordLength;
    private int recordSize;
    private boolean complete;
    private @Nullable String fault;
    private @Nullable SocketAddress client;
    private boolean secure;

    /** How many more bytes belong to the header for certain; 0 when it is complete or broken. */
    int wanted() {
        if (complete || fault != null) {
            return 0;
        }
        if (size < LEAST_V1_BYTES) {
            return LEAST_V1_BYTES - size;
        }
        if (kept[0] == SIGNATURE_V2[0]) {
            return (total == 0 ? FIXED_V2_BYTES : total) - size;
        }
        int least = kept[9] == '4' ? LEAST_TCP4_BYTES : kept[9] == '6' ? LEAST_TCP6_BYTES : LEAST_V1_BYTES;
        return Math.max(least - size, kept[size - 1] == '\r' ? 1 : 2);
    }

    /** Takes bytes, at most {@link #wanted()}. */
    void take(ByteBuffer in) {
        if (in.remaining() > wanted()) {
            throw new IllegalArgumentException(in.remaining() + " bytes: expected at most " + wanted());
        }
        while (in.hasRemaining() && !complete && fault == null) {
            take(in.get());
        }
        if (complete || fault != null) {
            kept = new byte[0];
        }
    }

    /** Whether it was read to its end. */
    boolean isComplete() {
        return complete;
    }

    /** What is wrong with it, null while nothing is. Holds nothing the peer sent. */
    @Nullable
    String fault() {
        return fault;
    }

    /** The client's address; null if the header does not tell it, so that it is the peer's own. */
    @Nullable
    SocketAddress client() {
        return client;
    }

    /** Whether the client came to the proxy by TLS, as far as the header tells. */
    boolean isSecure() {
        return secure;
    }

    private void take(byte octet) {
        if (size < kept.length) {
            kept[size] = octet;
        }
        size++;
        if (kept[0] == SIGNATURE_V2[0]) {
            takeV2(octet);
        } else {
            takeV1(octet);
        }
    }

    // ---- version 1: a line of text

    private void takeV1(byte octet) {
        if (size <= SIGNATURE_V1.length) {
            if (octet != SIGNATURE_V1[size - 1]) {
                fault = "it does not begin with a header of the PROXY protocol";
            }
        } else if (octet == '\n' || kept[size - 2] == '\r') {
            if (octet == '\n' && kept[size - 2] == '\r') {
                readLine(new String(kept, 0, size - 2, StandardCharsets.ISO_8859_1));
            } else {
                fault = "its line does not end with CR LF";
            }
        } else if (size + (octet == '\r' ? 1 : 2) > MOST_V1_BYTES) {
            fault = "its line is longer than " + MOST_V1_BYTES + " bytes";
        } else if (size == LEAST_V1_BYTES && !isKnownProtocol()) {
            fault = "its protocol is not TCP4, TCP6 or UNKNOWN";
        }
    }

    /** What {@link #wanted()} makes of the protocol must be sure before it is asked again. */
    private boolean isKnownProtocol() {
        String begin = new String(
                kept, SIGNATURE_V1.length, LEAST_V1_BYTES - SIGNATURE_V1.length, StandardCharsets.ISO_8859_1);
        return begin.startsWith("TCP4 ")
                || begin.startsWith("TCP6 ")
                || begin.startsWith("UNKNOWN ")
                || begin.startsWith("UNKNOWN\r");
    }

    private void readLine(String line) {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            // Section 2.1: "the receiver must ignore anything presented before the CRLF is found".
            complete = true;
            return;
        }
        boolean six = words[1].equals("TCP6");
        if ((!six && !words[1].equals("TCP4")) || words.length != 6) {
            fault = "its line is not PROXY, TCP4 or TCP6, two addresses and two ports";
            return;
        }
        InetAddress source = address(words[2], six);
        InetAddress destination = address(words[3], six);
        int port = port(words[4]);
        if (source == null || destination == null || port < 0 || port(words[5]) < 0) {
            fault = "its line holds a bad address or port";
            return;
        }
        client = new InetSocketAddress(source, port);
        complete = true;
    }

    private static @Nullable InetAddress address(String text, boolean six) {
        return six == text.indexOf(':') >= 0 ? IpLiteral.parse(text) : null;
    }

    /** Section 2.1: "a decimal integer in the range [0..65535] inclusive. Heading zeroes are not permitted". */
    static int port(String text) {
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            if (!IpLiteral.isDigit(text.charAt(i)) || i == 5) {
                return -1;
            }
            port = 10 * port + text.charAt(i) - '0';
        }
        boolean leadingZero = text.length() > 1 && text.charAt(0) == '0';
        return text.isEmpty() || leadingZero || port > 65535 ? -1 : port;
    }

    // ---- version 2: fixed bytes, addresses, records

    private void takeV2(byte octet) {
        if (size <= SIGNATURE_V2.length) {
            if (octet != SIGNATURE_V2[size - 1]) {
                fault = "it does not begin with a header of the PROXY protocol";
            }
            return;
        }
        if (size == FIXED_V2_BYTES) {
            readFixed();
        } else if (size > FIXED_V2_BYTES && records > 0 && size > records) {
            takeRecord(octet);
        }
        if (fault == null && size == total) {
            readAddresses();
        }
    }

    private void readFixed() {
        int version = kept[12] >> 4 & 0xF;
        int command = kept[12] & 0xF;
        int family = kept[13] & 0xFF;
        int length = (kept[14] & 0xFF) << 8 | (kept[15] & 0xFF);
        total = FIXED_V2_BYTES + length;
        int addresses = addressBytes(family);
        if (version != 2) {
            fault = "its version is not 2";
        } else if (command > 1) {
            fault = "its command is neither LOCAL nor PROXY";
        } else if (total > MOST_V2_BYTES) {
            fault = "it is longer than " + MOST_V2_BYTES + " bytes";
        } else if (command == 1 && addresses < 0) {
            fault = "its address family is unknown, or not of a byte stream";
        } else if (command == 1 && length < addresses) {
            fault = "it is too short for its addresses";
        } else if (command == 1 && addresses > 0) {
            records = FIXED_V2_BYTES + addresses;
        }
        // Section 2.2, LOCAL: "the receiver must accept this connection as valid and must use the real connection
        // endpoints and discard the protocol block including the family which is ignored."
    }

    /** Only what may stand in front of a byte stream; -1 for anything else. */
    private static int addressBytes(int family) {
        return switch (family) {
            case 0x00 -> 0;
            case 0x11 -> INET4_BYTES;
            case 0x21 -> INET6_BYTES;
            case 0x31 -> UNIX_BYTES;
            default -> -1;
        };
    }

    /** Behind the addresses: a type, a length of two bytes, so many bytes. All are skipped but the one that tells of TLS. */
    private void takeRecord(byte octet) {
        recordSize++;
        if (recordSize == 1) {
            recordType = octet & 0xFF;
            recordLength = 0;
        } else if (recordSize <= RECORD_HEAD_BYTES) {
            recordLength = recordLength << 8 | (octet & 0xFF);
        } else if (recordSize == RECORD_HEAD_BYTES + 1 && recordType == TLS_TYPE) {
            // Section 2.2.6: the first byte of its value is a field of bits, PP2_CLIENT_SSL the lowest.
            secure |= (octet & TLS_USED) != 0;
        }
        if (recordSize >= RECORD_HEAD_BYTES && recordSize == RECORD_HEAD_BYTES + recordLength) {
            recordSize = 0;
        }
        if (size == total && recordSize != 0) {
            fault = "its last record does not end where it ends";
        }
    }

    private void readAddresses() {
        if (records == FIXED_V2_BYTES + INET4_BYTES) {
            client = inet(4);
        } else if (records == FIXED_V2_BYTES + INET6_BYTES) {
            client = inet(16);
        } else if (records == FIXED_V2_BYTES + UNIX_BYTES) {
            // A client's end of such a socket has no name.
            client = UnixDomainSocketAddress.of("");
        }
        complete = true;
    }

    /** Source and destination address, then source and destination port. */
    private SocketAddress inet(int bytes) {
        byte[] source = Arrays.copyOfRange(kept, FIXED_V2_BYTES, FIXED_V2_BYTES + bytes);
        int at = FIXED_V2_BYTES + 2 * bytes;
        return new InetSocketAddress(IpLiteral.address(source), (kept[at] & 0xFF) << 8 | (kept[at + 1] & 0xFF));
    }
}

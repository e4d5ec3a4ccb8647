package dev.gibbon.internal.proxied;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol, sections 2.1 and 2.2, in every cut, and never a byte too many. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String BEHIND = "'GET / HTTP/1.1'";

    /** Gives it what it wants of the bytes that have come, as a link does; returns what it leaves. */
    private static ProxyHeader read(Splits.Way way, ByteBuffer left) {
        ProxyHeader header = new ProxyHeader();
        ByteBuffer come = ByteBuffer.allocate(
                way.pieces().stream().mapToInt(piece -> piece.length).sum());
        int given = 0;
        for (byte[] piece : way.pieces()) {
            come.put(piece);
            while (header.wanted() > 0 && given < come.position()) {
                int count = Math.min(header.wanted(), come.position() - given);
                header.take(come.duplicate().flip().position(given).limit(given + count));
                given += count;
            }
        }
        left.put(come.flip().position(given)).flip();
        return header;
    }

    private interface Check {
        void check(ProxyHeader header);
    }

    private static void forEach(byte[] bytes, Check check) {
        byte[] behind = Hex.bytes(BEHIND);
        byte[] all = ByteBuffer.allocate(bytes.length + behind.length)
                .put(bytes)
                .put(behind)
                .array();
        Splits.forEach(all, way -> {
            ByteBuffer left = ByteBuffer.allocate(all.length);
            ProxyHeader header = read(way, left);
            check.check(header);
            if (header.isComplete()) {
                assertThat(header.fault()).isNull();
                assertThat(Hex.of(left)).as("what is left behind it").isEqualTo(Hex.of(behind));
            }
            assertThat(header.wanted()).isZero();
        });
    }

    private static void isClient(byte[] bytes, String address, int port) {
        forEach(bytes, header -> {
            assertThat(header.fault()).isNull();
            assertThat(header.isComplete()).isTrue();
            assertThat(header.client())
                    .isEqualTo(new InetSocketAddress(Objects.requireNonNull(IpLiteral.parse(address)), port));
        });
    }

    private static void isPeer(byte[] bytes) {
        forEach(bytes, header -> {
            assertThat(header.fault()).isNull();
            assertThat(header.isComplete()).isTrue();
            assertThat(header.client()).isNull();
        });
    }

    private static void isBroken(byte[] bytes, String fault) {
        forEach(bytes, header -> {
            assertThat(header.isComplete()).isFalse();
            assertThat(header.client()).isNull();
            assertThat(header.fault()).contains(fault);
        });
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    // ---- version 1

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.0.2.1 198.51.100.7 4711 443, 192.0.2.1, 4711",
        "PROXY TCP4 0.0.0.0 0.0.0.0 0 0, 0.0.0.0, 0",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255, 65535",
        "PROXY TCP6 :: :: 0 0, ::, 0",
        "PROXY TCP6 2001:db8::1 ::1 4711 443, 2001:db8::1, 4711",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2, 192.0.2.1, 1",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 65535"
    })
    void lines(String line, String address, int port) {
        isClient(line(line), address, port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UNKNOWN",
                "PROXY UNKNOWN ",
                "PROXY UNKNOWN 192.0.2.1 whatever",
                "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535"
            })
    void linesThatTellNothing(String line) {
        isPeer(line(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "proxy TCP4 192.0.2.1 198.51.100.7 4711 443",
                "PROXY\tTCP4 192.0.2.1 198.51.100.7 4711 443",
                "PROXX TCP4 192.0.2.1 198.51.100.7 4711 443",
                " PROXY TCP4 192.0.2.1 198.51.100.7 4711 443"
            })
    void whatIsNoHeader(String line) {
        isBroken(line(line), "does not begin with a header");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UDP4 192.0.2.1 198.51.100.7 4711 443",
                "PROXY tcp4 192.0.2.1 198.51.100.7 4711 443",
                "PROXY TCP5 192.0.2.1 198.51.100.7 4711 443",
                "PROXY  TCP4 192.0.2.1 198.51.100.7 4711 443",
                "PROXY UNKNOWNS 192.0.2.1",
                "PROXY TCP46 192.0.2.1 198.51.100.7 4711 443"
            })
    void unknownProtocols(String line) {
        isBroken(line(line), "TCP4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY ",
                "PROXY TCP4",
                "PROXY TCP4 192.0.2.1",
                "PROXY TCP4 192.0.2.1 198.51.100.7 4711",
                "PROXY TCP4 192.0.2.1 198.51.100.7 4711 443 ",
                "PROXY TCP4 192.0.2.1 198.51.100.7 4711 443 1",
                "PROXY TCP4  192.0.2.1 198.51.100.7 4711 443",
                "PROXY TCP4 192.0.2.1\t198.51.100.7 4711 443",
                "PROXY TCP6 2001:db8::1 ::1"
            })
    void wordsThatAreNotSix(String line) {
        isBroken(line(line), "two addresses and two ports");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.256 198.51.100.7 4711 443",
                "PROXY TCP4 192.0.2.01 198.51.100.7 4711 443",
                "PROXY TCP4 192.0.2.1 198.51.100 4711 443",
                "PROXY TCP4 2001:db8::1 2001:db8::2 4711 443",
                "PROXY TCP4 localhost 198.51.100.7 4711 443",
                "PROXY TCP6 192.0.2.1 198.51.100.7 4711 443",
                "PROXY TCP6 2001:db8::1 198.51.100.7 4711 443",
                "PROXY TCP6 2001:db8::1%1 2001:db8::2 4711 443",
                "PROXY TCP4 192.0.2.1 198.51.100.7 65536 443",
                "PROXY TCP4 192.0.2.1 198.51.100.7 04711 443",
                "PROXY TCP4 192.0.2.1 198.51.100.7 4711 100000",
                "PROXY TCP4 192.0.2.1 198.51.100.7 -1 443",
                "PROXY TCP4 192.0.2.1 198.51.100.7 4711 ",
                "PROXY TCP4 192.0.2.1 198.51.100.7 0x1 443",
                "PROXY TCP4 192.0.2.1\u0000 198.51.100.7 4711 443"
            })
    void badAddressesAndPorts(String line) {
        isBroken(line(line), "bad address or port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'PROXY TCP4 192.0.2.1 198.51.100.7 4711 443' 0a",
                "'PROXY TCP4 192.0.2.1 198.51.100.7 4711 443' 0d 0d 0a",
                "'PROXY TCP4 192.0.2.1' 0d '198.51.100.7 4711 443' 0d 0a",
                "'PROXY TCP4 192.0.2.1' 0a '198.51.100.7 4711 443' 0d 0a",
                "'PROXY UNKNOWN' 0d '198.51.100.7 4711 443' 0d 0a",
                "'PROXY ' 0a"
            })
    void badEndsOfTheLine(String transcript) {
        isBroken(Hex.bytes(transcript), "CR LF");
    }

    @Test
    void theLineHas107BytesAtMost() {
        String at = "PROXY UNKNOWN " + "x".repeat(107 - 14 - 2);
        isPeer(line(at));
        isPeer(line(at.substring(0, at.length() - 1)));
        isBroken(line(at + "x"), "longer than 107 bytes");
        isBroken(line("PROXY UNKNOWN " + "x".repeat(70_000)), "longer than 107 bytes");
    }

    // ---- version 2

    @Test
    void inet4() {
        isClient(Hex.bytes(SIGNATURE + "21 11 000c  c0000201 c6336407 1267 01bb"), "192.0.2.1", 4711);
    }

    @Test
    void inet6() {
        isClient(
                Hex.bytes(SIGNATURE + "21 21 0024  20010db8 00*11 01  20010db8 00*11 02  1267 01bb"),
                "2001:db8::1",
                4711);
    }

    @Test
    void inet4InTheFormOfInet6() {
        isClient(Hex.bytes(SIGNATURE + "21 21 0024  00*10 ffff c0000201  00*15 01  1267 01bb"), "192.0.2.1", 4711);
    }

    @Test
    void aUnixDomainSocketHasNoName() {
        forEach(Hex.bytes(SIGNATURE + "21 31 00d8  '/run/a' 00*102  '/run/b' 00*102"), header -> {
            assertThat(header.isComplete()).isTrue();
            assertThat(header.client()).isEqualTo(UnixDomainSocketAddress.of(""));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20 00 0000",
                "20 11 000c  c0000201 c6336407 1267 01bb",
                "20 11 0003  010203",
                "20 ff 0001  00",
                "21 00 0000",
                "21 00 0005  0102030405"
            })
    void headersThatTellNothing(String behindTheSignature) {
        isPeer(Hex.bytes(SIGNATURE + behindTheSignature));
    }

    @Test
    void recordsAreSkipped() {
        isClient(
                Hex.bytes(SIGNATURE + "21 11 001f  c0000201 c6336407 1267 01bb"
                        + "  04 0000  02 0007 'a.b.org'  ea 0003 010203"),
                "192.0.2.1",
                4711);
        isClient(Hex.bytes(SIGNATURE + "21 11 0ff0  c0000201 c6336407 1267 01bb  04 0fe1 20*4065"), "192.0.2.1", 4711);
    }

    @ParameterizedTest
    @CsvSource({
        "01, true", // PP2_CLIENT_SSL
        "07, true",
        "06, false",
        "00, false"
    })
    void oneRecordTellsOfTls(String bits, boolean expected) {
        forEach(
                Hex.bytes(SIGNATURE + "21 11 001e  c0000201 c6336407 1267 01bb  03 0004 01010101" + "  20 0008 " + bits
                        + " 00000000 210000"),
                header -> {
                    assertThat(header.fault()).isNull();
                    assertThat(header.isComplete()).isTrue();
                    assertThat(header.isSecure()).isEqualTo(expected);
                });
    }

    @Test
    void whatLooksLikeThatRecordWithinAnother() {
        forEach(
                Hex.bytes(SIGNATURE + "21 11 0013  c0000201 c6336407 1267 01bb  05 0004 20000101"),
                header -> assertThat(header.isSecure()).isFalse());
        forEach(
                Hex.bytes(SIGNATURE + "21 11 000f  c0000201 c6336407 1267 01bb  20 0000"),
                header -> assertThat(header.isSecure()).isFalse());
        forEach(
                Hex.bytes(SIGNATURE + "20 11 0010  c0000201 c6336407 1267 01bb  20 0001 01"),
                header -> assertThat(header.isSecure()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"04", "0400", "040001", "0400ff0102", "04ffff01", "0400000400"})
    void recordsThatDoNotEndWhereTheHeaderEnds(String records) {
        byte[] behind = Hex.bytes(records);
        isBroken(
                Hex.bytes(SIGNATURE
                        + String.format("21 11 %04x  c0000201 c6336407 1267 01bb ", 12 + behind.length)
                        + records),
                "last record");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0d0a0d0a000d0a515549540b", "0d0a0d0a010d0a515549540a", "0d0a0d0b000d0a515549540a", "0d0d"})
    void badSignatures(String signature) {
        isBroken(Hex.bytes(signature + "21 11 000c  c0000201 c6336407 1267 01bb"), "does not begin with a header");
    }

    @ParameterizedTest
    @CsvSource({
        "01 11 000c, version",
        "11 11 000c, version",
        "31 11 000c, version",
        "a1 11 000c, version",
        "22 11 000c, LOCAL nor PROXY",
        "2f 11 000c, LOCAL nor PROXY",
        "21 12 000c, family",
        "21 10 000c, family",
        "21 22 0024, family",
        "21 32 00d8, family",
        "21 01 0000, family",
        "21 41 000c, family",
        "21 ff 000c, family",
        "21 11 000b, too short",
        "21 11 0000, too short",
        "21 21 0023, too short",
        "21 21 000c, too short",
        "21 31 00d7, too short",
        "21 11 0ff1, longer than 4096 bytes",
        "21 11 ffff, longer than 4096 bytes",
        "20 00 0ff1, longer than 4096 bytes"
    })
    void badFixedParts(String fixed, String fault) {
        isBroken(Hex.bytes(SIGNATURE + fixed), fault);
    }

    // ---- both

    @Test
    void anUnfinishedOneIsNeitherCompleteNorBroken() {
        for (String transcript :
                new String[] {"'P'", "'PROXY '", "'PROXY UNKNOWN' 0d", "0d", SIGNATURE, SIGNATURE + "21 11 000c c0"}) {
            ProxyHeader header = new ProxyHeader();
            for (byte octet : Hex.bytes(transcript)) {
                assertThat(header.wanted()).isPositive();
                header.take(ByteBuffer.wrap(new byte[] {octet}));
            }
            assertThat(header.isComplete()).isFalse();
            assertThat(header.fault()).isNull();
            assertThat(header.wanted()).isPositive();
        }
    }

    @Test
    void moreThanItWantsIsAFaultOfTheCaller() {
        ProxyHeader header = new ProxyHeader();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> header.take(ByteBuffer.allocate(16)))
                .withMessage("16 bytes: expected at most 15");
    }

    @Test
    void changedHeadersNeverThrow() {
        byte[][] good = {
            line("PROXY TCP4 192.0.2.1 198.51.100.7 4711 443"),
            line("PROXY TCP6 2001:db8::1 ::1 4711 443"),
            Hex.bytes(SIGNATURE + "21 11 0017  c0000201 c6336407 1267 01bb  20 0008 01 00000000 200000"),
            Hex.bytes(SIGNATURE + "21 21 0024  20010db8 00*11 01  20010db8 00*11 02  1267 01bb")
        };
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = good[random.nextInt(good.length)].clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            ProxyHeader header = new ProxyHeader();
            int at = 0;
            while (header.wanted() > 0 && at < bytes.length) {
                int count = Math.min(header.wanted(), Math.min(bytes.length - at, 1 + random.nextInt(20)));
                header.take(ByteBuffer.wrap(bytes, at, count));
                at += count;
            }
            assertThat(header.isComplete() && header.fault() != null)
                    .as("seed " + seed)
                    .isFalse();
        }
    }
}

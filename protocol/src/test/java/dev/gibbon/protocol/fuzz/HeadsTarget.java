package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HeaderFields;
import dev.gibbon.protocol.handshake.OpeningHandshake;
import dev.gibbon.protocol.handshake.Refusal;
import dev.gibbon.protocol.handshake.RequestHead;
import dev.gibbon.protocol.handshake.RequestHeadParser;
import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import dev.gibbon.protocol.handshake.ResponseHead;
import dev.gibbon.protocol.handshake.Subprotocols;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Request heads, one behind the other, whole, octet by octet and in the fuzzer's cut, against {@link NaiveHead}; the verdict of the
 * opening handshake and the bytes of the answer, which must owe nothing to the peer but its key.
 *
 * <p>Options: 0-1 limits, 2 a direct buffer, 3 the fields of a handshake before the data, 4 behind it, 5 after a request line of its
 * own.
 */
public final class HeadsTarget {
    private static final HeadLimits[] LIMITS = {
        HeadLimits.DEFAULT, new HeadLimits(64, 300, 8), new HeadLimits(300, 250, 3), new HeadLimits(40, 16_384, 100)
    };
    private static final String FIELDS = String.join(
            "\r\n",
            "Host: example.com",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "");
    private static final List<String> PREFERRED = List.of("chat", "superchat");
    private static final int MAX_HEADS = 5;

    /** Every refusal that the package makes: constants, so that one of them holds no byte of a request. */
    private static final List<Refusal> REFUSALS = refusals();

    private static final OpeningHandshake HANDSHAKE = new OpeningHandshake();

    private HeadsTarget() {}

    private static List<Refusal> refusals() {
        try {
            List<Refusal> refusals = new ArrayList<>();
            Class<?> constants = Class.forName("dev.gibbon.protocol.handshake.Refusals");
            for (Field field : constants.getDeclaredFields()) {
                field.setAccessible(true);
                if (field.get(null) instanceof Refusal refusal) {
                    refusals.add(refusal);
                }
            }
            return refusals;
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        HeadLimits limits = LIMITS[fuzz.option(0, 2)];
        byte[] bytes = bytes(fuzz);
        RequestHeadParser whole = new RequestHeadParser(limits);
        RequestHeadParser cut = new RequestHeadParser(limits);
        RequestHeadParser octets = new RequestHeadParser(limits);
        int[] cuts = fuzz.cuts(bytes.length);
        int[] each = new int[bytes.length];
        Arrays.setAll(each, i -> i + 1);
        int at = 0;
        for (int i = 0; i < MAX_HEADS; i++) {
            int end = parse(whole, bytes, at, new int[] {bytes.length}, fuzz.option(2));
            Result result = resultOf(whole);
            for (RequestHeadParser parser : List.of(cut, octets)) {
                Oracle.same(
                        "end",
                        end,
                        parse(parser, bytes, at, parser == cut ? cuts : each, parser == cut && fuzz.option(2)));
                Oracle.same("result", result, resultOf(parser));
                Oracle.same("begun", end > at, parser.hasBegun());
            }
            NaiveHead naive =
                    NaiveHead.read(new String(bytes, at, bytes.length - at, StandardCharsets.ISO_8859_1), limits);
            Oracle.same("accepted", naive != null, result == Result.COMPLETE);
            Oracle.holds("looked beyond the limit", end - at <= limits.maxHeadBytes());
            if (result == Result.NEEDS_BYTES) {
                Oracle.same("all taken", bytes.length, end);
            }
            if (result == Result.REFUSED) {
                Oracle.holds(
                        "another refusal", whole.refusal() == cut.refusal() && whole.refusal() == octets.refusal());
                refused(whole.refusal());
                limits(whole.refusal(), limits, bytes, at, end);
            }
            if (naive == null) {
                return;
            }
            Oracle.same("length", naive.length(), end - at);
            for (RequestHeadParser parser : List.of(whole, cut, octets)) {
                compare(naive, parser.head());
            }
            judge(naive, whole.head());
            at = end;
            whole.reset();
            cut.reset();
            octets.reset();
        }
    }

    private static byte[] bytes(FuzzInput fuzz) {
        StringBuilder text = new StringBuilder();
        text.append(fuzz.option(5) ? "GET /chat HTTP/1.1\r\n" : "").append(fuzz.option(3) ? FIELDS : "");
        text.append(new String(fuzz.data(), StandardCharsets.ISO_8859_1));
        text.append(fuzz.option(4) ? FIELDS + "\r\n" : "");
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Feeds the bytes from {@code from} on until the parser has enough. Returns the offset behind what it took. */
    private static int parse(RequestHeadParser parser, byte[] bytes, int from, int[] cuts, boolean direct) {
        int at = from;
        for (int end : cuts) {
            if (end < at) {
                continue;
            }
            int count = end - at;
            ByteBuffer in = direct ? ByteBuffer.allocateDirect(count + 5) : ByteBuffer.allocate(count + 5);
            // A head that ends behind the limit of the buffer must not be found.
            in.put(3, bytes, at, count);
            in.position(3).limit(3 + count);
            Result result = parser.parse(in);
            Oracle.same("limit", 3 + count, in.limit());
            at += in.position() - 3;
            if (result != Result.NEEDS_BYTES) {
                int before = in.position();
                Oracle.same("said again", result, parser.parse(in));
                Oracle.same("position", before, in.position());
                return at;
            }
            Oracle.same("position after NEEDS_BYTES", in.limit(), in.position());
        }
        return at;
    }

    private static Result resultOf(RequestHeadParser parser) {
        return parser.parse(ByteBuffer.allocate(0));
    }

    private static void limits(Refusal refusal, HeadLimits limits, byte[] bytes, int at, int end) {
        int lines = 0;
        for (int i = at; i < end; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        if (refusal.status() == 414 || refusal.status() == 431) {
            Oracle.holds(
                    refusal + " at " + (end - at),
                    end - at > limits.maxLineBytes()
                            || end - at == limits.maxHeadBytes()
                            || lines > limits.maxFields());
        }
    }

    private static void compare(NaiveHead naive, RequestHead head) {
        Oracle.same("method", naive.method(), head.method());
        Oracle.holds("is method", head.isMethod(naive.method()));
        Oracle.same("target", naive.target(), head.target());
        Oracle.same("path", naive.path(), head.path());
        Oracle.same("query", String.valueOf(naive.query()), String.valueOf(head.query()));
        Oracle.same("version", naive.http11(), head.isHttp11());
        Oracle.same("host", String.valueOf(naive.host()), String.valueOf(head.host()));
        HeaderFields fields = head.fields();
        List<String> read = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            read.add(fields.name(i) + ":" + fields.value(i));
        }
        Oracle.same("fields", naive.fields(), read);
        head.queryParameters();
        head.cookies();
    }

    private static void judge(NaiveHead naive, RequestHead head) {
        OpeningHandshake.Verdict verdict = HANDSHAKE.judge(head);
        String said;
        if (verdict instanceof OpeningHandshake.Upgrade upgrade) {
            said = "upgrade " + upgrade.accept();
            answer(upgrade);
        } else if (verdict instanceof OpeningHandshake.PlainRequest plain) {
            said = "plain " + (plain.head() ? "HEAD " : "GET ") + plain.keepAlive();
        } else if (verdict instanceof OpeningHandshake.Refused refused) {
            said = "refused";
            refused(refused.refusal());
        } else {
            throw new AssertionError(verdict);
        }
        Oracle.same("verdict", naive.judge(), said);
    }

    private static void answer(OpeningHandshake.Upgrade upgrade) {
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + upgrade.accept() + "\r\n";
        requireSame(head + "\r\n", ResponseHead.switchingProtocols(upgrade));
        @Nullable String chosen = Subprotocols.choose(PREFERRED, upgrade.subprotocols());
        if (chosen != null) {
            requireSame(
                    head + "Sec-WebSocket-Protocol: " + chosen + "\r\n\r\n",
                    ResponseHead.switchingProtocols(upgrade, chosen, List.of()));
        }
    }

    private static void requireSame(String expected, byte[] answer) {
        Oracle.same("answer", expected, new String(answer, StandardCharsets.ISO_8859_1));
    }

    private static void refused(Refusal refusal) {
        Oracle.holds(
                "no constant: " + refusal, REFUSALS.stream().anyMatch(constant -> Objects.equals(constant, refusal)));
        NaiveHead.requireResponse(ResponseHead.refusal(refusal, true), refusal.status(), refusal.message());
    }
}

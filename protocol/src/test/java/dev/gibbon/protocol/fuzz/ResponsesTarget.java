package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.handshake.Challenge;
import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.ExtensionOffer;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HeaderFields;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import dev.gibbon.protocol.handshake.Redirect;
import dev.gibbon.protocol.handshake.RefusalBody;
import dev.gibbon.protocol.handshake.ResponseHeadParser;
import dev.gibbon.protocol.handshake.ResponseHeadParser.Result;
import dev.gibbon.protocol.handshake.RetryAfter;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Responses to an opening handshake, whole, octet by octet and in the fuzzer's cut, against {@link NaiveResponse}: the head, the
 * judgement, the body of a refusal; and what a client reads in the fields of one.
 *
 * <p>Options: 0-1 limits, 2 a 101 in order before the data, 3 a redirect's status line before it, 4 the end of the head behind it,
 * 5 a body of 20 bytes at most is kept, 6 the request went to wss.
 */
public final class ResponsesTarget {
    private static final HeadLimits[] LIMITS = {
        HeadLimits.DEFAULT, new HeadLimits(64, 300, 8), new HeadLimits(300, 250, 3), new HeadLimits(40, 16_384, 100)
    };
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n";
    private static final List<String> SUBPROTOCOLS = List.of("chat", "superchat");
    private static final List<String> EXTENSIONS = List.of("permessage-deflate", "x");
    private static final WebSocketUri PLAIN = WebSocketUri.parse("ws://u:p@example.com:8080/a/b?c");
    private static final WebSocketUri SECURE = WebSocketUri.parse("wss://u:p@example.com/a/b?c");
    private static final ClientHandshake HANDSHAKE = ClientHandshake.to(PLAIN)
            .subprotocols(SUBPROTOCOLS)
            .extensions(String.join(", ", EXTENSIONS))
            .build("the sample nonce".getBytes(StandardCharsets.US_ASCII));
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private ResponsesTarget() {}

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        HeadLimits limits = LIMITS[fuzz.option(0, 2)];
        String text = (fuzz.option(2) ? SWITCHING : "")
                + (fuzz.option(3) ? "HTTP/1.1 302 Found\r\n" : "")
                + new String(fuzz.data(), StandardCharsets.ISO_8859_1)
                + (fuzz.option(4) ? "\r\n\r\n" : "");
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int[] each = new int[bytes.length];
        Arrays.setAll(each, i -> i + 1);
        int[][] ways = {{bytes.length}, fuzz.cuts(bytes.length), each};
        NaiveResponse naive = NaiveResponse.read(text, limits);
        int end = -1;
        for (int[] cuts : ways) {
            ResponseHeadParser parser = new ResponseHeadParser(limits);
            int taken = parse(parser, bytes, cuts);
            Oracle.same("end", end < 0 ? taken : end, taken);
            end = taken;
            Result result = parser.parse(ByteBuffer.allocate(0));
            Oracle.same("accepted", naive != null, result == Result.COMPLETE);
            if (naive != null) {
                Oracle.same("length", naive.length(), taken);
                compare(naive, parser.response());
                for (int[] bodyCuts : ways) {
                    body(naive, parser.response(), text, bodyCuts, fuzz.option(5) ? 20 : 8192);
                }
                client(parser.response(), fuzz.option(6) ? SECURE : PLAIN);
            } else if (result == Result.FAILED) {
                Oracle.holds("no fault", !parser.fault().isEmpty());
            } else {
                Oracle.same("all taken", bytes.length, taken);
            }
        }
    }

    private static int parse(ResponseHeadParser parser, byte[] bytes, int[] cuts) {
        int at = 0;
        for (int cut : cuts) {
            ByteBuffer in = ByteBuffer.wrap(bytes, at, cut - at).slice().asReadOnlyBuffer();
            Result result = parser.parse(in);
            at += in.position();
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

    private static void compare(NaiveResponse naive, ReceivedResponse response) {
        Oracle.same("version", naive.http11(), response.isHttp11());
        Oracle.same("status", naive.status(), response.status());
        Oracle.same("reason", naive.reason(), response.reason());
        HeaderFields fields = response.fields();
        List<String> read = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            read.add(fields.name(i) + ":" + fields.value(i));
        }
        Oracle.same("fields", naive.fields(), read);
        ClientHandshake.Verdict verdict = HANDSHAKE.judge(response);
        String said;
        if (verdict instanceof ClientHandshake.Accepted accepted) {
            List<String> names =
                    accepted.extensions().stream().map(ExtensionOffer::name).toList();
            said = "accepted " + accepted.subprotocol() + " " + names;
        } else if (verdict instanceof ClientHandshake.Refused refused) {
            said = "refused " + refused.response().status();
        } else {
            said = "failed";
        }
        Oracle.same("verdict", naive.judge(ACCEPT, SUBPROTOCOLS, EXTENSIONS), said);
    }

    private static void body(NaiveResponse naive, ReceivedResponse response, String text, int[] cuts, int max) {
        if (naive.status() == 101) {
            return;
        }
        RefusalBody body = new RefusalBody(response, max);
        String rest = text.substring(naive.length());
        int at = 0;
        for (int cut : cuts) {
            int to = Math.max(0, cut - naive.length());
            ByteBuffer in = ByteBuffer.wrap(rest.substring(at, to).getBytes(StandardCharsets.ISO_8859_1));
            Oracle.same("done", body.take(in), body.isDone());
            Oracle.same("all taken", 0, in.remaining());
            at = to;
        }
        String kept = new String(body.bytes(), StandardCharsets.ISO_8859_1);
        Oracle.same("body", naive.body(rest, max), new NaiveResponse.Body(kept, body.isDone(), body.isWhole()));
        body.end();
        Oracle.holds("no end", body.isDone());
    }

    private static void client(ReceivedResponse response, WebSocketUri from) {
        Redirect.Verdict redirect = Redirect.judge(from, response);
        if (redirect instanceof Redirect.To to) {
            WebSocketUri target = to.target();
            Oracle.holds("TLS given up", target.secure() || !from.secure());
            Oracle.same("credentials", target.isSameOriginAs(from), target.credentials() != null);
            UrisTarget.requireInOrder(target);
        }
        Duration retry = RetryAfter.parse(response.fields(), NOW);
        Oracle.holds("negative", retry == null || !retry.isNegative());
        Challenge basic = Challenge.basic(response.fields(), "WWW-Authenticate");
        Oracle.holds("no realm", basic == null || basic.realm() != null);
    }
}

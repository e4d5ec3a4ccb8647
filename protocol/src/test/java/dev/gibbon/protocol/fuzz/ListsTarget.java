package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.fuzz.NaiveLists.HostPort;
import dev.gibbon.protocol.handshake.Cookies;
import dev.gibbon.protocol.handshake.ExtensionOffer;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HeaderFields;
import dev.gibbon.protocol.handshake.Origin;
import dev.gibbon.protocol.handshake.OriginPolicy;
import dev.gibbon.protocol.handshake.QueryParameters;
import dev.gibbon.protocol.handshake.Refusal;
import dev.gibbon.protocol.handshake.RequestHead;
import dev.gibbon.protocol.handshake.RequestHeadParser;
import dev.gibbon.protocol.handshake.ResponseHead;
import dev.gibbon.protocol.handshake.Subprotocols;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What reads field values: subprotocols, extension offers, token lists, cookies, query parameters, origins, against {@link NaiveLists}.
 * The data is lines; each becomes one field of each kind, so every input meets every reader.
 */
public final class ListsTarget {
    private static final HeadLimits LIMITS = new HeadLimits(1 << 18, 1 << 20, 10_000);
    private static final List<String> NAMES =
            List.of("Connection", "Cookie", "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", "Upgrade");
    private static final List<String> TOKENS = List.of("websocket", "Upgrade", "close", "a");
    private static final List<String> PREFERRED = List.of("chat", "b", "v1.x");
    private static final String ALLOWED = "https://allowed.example:8443";

    private ListsTarget() {}

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        List<String> lines = lines(fuzz.data());
        boolean lower = fuzz.option(0);
        StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (String line : lines) {
            for (String name : NAMES) {
                text.append(lower ? name.toLowerCase(Locale.ROOT) : name)
                        .append(fuzz.option(1) ? ":" : ": \t")
                        .append(line)
                        .append(fuzz.option(2) ? " \t\r\n" : "\r\n");
            }
        }
        RequestHead head = parse(text.append("\r\n").toString());
        Oracle.holds("a head of printable values is refused", head != null);
        List<String> values = lines.stream().map(NaiveLists::trim).toList();
        HeaderFields fields = head.fields();
        Oracle.same("size", 1 + lines.size() * NAMES.size(), fields.size());
        for (String name : NAMES) {
            Oracle.same(name, values, fields.all(lower ? name : name.toUpperCase(Locale.ROOT)));
            Oracle.same("count", values.size(), fields.count(name));
        }
        for (String token : TOKENS) {
            Oracle.same(token, NaiveLists.hasToken(values, token), fields.hasToken("connection", token));
        }
        subprotocols(values, fields);
        extensions(values, fields);
        Map<String, String> cookies = NaiveLists.cookies(values);
        Oracle.same("cookies", cookies, Cookies.parse(fields));
        Oracle.same(
                "order",
                List.copyOf(cookies.keySet()),
                List.copyOf(Cookies.parse(fields).keySet()));
        query(fuzz.data());
        origins(values, fuzz.option(3));
    }

    /** Lines of what may stand in a field value; other octets are changed into such. */
    private static List<String> lines(byte[] data) {
        StringBuilder text = new StringBuilder();
        for (byte octet : data) {
            char c = (char) (octet & 0xFF);
            boolean control = (c < ' ' && c != '\t' && c != '\n') || c == 0x7F;
            text.append(control ? (char) (c ^ 0x40) : c);
        }
        return Arrays.stream(text.toString().split("\n", 12))
                .map(line -> line.replace('\n', ' '))
                .toList();
    }

    private static @Nullable RequestHead parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        RequestHeadParser parser = new RequestHeadParser(LIMITS);
        boolean complete = parser.parse(ByteBuffer.wrap(bytes)) == RequestHeadParser.Result.COMPLETE;
        return complete ? parser.head() : null;
    }

    private static void subprotocols(List<String> values, HeaderFields fields) {
        List<String> expected = NaiveLists.subprotocols(values);
        List<String> offered = Subprotocols.offered(fields).orElse(null);
        Oracle.same("subprotocols", String.valueOf(expected), String.valueOf(offered));
        if (offered != null) {
            String chosen = Subprotocols.choose(PREFERRED, offered);
            String first =
                    PREFERRED.stream().filter(offered::contains).findFirst().orElse(null);
            Oracle.holds("chosen " + chosen, chosen == first);
            offered.forEach(Subprotocols::requireValid);
        }
    }

    private static void extensions(List<String> values, HeaderFields fields) {
        List<ExtensionOffer> offers = ExtensionOffer.parse(fields).orElse(null);
        List<String> read =
                offers == null ? null : offers.stream().map(ListsTarget::flat).toList();
        Oracle.same("extensions", String.valueOf(NaiveLists.extensions(values)), String.valueOf(read));
    }

    private static String flat(ExtensionOffer offer) {
        return offer.name()
                + offer.parameters().stream()
                        .map(p -> p.value() == null ? ";" + p.name() : ";" + p.name() + "=" + p.value())
                        .collect(Collectors.joining());
    }

    private static void query(byte[] data) {
        StringBuilder text = new StringBuilder();
        for (byte octet : data) {
            text.append(octet <= ' ' || octet == 0x7F || "\"#<>".indexOf(octet) >= 0 ? '_' : (char) octet);
        }
        String query = text.toString();
        RequestHead head = parse("GET /?" + query + " HTTP/1.1\r\nHost: a\r\n\r\n");
        Oracle.holds("a query is refused", head != null);
        Oracle.same("query", query, String.valueOf(head.query()));
        Map<String, List<String>> expected = NaiveLists.query(query);
        QueryParameters parameters = head.queryParameters();
        Oracle.same("parameters", expected, parameters.asMap());
        Oracle.same(
                "order",
                List.copyOf(expected.keySet()),
                List.copyOf(parameters.asMap().keySet()));
        expected.forEach((name, values) -> {
            Oracle.same("first", values.get(0), String.valueOf(parameters.first(name)));
            Oracle.same("all", values, parameters.all(name));
        });
        Oracle.same("none", Map.of(), QueryParameters.parse(null).asMap());
    }

    /** The first line as {@code Origin}, the second as {@code Host}. */
    private static void origins(List<String> values, boolean secure) {
        String text = values.get(0);
        String host = values.size() > 1 ? values.get(1) : "allowed.example:8443";
        List<Object> expected = NaiveLists.origin(text);
        Origin origin = Origin.parse(text);
        List<Object> read = origin == null ? null : List.of(origin.scheme(), origin.host(), origin.port());
        Oracle.same("origin", String.valueOf(expected), String.valueOf(read));
        if (origin != null) {
            Oracle.same("origin again", origin.toString(), String.valueOf(Origin.parse(origin.toString())));
        }
        HostPort authority = NaiveLists.authority(host);
        RequestHead head = parse("GET / HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + text + "\r\n\r\n");
        Oracle.same("host", authority != null, head != null);
        if (head == null || authority == null) {
            return;
        }
        Oracle.same("host", authority.host(), String.valueOf(head.host()));
        boolean same = isSame(expected, authority, secure);
        boolean listed = List.of("https", "allowed.example", 8443).equals(expected);
        if (origin != null) {
            Oracle.same("same", same, origin.isSameAs(host, secure));
        }
        judge(same, OriginPolicy.sameOrigin().check(head, secure));
        judge(same || listed, OriginPolicy.sameOriginOr(List.of(ALLOWED)).check(head, secure));
        judge(true, OriginPolicy.anyOrigin().check(head, secure));
    }

    private static boolean isSame(@Nullable List<Object> origin, HostPort host, boolean secure) {
        if (origin == null) {
            return false;
        }
        String scheme = (String) origin.get(0);
        int byDefault = NaiveLists.defaultPort(scheme);
        int own = host.port() > 0 ? host.port() : secure || byDefault == 443 ? 443 : 80;
        return byDefault > 0
                && origin.get(1).equals(host.host().toLowerCase(Locale.ROOT))
                && origin.get(2).equals(own);
    }

    private static void judge(boolean allowed, @Nullable Refusal refusal) {
        Oracle.same("allowed", allowed, refusal == null);
        if (refusal != null) {
            Oracle.same("status", 403, refusal.status());
            // It names what the parsers let through: nothing that a page, a log or a terminal could take for more.
            Oracle.holds(refusal.message(), refusal.message().matches("[-A-Za-z0-9._~:/+,\\[\\] ]{1,700}"));
            NaiveHead.requireResponse(ResponseHead.refusal(refusal, true), 403, refusal.message());
        }
    }
}

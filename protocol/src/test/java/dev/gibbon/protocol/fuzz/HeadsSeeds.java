package dev.gibbon.protocol.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Seeds for {@link HeadsTarget} and {@link ListsTarget}: requests and values in order, and one of each way to break them. */
final class HeadsSeeds {
    private static final String[] REQUESTS = {
        String.join(
                "\r\n",
                "GET /chat HTTP/1.1",
                "Host: server.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Origin: http://example.com",
                "Sec-WebSocket-Protocol: chat, superchat",
                "Sec-WebSocket-Version: 13",
                "",
                ""),
        "GET / HTTP/1.1\r\nhost:localhost:8080\r\n\r\nGET /%C3%A9?a=b HTTP/1.0\r\n\r\nHEAD /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "\r\nGET http://a.example/p?q HTTP/1.1\r\nHost: a.example:80\r\nConnection: close\r\n\r\n",
        "GET ws://a.example?q HTTP/1.1\r\nHost: a.example\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u0000\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        "GET /%2e%2e/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/./b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%ed%a0%80 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB:\r\nC: \t2 \t\r\nD: \u00e9\r\n\r\n",
        "\u0016\u0003\u0001",
        "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%5cb HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%7f HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%1F HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%20b%41%2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%20b%41 HTTP/1.1\r\nHost: a:65535\r\n\r\n",
    };
    private static final int SHORT_LINES = 40;
    private static final String[] FIELDS = {
        "\r\n",
        "Content-Length: 0\r\n\r\n",
        "Sec-WebSocket-Protocol: a, chat\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
        "Sec-WebSocket-Protocol: a, a\r\n\r\n",
        "Sec-WebSocket-Extensions: x; y=\"z\r\n\r\n",
        "Sec-WebSocket-Version: 8\r\n\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "X: y\r\n",
    };
    private static final String[] VALUES = {
        "keep-alive, Upgrade\nWebSocket , h2c\n,, a ,",
        "chat, superchat\nb",
        "permessage-deflate; client_max_window_bits; server_max_window_bits=\"10\", x; y = \"a\\b\" ;z\n,foo",
        "x;y=\"\"",
        "x;y=\"a",
        "http://a\na",
        "https://a\na",
        "http://a:443\na",
        "https://a:80\na:80",
        "x; =1",
        "x; y=\"a,b\"; z=\"\\",
        "a b",
        "a;;b",
        "a=1; b=\"2\"; a=3; c; =4; d==\ne=\";f=\"",
        "a=1&b=%20+x&%zz=%C3%A9&&=&a=%ff%4",
        "https://allowed.example:8443",
        "http://Example.COM\nexample.com:80",
        "null\n",
        "https://[::1]:8443\n[::1]:8443",
        "wss://a.b\na.b:443",
        "http://[1:2:3:4:5:6:7.7.7.7]\n[1::8]",
        "file://x\nx",
        "http://a:65536\na:0",
        "http://u@h/\nh",
    };

    private HeadsSeeds() {}

    static List<byte[]> requests() {
        List<byte[]> seeds = new ArrayList<>();
        int[][] cuts = {{}, {7, 3}, {30, 0, 1}};
        for (int i = 0; i < REQUESTS.length; i++) {
            seeds.add(input(i % 4 == 3 ? 4 : 0, cuts[i % 3], REQUESTS[i]));
            seeds.add(input(1 + i % 3, cuts[(i + 1) % 3], REQUESTS[i]));
        }
        // A long one: the fuzzer makes none longer than the longest seed.
        String longest = "GET /" + "p".repeat(290) + " HTTP/1.1\r\nHost: a\r\nX: " + "v".repeat(290) + "\r\n\r\n";
        seeds.add(input(0, cuts[1], longest));
        // Lines of the limit and one more, in the limits that allow 40 bytes.
        for (int more = 0; more <= 1; more++) {
            String path = "p".repeat(SHORT_LINES - "GET / HTTP/1.1".length());
            String value = "v".repeat(SHORT_LINES - "X: ".length());
            String longer = "x".repeat(more);
            seeds.add(input(3, cuts[1], "GET /" + path + longer + " HTTP/1.1\r\nHost: a\r\n\r\n"));
            seeds.add(input(3, cuts[1], "GET / HTTP/1.1\r\nHost: a\r\nX: " + value + longer + "\r\n\r\n"));
            seeds.add(input(3, cuts[1], "GET / HTTP/1.1\r\nHost: a\r\nX" + value + longer + ": \r\n\r\n"));
        }
        for (String fields : FIELDS) {
            seeds.add(input(1 << 5 | 1 << 3, cuts[1], fields));
            seeds.add(input(1 << 5 | 1 << 4 | 1, cuts[2], fields));
        }
        return seeds;
    }

    static List<byte[]> values() {
        List<byte[]> seeds = new ArrayList<>();
        int[] cut = {};
        for (int i = 0; i < VALUES.length; i++) {
            seeds.add(input(i % 8, cut, VALUES[i]));
            seeds.add(input(8 + i % 8, cut, VALUES[i]));
        }
        seeds.add(input(0, cut, "token, ".repeat(40) + "\n" + "n=v; ".repeat(30)));
        return seeds;
    }

    private static byte[] input(int options, int[] cuts, String text) {
        return FuzzInput.bytes(options, cuts, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}

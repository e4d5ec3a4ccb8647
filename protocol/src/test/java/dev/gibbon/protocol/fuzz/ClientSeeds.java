package dev.gibbon.protocol.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Seeds for {@link ResponsesTarget} and {@link UrisTarget}: answers and URIs in order, and one of each way to break them. */
final class ClientSeeds {
    private static final String[] HEADS = {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n\u0081\u0005hello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 \r\n\r\nbody",
        "HTTP/1.1 102 \r\n\r\n".repeat(17) + "HTTP/1.1 200 \r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello, and more",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 30\r\n\r\nhello",
        "HTTP/1.1 503 x\r\nTransfer-Encoding: gzip, chunked\r\nRetry-After: 120\r\n\r\n5\r\nhello\r\n2;a=b\r\n, \r\n0\r\n\r\n",
        "HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\nhello",
        "HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\nx",
        "HTTP/1.1 401 x\r\nWWW-Authenticate: Digest realm=\"a, \\\"b\\\"\", qop=auth, Basic realm=simple, NTLM abc==\r\n\r\n",
        "HTTP/1.1 503 x\r\nRetry-After: Fri, 31 Dec 2027 23:59:59 GMT\r\n\r\n",
        "HTTP/1.1 503 x\r\nRetry-After: Friday, 31-Dec-99 23:59:59 GMT\r\n\r\n",
        "HTTP/1.1 503 x\r\nRetry-After: Fri Dec 31 23:59:59 1999\r\n\r\n",
        "HTTP/1.1 1010 x\r\n\r\n",
        "HTTP/1.1 101\r\n\r\n",
        "HTTP/2.0 101 x\r\n\r\n",
        "HTTP/1.1 101 x\n\n",
        "HTTP/1.1 200 a\u0007b\r\n\r\n",
        "HTTP/1.1 200 x\r\n folded\r\n\r\n",
        "HTTP/1.1 200 x\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 x\r\nA: b\rc\r\n\r\n",
        "HTTP/1.1 200 " + "r".repeat(300) + "\r\nX: " + "v".repeat(290) + "\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
    };
    private static final String[] FIELDS = {
        "Sec-WebSocket-Protocol: superchat",
        "Sec-WebSocket-Protocol: other",
        "Sec-WebSocket-Extensions: x; y=\"1\", permessage-deflate; server_max_window_bits=10",
        "Sec-WebSocket-Extensions: x, x",
        "Content-Length: 0",
        "Transfer-Encoding: chunked",
        "Upgrade: h2c",
        "Location: https://user@other:8443/a/../b?c#d",
        "Location: //other",
        "Location: ../x/./y?z=..",
        "Location: ?q",
        "Location: http://example.com:8080/x",
        "Location: ftp://a/",
        "Location: /%zz",
        "Location: ",
    };
    private static final String[] URIS = {
        "/chat?room=1",
        "/a/../b/./c/..?x=/../y",
        ":8443/%C3%A4?ids[]=1",
        "user:p%40ss@example.com/",
        "[2001:db8::1]:8080",
        "[::ffff:1.2.3.4]/",
        "127.0.0.1:65535?",
        "b\u00fccher.example/r\u00e4ume?\u20ac",
        "127.1/",
        "a..b",
        "a:0",
        "a@b@c/",
        "/a b",
        "/#f",
        "/%",
        "/%2",
        "/\r\nX: y",
        "a_b.c.:81/x;y=1:2@3!$&'()*+,",
        "WSS://EXAMPLE.COM:443",
        "http://example.com",
        "[fe80::1%25eth0]",
    };

    private ClientSeeds() {}

    static List<byte[]> responses() {
        List<byte[]> seeds = new ArrayList<>();
        int[][] cuts = {{}, {7, 3}, {30, 0, 1}};
        for (int i = 0; i < HEADS.length; i++) {
            seeds.add(input(0, cuts[i % 3], HEADS[i]));
            seeds.add(input(1 + i % 3 + 32, cuts[(i + 1) % 3], HEADS[i]));
        }
        for (String field : FIELDS) {
            seeds.add(input(4 + 16, cuts[1], field));
            seeds.add(input(8 + 16, cuts[2], field));
            seeds.add(input(8 + 16 + 64, cuts[0], field));
        }
        return seeds;
    }

    static List<byte[]> uris() {
        List<byte[]> seeds = new ArrayList<>();
        for (String uri : URIS) {
            for (int options = 0; options < 8; options++) {
                byte[] utf8 = uri.getBytes(StandardCharsets.UTF_8);
                seeds.add(FuzzInput.bytes(options, new int[0], utf8));
            }
        }
        return seeds;
    }

    private static byte[] input(int options, int[] cuts, String text) {
        return FuzzInput.bytes(options, cuts, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}

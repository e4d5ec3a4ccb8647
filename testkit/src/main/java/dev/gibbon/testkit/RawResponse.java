package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An HTTP/1.1 response as a strict reader sees it: every line ends with CR LF, every field has a colon, and the body is as
 * long as Content-Length says, or goes on to the end of the stream. Chunked bodies are refused.
 *
 * <p>Immutable; any thread may use it.
 */
public final class RawResponse {
    private static final int LONGEST_HEAD = 64 * 1024;

    private final String statusLine;
    private final List<String> fieldLines;
    private final byte[] body;

    private RawResponse(String statusLine, List<String> fieldLines, byte[] body) {
        this.statusLine = statusLine;
        this.fieldLines = List.copyOf(fieldLines);
        this.body = body;
    }

    static RawResponse read(InputStream in, boolean hasBody) throws IOException {
        String statusLine = line(in);
        if (!statusLine.matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
            throw new IOException("not a status line: " + statusLine);
        }
        List<String> fieldLines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (!line.matches("[A-Za-z0-9-]+: ?[^\\x00-\\x08\\x0a-\\x1f\\x7f]*")) {
                throw new IOException("not a header field: " + line);
            }
            fieldLines.add(line);
        }
        var head = new RawResponse(statusLine, fieldLines, new byte[0]);
        if (!hasBody || head.status() < 200 || head.status() == 204 || head.status() == 304) {
            return head;
        }
        if (head.header("Transfer-Encoding").isPresent()) {
            throw new IOException("a transfer coding: " + head);
        }
        Optional<String> length = head.header("Content-Length");
        byte[] body = length.isPresent() ? in.readNBytes(Integer.parseInt(length.get())) : in.readAllBytes();
        if (length.isPresent() && body.length < Integer.parseInt(length.get())) {
            throw new EOFException("the stream ended after " + body.length + " of " + length.get() + " bytes of body");
        }
        return new RawResponse(statusLine, fieldLines, body);
    }

    /**
     * The status code.
     *
     * @return 100 to 599
     */
    public int status() {
        return Integer.parseInt(statusLine.substring(9, 12));
    }

    /**
     * The value of a header field.
     *
     * @param name the name in any case
     * @return the value without surrounding spaces, or empty if there is no such field
     * @throws IllegalStateException if there are several
     */
    public Optional<String> header(String name) {
        List<String> all = headers(name);
        if (all.size() > 1) {
            throw new IllegalStateException("several fields " + name + ": " + all);
        }
        return all.stream().findFirst();
    }

    /**
     * All values of a header field.
     *
     * @param name the name in any case
     * @return the values in order, without surrounding spaces
     */
    public List<String> headers(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return fieldLines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }

    /**
     * The body.
     *
     * @return a copy, empty if there is none
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * The body as UTF-8.
     *
     * @return the text
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The head, and the body as text.
     *
     * @return for a failure to show
     */
    @Override
    public String toString() {
        return statusLine + "\n" + String.join("\n", fieldLines) + "\n\n" + text();
    }

    private static String line(InputStream in) throws IOException {
        var out = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the stream ended in a line: " + out.toString(StandardCharsets.ISO_8859_1));
            }
            if (b == '\n' || out.size() == LONGEST_HEAD) {
                throw new IOException("a line without CR LF: " + out.toString(StandardCharsets.ISO_8859_1));
            }
            out.write(b);
        }
        if (in.read() != '\n') {
            throw new IOException("CR without LF after: " + out.toString(StandardCharsets.ISO_8859_1));
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}

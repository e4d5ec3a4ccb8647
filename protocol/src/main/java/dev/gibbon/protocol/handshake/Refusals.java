package dev.gibbon.protocol.handshake;

/**
 * The refusals of this package, all of them constants: none can hold a byte of the request, and refusing costs no
 * allocation. Stateless and safe from any thread.
 */
final class Refusals {

    // Syntax of the request line.
    static final Refusal NOT_HTTP =
            bad("This is not an HTTP request: a request begins with a method, a token of visible"
                    + " ASCII characters, and one space.");
    static final Refusal EMPTY_LINES =
            bad("More than one empty line stands before the request line. At most one is allowed.");
    static final Refusal TARGET_CHARACTER = bad("The request target must be visible ASCII characters, with one space on"
            + " each side. Anything else must be percent-encoded.");
    static final Refusal VERSION_SYNTAX =
            bad("The request line must end with the version, such as HTTP/1.1, and CR LF.");
    static final Refusal LINE_END = bad("A line must end with CR LF. A CR or an LF of its own is not allowed.");
    static final Refusal VERSION_UNSUPPORTED =
            new Refusal(505, "The HTTP version is not supported. Use HTTP/1.1 (HTTP/1.0 will do for a plain page).");

    // The request target.
    static final Refusal TARGET_FORM = bad("The request target must be a path that begins with a slash, or an absolute"
            + " http or ws URI with a path.");
    static final Refusal PATH_CHARACTER = bad("The path holds a character that must be percent-encoded, or one that is"
            + " never allowed (such as a backslash or a fragment).");
    static final Refusal PATH_ENCODING = bad("The path holds a bad percent-encoding: it must be % and two hexadecimal"
            + " digits, UTF-8, and no control character, slash or backslash.");
    static final Refusal DOT_SEGMENT = bad("The path holds a segment . or .. that the client should have resolved.");
    static final Refusal QUERY_CHARACTER = bad("The query holds a character that must be percent-encoded.");

    // Syntax of the fields.
    static final Refusal FIELD_NAME =
            bad("A field name must be a token, with nothing before it and the colon right" + " after it.");
    static final Refusal FIELD_FOLDED = bad("A field line begins with a blank. Folded field lines are not allowed.");
    static final Refusal FIELD_BLANK_BEFORE_COLON = bad("A blank stands between a field name and its colon.");
    static final Refusal FIELD_VALUE = bad("A field value holds a control character.");

    // Limits.
    static final Refusal REQUEST_LINE_TOO_LONG =
            new Refusal(414, "The request line is too long. See the limit on a line of the request head.");
    static final Refusal FIELD_LINE_TOO_LONG =
            new Refusal(431, "A field line is too long. See the limit on a line of the request head.");
    static final Refusal HEAD_TOO_LONG =
            new Refusal(431, "The request head is too long. See the limit on the whole request head.");
    static final Refusal TOO_MANY_FIELDS =
            new Refusal(431, "The request has too many fields. See the limit on the fields of the request head.");

    // Rules on the whole head.
    static final Refusal HOST_MISSING = bad("The Host field is missing. An HTTP/1.1 request must have one.");
    static final Refusal HOST_REPEATED = bad("The Host field stands more than once.");
    static final Refusal HOST_INVALID =
            bad("The Host field must be a host name or address, and perhaps a colon and a port of 1 to 65535.");
    static final Refusal HOST_DIFFERS = bad("The Host field and the host of the request target are not the same.");
    static final Refusal BODY_LENGTH =
            bad("The Content-Length field must stand once at most, with one decimal number.");
    static final Refusal BODY = bad(
            "The request announces a body (Content-Length or Transfer-Encoding). No request may" + " have one here.");
    static final Refusal METHOD_NOT_ALLOWED = new Refusal(
                    405, "The method is not allowed here. Use GET or HEAD, in capital letters.")
            .with("Allow", "GET, HEAD");

    // The opening handshake.
    static final Refusal UPGRADE_METHOD =
            new Refusal(405, "A WebSocket handshake must use the method GET.").with("Allow", "GET");
    static final Refusal UPGRADE_HTTP_VERSION = bad("A WebSocket handshake must use HTTP/1.1.");
    static final Refusal UPGRADE_REQUIRED = new Refusal(
                    426,
                    "This path speaks WebSocket only. Expected the fields Upgrade: websocket and Connection: Upgrade."
                            + " If they were sent, a proxy between may have removed them.")
            .with("Upgrade", "websocket");
    static final Refusal WEBSOCKET_VERSION = new Refusal(
                    426, "The WebSocket version must be 13: expected the field Sec-WebSocket-Version: 13, once.")
            .with("Upgrade", "websocket")
            .with("Sec-WebSocket-Version", "13");
    static final Refusal KEY_MISSING = bad("The Sec-WebSocket-Key field is missing.");
    static final Refusal KEY_REPEATED = bad("The Sec-WebSocket-Key field stands more than once.");
    static final Refusal KEY_INVALID =
            bad("The Sec-WebSocket-Key must be 16 bytes in base64: 24 characters, the last two" + " of them ==.");
    static final Refusal SUBPROTOCOLS_INVALID =
            bad("The Sec-WebSocket-Protocol field must be a comma-separated list of tokens, none of them twice.");
    static final Refusal EXTENSIONS_INVALID =
            bad("The Sec-WebSocket-Extensions field does not follow the grammar of" + " RFC 6455, section 9.1.");
    static final Refusal ORIGIN_REPEATED = bad("The Origin field stands more than once.");

    private Refusals() {}

    private static Refusal bad(String message) {
        return new Refusal(400, message);
    }
}

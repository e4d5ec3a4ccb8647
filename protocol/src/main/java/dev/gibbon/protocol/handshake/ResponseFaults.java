package dev.gibbon.protocol.handshake;

/**
 * What can be wrong with a response, as constants: none holds a byte of it. The texts say what was found and what was
 * expected. Stateless and safe from any thread.
 */
final class ResponseFaults {

    // Syntax and limits of the head.
    static final String NOT_HTTP = "the answer is not HTTP: a response begins with HTTP/1.1 and one space";
    static final String VERSION = "the HTTP version of the response is not 1.1 or 1.0";
    static final String STATUS =
            "the status of the response is not three digits between single spaces, the first of them" + " not 0";
    static final String REASON = "the status line holds a control character";
    static final String LINE_END = "a line of the response head does not end with CR LF";
    static final String STATUS_LINE_TOO_LONG =
            "the status line is longer than the limit on a line of the response head (maxLineBytes)";
    static final String FIELD_LINE_TOO_LONG =
            "a field line is longer than the limit on a line of the response head (maxLineBytes)";
    static final String HEAD_TOO_LONG = "the response head is longer than the limit on it (maxHeadBytes)";
    static final String TOO_MANY_FIELDS = "the response has more fields than the limit allows (maxFields)";
    static final String FIELD_NAME =
            "a field name of the response is not a token with nothing before it and the colon right after it";
    static final String FIELD_FOLDED = "a field line of the response is folded or begins with a blank";
    static final String FIELD_VALUE = "a field value of the response holds a control character";
    static final String TOO_MANY_INFORMATIONAL =
            "more informational (1xx) responses came than a server has reason to send";

    // RFC 6455, 4.1: the answer to the opening handshake.
    static final String HTTP_1_0 = "the server answered 101 with HTTP/1.0; switching protocols needs HTTP/1.1";
    static final String UPGRADE = "the 101 must have the field Upgrade once, with the value websocket";
    static final String CONNECTION = "the 101 must have the token Upgrade in its Connection field";
    static final String ACCEPT_MISSING = "the 101 lacks the Sec-WebSocket-Accept field";
    static final String ACCEPT_REPEATED = "the 101 has the Sec-WebSocket-Accept field more than once";
    static final String ACCEPT =
            "the Sec-WebSocket-Accept of the 101 is not the one for the key that was sent; it may be"
                    + " the answer to another request";
    static final String EXTENSIONS =
            "the Sec-WebSocket-Extensions field of the 101 breaks the grammar of RFC 6455, 9.1";
    static final String EXTENSION_NOT_OFFERED = "the server chose an extension that was not offered";
    static final String EXTENSION_REPEATED = "the server chose the same extension more than once";
    static final String SUBPROTOCOL_REPEATED = "the 101 has the Sec-WebSocket-Protocol field more than once";
    static final String SUBPROTOCOL_NOT_OFFERED = "the server chose a subprotocol that was not offered";
    static final String BODY = "the 101 announces a body (Content-Length or Transfer-Encoding), which it cannot have";

    // Redirects.
    static final String LOCATION_COUNT = "the redirect must have the Location field exactly once";
    static final String LOCATION = "the Location of the redirect is not a valid reference to a WebSocket or HTTP URI";
    static final String LOCATION_SCHEME = "the redirect leads to a scheme other than ws, wss, http and https";
    static final String LOCATION_USER = "the Location of the redirect holds user information, which is not followed";
    static final String LOCATION_INSECURE = "the redirect leads from wss to ws, which would give up TLS";

    private ResponseFaults() {}

    /** The fault of a response that breaks a rule that it shares with requests. */
    static String of(Refusal refusal) {
        if (refusal == Refusals.FIELD_LINE_TOO_LONG) {
            return FIELD_LINE_TOO_LONG;
        }
        if (refusal == Refusals.TOO_MANY_FIELDS) {
            return TOO_MANY_FIELDS;
        }
        if (refusal == Refusals.LINE_END) {
            return LINE_END;
        }
        if (refusal == Refusals.FIELD_FOLDED) {
            return FIELD_FOLDED;
        }
        return refusal == Refusals.FIELD_VALUE ? FIELD_VALUE : FIELD_NAME;
    }
}

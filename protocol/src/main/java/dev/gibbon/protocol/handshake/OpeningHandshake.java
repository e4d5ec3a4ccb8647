package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the opening handshake (RFC 6455, 4.2.1): says whether a request is an upgrade, a plain request or
 * neither. It does not look at paths or origins: the caller knows its pages, and {@link OriginPolicy} is asked apart.
 *
 * <p>It holds one {@link AcceptKey} and no other state: one instance a thread serves any number of connections. It writes
 * nothing; {@link ResponseHead} builds the answer.
 */
public final class OpeningHandshake {

    private static final String WEBSOCKET = "websocket";
    private static final String VERSION = "13";

    /** What a request is. */
    public sealed interface Verdict permits Upgrade, PlainRequest, Refused {}

    /** A WebSocket handshake in order in all its parts. Immutable. */
    public static final class Upgrade implements Verdict {

        private final byte[] accept;
        private final List<String> subprotocols;
        private final List<ExtensionOffer> extensions;

        Upgrade(byte[] accept, List<String> subprotocols, List<ExtensionOffer> extensions) {
            this.accept = accept;
            this.subprotocols = subprotocols;
            this.extensions = extensions;
        }

        /**
         * The value for {@code Sec-WebSocket-Accept}.
         *
         * @return {@value AcceptKey#ACCEPT_LENGTH} characters
         */
        public String accept() {
            return new String(accept, StandardCharsets.US_ASCII);
        }

        /**
         * The offered subprotocols.
         *
         * @return tokens in the client's order, none twice; empty if none was offered
         */
        public List<String> subprotocols() {
            return subprotocols;
        }

        /**
         * The offered extensions.
         *
         * @return the offers in the client's order; empty if none was made
         */
        public List<ExtensionOffer> extensions() {
            return extensions;
        }

        /** The accept value as ASCII. Not to be written to. */
        byte[] acceptBytes() {
            return accept;
        }
    }

    /**
     * A GET or HEAD that does not ask for WebSocket. The caller answers with its page, or with
     * {@link OpeningHandshake#upgradeRequired()} where it has none.
     *
     * @param head whether the method is HEAD, whose answer has no body
     * @param keepAlive whether the connection may serve another request
     */
    public record PlainRequest(boolean head, boolean keepAlive) implements Verdict {}

    /**
     * A request that is not served.
     *
     * @param refusal the answer
     */
    public record Refused(Refusal refusal) implements Verdict {}

    private final AcceptKey acceptKey;

    /** An instance with a digest of its own. */
    public OpeningHandshake() {
        this(new AcceptKey());
    }

    /**
     * An instance that shares a digest.
     *
     * @param acceptKey confined to the same thread
     */
    public OpeningHandshake(AcceptKey acceptKey) {
        this.acceptKey = acceptKey;
    }

    /**
     * Judges a request.
     *
     * @param head the request
     * @return what it is; never an exception, whatever the peer sent
     */
    public Verdict judge(RequestHead head) {
        HeaderFields fields = head.fields();
        boolean upgrade = fields.hasToken("Upgrade", WEBSOCKET) && fields.hasToken("Connection", "Upgrade");
        boolean get = head.isMethod("GET");
        if (!get && (upgrade || !head.isMethod("HEAD"))) {
            return new Refused(upgrade ? Refusals.UPGRADE_METHOD : Refusals.METHOD_NOT_ALLOWED);
        }
        Refusal body = judgeBody(fields);
        if (body != null) {
            return new Refused(body);
        }
        return upgrade ? judgeUpgrade(head) : new PlainRequest(!get, keepsAlive(head));
    }

    /**
     * The answer to a plain request for a path that has a WebSocket endpoint and no page.
     *
     * @return 426 with {@code Upgrade: websocket}
     */
    public static Refusal upgradeRequired() {
        return Refusals.UPGRADE_REQUIRED;
    }

    private static @Nullable Refusal judgeBody(HeaderFields fields) {
        int length = fields.indexOf("Content-Length", 0);
        if (length >= 0) {
            if (fields.indexOf("Content-Length", length + 1) >= 0) {
                return Refusals.BODY_LENGTH;
            }
            byte[] bytes = fields.bytes();
            int end = fields.valueEnd(length);
            int at = fields.valueStart(length);
            boolean zero = true;
            if (at == end) {
                return Refusals.BODY_LENGTH;
            }
            for (; at < end; at++) {
                if (!Octets.isDigit(bytes[at])) {
                    return Refusals.BODY_LENGTH;
                }
                zero &= bytes[at] == '0';
            }
            if (!zero) {
                return Refusals.BODY;
            }
        }
        return fields.indexOf("Transfer-Encoding", 0) >= 0 ? Refusals.BODY : null;
    }

    private static boolean keepsAlive(RequestHead head) {
        // A persistent HTTP/1.0 connection through a proxy that does not know it would hang (RFC 9112, C.2.2).
        return head.isHttp11() && !head.fields().hasToken("Connection", "close");
    }

    private Verdict judgeUpgrade(RequestHead head) {
        HeaderFields fields = head.fields();
        if (!head.isHttp11()) {
            // RFC 6455, 4.2.1: "An HTTP/1.1 or higher GET request". HTTP would have us ignore the field and send a
            // page.
            return new Refused(Refusals.UPGRADE_HTTP_VERSION);
        }
        if (!hasVersion13(fields)) {
            return new Refused(Refusals.WEBSOCKET_VERSION);
        }
        int key = fields.indexOf("Sec-WebSocket-Key", 0);
        if (key < 0) {
            return new Refused(Refusals.KEY_MISSING);
        }
        if (fields.indexOf("Sec-WebSocket-Key", key + 1) >= 0) {
            // RFC 6455, 11.3.1: "MUST NOT appear more than once in an HTTP request."
            return new Refused(Refusals.KEY_REPEATED);
        }
        int keyStart = fields.valueStart(key);
        if (!AcceptKey.isValidKey(fields.bytes(), keyStart, fields.valueEnd(key))) {
            return new Refused(Refusals.KEY_INVALID);
        }
        Optional<List<String>> subprotocols = Subprotocols.offered(fields);
        if (subprotocols.isEmpty()) {
            return new Refused(Refusals.SUBPROTOCOLS_INVALID);
        }
        Optional<List<ExtensionOffer>> extensions = ExtensionOffer.parse(fields);
        if (extensions.isEmpty()) {
            return new Refused(Refusals.EXTENSIONS_INVALID);
        }
        return new Upgrade(acceptKey.accept(fields.bytes(), keyStart), subprotocols.get(), extensions.get());
    }

    private static boolean hasVersion13(HeaderFields fields) {
        // RFC 6455, 11.3.5: "MUST NOT appear more than once in an HTTP request."
        int version = fields.indexOf("Sec-WebSocket-Version", 0);
        return version >= 0
                && fields.indexOf("Sec-WebSocket-Version", version + 1) < 0
                && Octets.equal(fields.bytes(), fields.valueStart(version), fields.valueEnd(version), VERSION);
    }
}

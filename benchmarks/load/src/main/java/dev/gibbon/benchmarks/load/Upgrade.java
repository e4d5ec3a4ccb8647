package dev.gibbon.benchmarks.load;

import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.ExtensionOffer;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import dev.gibbon.protocol.handshake.ResponseHeadParser;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshakes of a run. All send the same request, so most servers answer each with the same bytes; an answer that was
 * judged good once is recognised by its bytes. Confined to the generator's thread.
 */
final class Upgrade {

    private static final String DEFLATE = "permessage-deflate";
    private static final String CLIENT_FORGETS = "client_no_context_takeover";
    private static final String SERVER_FORGETS = "server_no_context_takeover";

    private final ClientHandshake handshake;
    private final ByteBuffer request;
    private final boolean deflate;
    private @Nullable ByteBuffer known;

    Upgrade(WebSocketUri target, boolean deflate) {
        byte[] nonce = new byte[ClientHandshake.NONCE_LENGTH];
        new SecureRandom().nextBytes(nonce);
        ClientHandshake.Builder builder = ClientHandshake.to(target);
        if (deflate) {
            builder.extensions(String.join("; ", DEFLATE, CLIENT_FORGETS, SERVER_FORGETS));
        }
        this.deflate = deflate;
        handshake = builder.build(nonce);
        byte[] bytes = handshake.request();
        request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** The request: a view of its own. */
    ByteBuffer request() {
        return request.duplicate();
    }

    /**
     * Whether an answer begins with the one that was judged good before; then the position moves behind it.
     *
     * @param in the first bytes of an answer
     * @return false if it must be parsed
     */
    boolean isKnown(ByteBuffer in) {
        ByteBuffer head = known;
        if (head == null || in.remaining() < head.capacity()) {
            return false;
        }
        if (in.slice(in.position(), head.capacity()).mismatch(head) >= 0) {
            return false;
        }
        in.position(in.position() + head.capacity());
        return true;
    }

    /**
     * Judges an answer.
     *
     * @param parser of this connection
     * @param in what came; the position moves behind what belongs to the answer
     * @return false if more must come
     * @throws LoadFault if it is not the 101 that it must be
     */
    boolean isAccepted(ResponseHeadParser parser, ByteBuffer in) throws LoadFault {
        boolean fromStart = !parser.hasBegun();
        int start = in.position();
        switch (parser.parse(in)) {
            case NEEDS_BYTES -> {
                return false;
            }
            case FAILED -> throw new LoadFault("the answer to the handshake is wrong: " + parser.fault());
            case COMPLETE -> judge(parser.response());
        }
        if (fromStart) {
            int length = in.position() - start;
            known = ByteBuffer.allocateDirect(length)
                    .put(in.slice(start, length))
                    .flip();
        }
        return true;
    }

    private void judge(ReceivedResponse response) throws LoadFault {
        ClientHandshake.Verdict verdict = handshake.judge(response);
        if (verdict instanceof ClientHandshake.Refused) {
            throw new LoadFault(
                    "the server refused the handshake: " + (response + " " + response.reason()).stripTrailing());
        }
        if (verdict instanceof ClientHandshake.Failed failed) {
            throw new LoadFault("the answer to the handshake is wrong: " + failed.reason());
        }
        if (deflate && verdict instanceof ClientHandshake.Accepted accepted) {
            judgeDeflate(accepted.extensions());
        }
    }

    private static void judgeDeflate(List<ExtensionOffer> extensions) throws LoadFault {
        for (ExtensionOffer extension : extensions) {
            if (extension.name().equals(DEFLATE)) {
                // RFC 7692, 7.1.1.1: "A server accepts ... by including the parameter in the corresponding extension
                // negotiation response".
                if (extension.parameters().stream().noneMatch(p -> p.name().equals(SERVER_FORGETS))) {
                    throw new LoadFault("the server did not agree to " + SERVER_FORGETS);
                }
                return;
            }
        }
        throw new LoadFault("the server did not agree to " + DEFLATE);
    }
}

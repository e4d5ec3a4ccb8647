package dev.gibbon.internal.client;

import dev.gibbon.ProxyException;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy answers and what it is sent for that, as one line of hex, the same for every way of cutting the answer.
 *
 * @param sent everything that was sent, the pieces in order
 * @param open whether there is a tunnel
 * @param left what was left for it
 * @param failure why there is none
 */
record Transcript(
        String sent, boolean open, String left, @Nullable ProxyException failure) {
    /** Plays an answer, in every way, and has the same outcome each time. */
    static Transcript of(Supplier<? extends TunnelProtocol> protocols, byte[] answer) {
        List<Transcript> all = new ArrayList<>();
        for (Splits.Way way : Splits.of(answer)) {
            all.add(play(protocols.get(), way.pieces()));
        }
        for (Transcript each : all) {
            if (!each.line().equals(all.get(0).line())) {
                throw new AssertionError("cut otherwise: " + each.line() + "; whole: "
                        + all.get(0).line());
            }
        }
        return all.get(0);
    }

    static Transcript of(Supplier<? extends TunnelProtocol> protocols, String hex) {
        return of(protocols, Hex.bytes(hex));
    }

    private String line() {
        return sent + " | " + open + " | " + left + " | " + (failure == null ? "" : failure.getMessage());
    }

    /** The answer as it comes, and the end of the stream if nothing is decided by then. */
    private static Transcript play(TunnelProtocol protocol, List<byte[]> pieces) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        sent.writeBytes(protocol.request());
        ProxyException failure = null;
        try {
            for (byte[] piece : pieces) {
                ByteBuffer in = ByteBuffer.wrap(piece);
                while (in.hasRemaining() && !protocol.isOpen()) {
                    sent.writeBytes(protocol.take(in));
                }
                left.write(piece, in.position(), in.remaining());
            }
            if (!protocol.isOpen()) {
                failure = protocol.ended();
            }
        } catch (ProxyException e) {
            failure = e;
        }
        boolean open = protocol.isOpen();
        return new Transcript(Hex.of(sent.toByteArray()), open, open ? Hex.of(left.toByteArray()) : "", failure);
    }
}

package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Heads.Outcome;
import dev.gibbon.protocol.handshake.OpeningHandshake.PlainRequest;
import dev.gibbon.protocol.handshake.OpeningHandshake.Refused;
import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import dev.gibbon.protocol.handshake.OpeningHandshake.Verdict;
import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server on this package alone: the bytes of a request to the bytes of the answer. It speaks the subprotocol chat. */
final class Answers {

    private Answers() {}

    /** What a server answers to these bytes; null if it would wait for more. */
    static @Nullable String answer(byte[] bytes) {
        Outcome outcome = Heads.feed(bytes);
        if (outcome.result() == Result.NEEDS_BYTES) {
            return null;
        }
        if (outcome.result() == Result.REFUSED) {
            return Heads.latin1(ResponseHead.refusal(outcome.refusal(), true));
        }
        Verdict verdict = new OpeningHandshake().judge(outcome.head());
        Refusal origin = OriginPolicy.sameOrigin().check(outcome.head(), false);
        if (verdict instanceof Refused refused) {
            return Heads.latin1(ResponseHead.refusal(refused.refusal(), true));
        }
        if (verdict instanceof PlainRequest) {
            return Heads.latin1(ResponseHead.refusal(OpeningHandshake.upgradeRequired(), true));
        }
        if (origin != null) {
            return Heads.latin1(ResponseHead.refusal(origin, true));
        }
        Upgrade upgrade = (Upgrade) verdict;
        String subprotocol = Subprotocols.choose(List.of("chat"), upgrade.subprotocols());
        return Heads.latin1(ResponseHead.switchingProtocols(upgrade, subprotocol, List.of()));
    }

    static void assertRefused(byte[] bytes, int status) {
        assertThat(answer(bytes))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nConnection: close")
                .contains("\r\nContent-Length: ");
    }

    /** The handshake with a text in the place of another. */
    static byte[] changed(String from, String to) {
        String head = Heads.latin1(Heads.handshake().bytes());
        assertThat(head).contains(from);
        return Heads.latin1(head.replace(from, to));
    }
}

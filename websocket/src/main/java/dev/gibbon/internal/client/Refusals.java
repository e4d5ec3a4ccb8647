package dev.gibbon.internal.client;

import dev.gibbon.HandshakeResponse;
import dev.gibbon.internal.connection.CloseRecord;
import dev.gibbon.protocol.handshake.Challenge;
import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import dev.gibbon.protocol.handshake.Redirect;
import dev.gibbon.protocol.handshake.RefusalBody;
import org.jspecify.annotations.Nullable;

/** What a client makes of an answer that is not 101: one request more, or the words for the failure. */
final class Refusals {
    private static final int UNAUTHORIZED = 401;
    private static final int MOST_REASON_CHARS = 200;

    private Refusals() {}

    /** Where to ask again: at the target of a redirect, or here with the credentials; null if nowhere. */
    static @Nullable Hop follow(ClientSettings settings, Hop hop, ClientHandshake asked, ReceivedResponse response) {
        if (Redirect.isRedirect(response) && hop.redirectsLeft() > 0) {
            return Redirect.judge(hop.uri(), response) instanceof Redirect.To to ? hop.redirected(to.target()) : null;
        }
        // Whoever was told credentials already, in whatever way, does not take them.
        boolean wanted = response.status() == UNAUTHORIZED
                && settings.credentials() != null
                && hop.home()
                && asked.fields().count("Authorization") == 0
                && Challenge.basic(response.fields(), "WWW-Authenticate") != null;
        return wanted ? hop.authorized() : null;
    }

    /** Takes as much of the body as is kept. */
    static RefusalBody body(ReceivedResponse response) {
        return new RefusalBody(response, HandshakeResponse.MAX_BODY_BYTES);
    }

    /** Why it is a failure, and which setting would help. */
    static String describe(ClientSettings settings, Hop hop, ReceivedResponse response) {
        String reason = CloseRecord.printable(response.reason());
        String what = "the server answered " + response.status() + " instead of 101"
                + (reason.isEmpty() ? "" : ": " + reason.substring(0, Math.min(MOST_REASON_CHARS, reason.length())));
        if (Redirect.isRedirect(response)) {
            return what + redirectHint(settings, hop, response);
        }
        if (response.status() == UNAUTHORIZED
                && settings.credentials() == null
                && settings.uri().credentials() == null) {
            return what + " (credentials(user, password) answers a demand for Basic authentication)";
        }
        return what;
    }

    private static String redirectHint(ClientSettings settings, Hop hop, ReceivedResponse response) {
        if (settings.redirects() == 0) {
            return " (redirects are followed if followRedirects says how many)";
        }
        if (hop.redirectsLeft() == 0) {
            return " (followRedirects allows " + settings.redirects() + ")";
        }
        return Redirect.judge(hop.uri(), response) instanceof Redirect.Broken broken
                ? " (" + broken.reason() + ")"
                : "";
    }
}

package dev.gibbon.protocol.deflate;

import dev.gibbon.protocol.handshake.ExtensionOffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Agrees on permessage-deflate in an opening handshake (RFC 7692, 5 and 7.1): what a server answers to offers, what a client
 * offers, and what it makes of the answer. Functions of what they are given; safe on any thread.
 */
public final class DeflateNegotiation {
    /** The extension's name. */
    public static final String NAME = "permessage-deflate";

    private DeflateNegotiation() {}

    /**
     * A server's answer.
     *
     * @param parameters what is agreed
     * @param value the element for {@code Sec-WebSocket-Extensions}
     */
    public record Answer(DeflateParameters parameters, String value) {}

    /** What a client makes of a server's answer. */
    public sealed interface Verdict permits Agreed, NotAgreed, Broken {}

    /**
     * Messages may be compressed.
     *
     * @param parameters what is agreed
     */
    public record Agreed(DeflateParameters parameters) implements Verdict {}

    /** The server did not take the extension up. */
    public record NotAgreed() implements Verdict {}

    /**
     * The answer breaks a rule: RFC 7692, 7.1 has the client fail the connection.
     *
     * @param reason a sentence without a full stop, without anything of the peer's bytes
     */
    public record Broken(String reason) implements Verdict {}

    /**
     * What a server answers. The first offer that can be accepted is; one with an unknown or repeated parameter, or a bad value, is
     * declined (RFC 7692, 7.1). Nothing is declined for its window bits.
     *
     * @param offers the offered extensions in the client's order, of all names
     * @param preferences what the server wants
     * @return the answer; no value when no offer can be accepted, and then the extension is not mentioned in the response
     */
    public static Optional<Answer> answer(List<ExtensionOffer> offers, DeflatePreferences preferences) {
        for (ExtensionOffer element : offers) {
            if (element.name().equals(NAME)) {
                DeflateElement offer = DeflateElement.read(element, true);
                if (offer.fault() == null) {
                    return Optional.of(accept(offer, preferences));
                }
            }
        }
        return Optional.empty();
    }

    private static Answer accept(DeflateElement offer, DeflatePreferences preferences) {
        // RFC 7692, 7.1.1.1: "A server accepts an extension negotiation offer that includes the
        // "server_no_context_takeover" extension parameter by including [it] in the corresponding extension negotiation
        // response". It may do so unasked.
        boolean serverNoTakeover = offer.serverNoTakeover() || preferences.serverNoContextTakeover();
        // 7.1.1.2: unasked as well; asked, it is the client's hint, which the server makes a rule.
        boolean clientNoTakeover = offer.clientNoTakeover() || preferences.clientNoContextTakeover();
        // 7.1.2.1: "by including the "server_max_window_bits" extension parameter in the extension negotiation response
        // [...] with the same or smaller value as the offer". It may do so unasked.
        int serverBits = Math.min(offer.serverBits(), preferences.serverMaxWindowBits());
        // 7.1.2.2: "If a received extension negotiation offer doesn't have the "client_max_window_bits" extension
        // parameter, the corresponding extension negotiation response to the offer MUST NOT include [it]".
        int clientBits = offer.hasClientBits()
                ? Math.min(offer.clientBits(), preferences.clientMaxWindowBits())
                : DeflateParameters.MAX_WINDOW_BITS;
        boolean sayServerBits = offer.hasServerBits() || serverBits < DeflateParameters.MAX_WINDOW_BITS;
        String value = element(
                serverNoTakeover,
                clientNoTakeover,
                sayServerBits ? serverBits : 0,
                clientBits < DeflateParameters.MAX_WINDOW_BITS ? clientBits : 0,
                false);
        return new Answer(new DeflateParameters(serverNoTakeover, clientNoTakeover, serverBits, clientBits), value);
    }

    /**
     * What a client offers: all that is wanted, and, when that asks the server for a smaller window, which some cannot keep, the same
     * without it.
     *
     * @param preferences what the client wants
     * @return a value for {@code Sec-WebSocket-Extensions}
     */
    public static String offer(DeflatePreferences preferences) {
        boolean smaller = preferences.serverMaxWindowBits() < DeflateParameters.MAX_WINDOW_BITS;
        String last = offer(preferences, 0);
        return smaller ? offer(preferences, preferences.serverMaxWindowBits()) + ", " + last : last;
    }

    private static String offer(DeflatePreferences preferences, int serverBits) {
        int clientBits = preferences.clientMaxWindowBits();
        // RFC 7692, 7.1.2.2: without a value it says that the client understands the parameter in an answer.
        return element(
                preferences.serverNoContextTakeover(),
                preferences.clientNoContextTakeover(),
                serverBits,
                clientBits < DeflateParameters.MAX_WINDOW_BITS ? clientBits : 0,
                true);
    }

    private static String element(
            boolean serverNoTakeover, boolean clientNoTakeover, int serverBits, int clientBits, boolean offer) {
        StringBuilder value = new StringBuilder(NAME);
        if (serverNoTakeover) {
            value.append("; ").append(DeflateElement.SERVER_NO_CONTEXT_TAKEOVER);
        }
        if (clientNoTakeover) {
            value.append("; ").append(DeflateElement.CLIENT_NO_CONTEXT_TAKEOVER);
        }
        if (serverBits != 0) {
            value.append("; ")
                    .append(DeflateElement.SERVER_MAX_WINDOW_BITS)
                    .append('=')
                    .append(serverBits);
        }
        if (clientBits != 0) {
            value.append("; ")
                    .append(DeflateElement.CLIENT_MAX_WINDOW_BITS)
                    .append('=')
                    .append(clientBits);
        } else if (offer) {
            value.append("; ").append(DeflateElement.CLIENT_MAX_WINDOW_BITS);
        }
        return value.toString();
    }

    /**
     * What a client makes of the answer to its {@link #offer}.
     *
     * @param answer the extensions in the response, all of them
     * @param preferences those of the offer; null when nothing was offered
     * @return agreed, not agreed, or the reason to fail the connection
     */
    public static Verdict judge(List<ExtensionOffer> answer, @Nullable DeflatePreferences preferences) {
        if (answer.isEmpty()) {
            return new NotAgreed();
        }
        ExtensionOffer element = answer.get(0);
        // RFC 6455, 4.1: "if this header field indicates the use of an extension that was not present in the client's
        // handshake (the server has indicated an extension not requested by the client), the client MUST _Fail the
        // WebSocket Connection_."
        if (preferences == null || !element.name().equals(NAME)) {
            return new Broken("the server answered with an extension that was not offered");
        }
        if (answer.size() > 1) {
            return new Broken(
                    answer.get(1).name().equals(NAME)
                            ? "the server answered twice with permessage-deflate"
                            : "the server answered with an extension that was not offered");
        }
        DeflateElement response = DeflateElement.read(element, false);
        String fault = response.fault() != null ? response.fault() : compare(response, preferences);
        return fault != null ? new Broken(fault) : new Agreed(agreed(response, preferences));
    }

    /** Why no offer of ours can have this answer; null if one can. Each offer but the last one has more in it. */
    private static @Nullable String compare(DeflateElement response, DeflatePreferences preferences) {
        if (preferences.serverNoContextTakeover() && !response.serverNoTakeover()) {
            return "the answer lacks server_no_context_takeover, which was asked for";
        }
        if (response.hasClientBits() && response.clientBits() > preferences.clientMaxWindowBits()) {
            return "the answer has a larger client_max_window_bits than the offer";
        }
        return null;
    }

    private static DeflateParameters agreed(DeflateElement response, DeflatePreferences preferences) {
        // RFC 7692, 7.1.1.2 and 7.1.2.2: what the offer says of the client is a hint that it will keep to, whether the
        // server repeats it or not.
        return new DeflateParameters(
                response.serverNoTakeover(),
                response.clientNoTakeover() || preferences.clientNoContextTakeover(),
                response.serverBits(),
                Math.min(response.clientBits(), preferences.clientMaxWindowBits()));
    }
}

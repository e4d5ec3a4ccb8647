package dev.gibbon.protocol.deflate;

import dev.gibbon.protocol.handshake.ExtensionOffer;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one permessage-deflate element, an offer or an answer, read by RFC 7692, 7.1. Immutable once read.
 */
final class DeflateElement {
    static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
    static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
    static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
    static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

    private boolean serverNoTakeover;
    private boolean clientNoTakeover;
    private int serverBits;
    private int clientBits;
    private @Nullable String fault;

    private DeflateElement() {}

    /**
     * Reads an element.
     *
     * @param offer whether it stands in a request, where one value may be missing
     */
    static DeflateElement read(ExtensionOffer element, boolean offer) {
        var read = new DeflateElement();
        for (ExtensionOffer.Parameter parameter : element.parameters()) {
            read.fault = read.take(parameter.name(), parameter.value(), offer);
            if (read.fault != null) {
                break;
            }
        }
        return read;
    }

    private @Nullable String take(String name, @Nullable String value, boolean offer) {
        // RFC 7692, 7.1: a parameter not defined, an invalid value, or "multiple extension parameters with the same
        // name" make an offer to be declined and an answer to be failed.
        switch (name) {
            case SERVER_NO_CONTEXT_TAKEOVER -> {
                boolean again = serverNoTakeover;
                serverNoTakeover = true;
                return again || value != null ? fault(SERVER_NO_CONTEXT_TAKEOVER, again) : null;
            }
            case CLIENT_NO_CONTEXT_TAKEOVER -> {
                boolean again = clientNoTakeover;
                clientNoTakeover = true;
                return again || value != null ? fault(CLIENT_NO_CONTEXT_TAKEOVER, again) : null;
            }
            case SERVER_MAX_WINDOW_BITS -> {
                boolean again = serverBits != 0;
                serverBits = windowBits(value);
                return again || serverBits == 0 ? fault(SERVER_MAX_WINDOW_BITS, again) : null;
            }
            case CLIENT_MAX_WINDOW_BITS -> {
                boolean again = clientBits != 0;
                // 7.1.2.2: "This parameter has no value or a decimal integer value without leading zeroes between 8 to
                // 15 inclusive" in an offer.
                clientBits = offer && value == null ? DeflateParameters.MAX_WINDOW_BITS : windowBits(value);
                return again || clientBits == 0 ? fault(CLIENT_MAX_WINDOW_BITS, again) : null;
            }
            default -> {
                return "permessage-deflate has an unknown parameter";
            }
        }
    }

    private static String fault(String name, boolean again) {
        return "permessage-deflate has " + name + (again ? " twice" : " with a value that it must not have");
    }

    /** RFC 7692, 7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive"; else 0. */
    private static int windowBits(@Nullable String value) {
        if (value == null) {
            return 0;
        }
        return switch (value) {
            case "8" -> 8;
            case "9" -> 9;
            case "10" -> 10;
            case "11" -> 11;
            case "12" -> 12;
            case "13" -> 13;
            case "14" -> 14;
            case "15" -> 15;
            default -> 0;
        };
    }

    /** Why it is neither to be accepted nor to be obeyed; null when all is well. */
    @Nullable
    String fault() {
        return fault;
    }

    boolean serverNoTakeover() {
        return serverNoTakeover;
    }

    boolean clientNoTakeover() {
        return clientNoTakeover;
    }

    boolean hasServerBits() {
        return serverBits != 0;
    }

    /** The server's window, the largest when nothing is said. */
    int serverBits() {
        return serverBits == 0 ? DeflateParameters.MAX_WINDOW_BITS : serverBits;
    }

    boolean hasClientBits() {
        return clientBits != 0;
    }

    /** The client's window, the largest when nothing is said. */
    int clientBits() {
        return clientBits == 0 ? DeflateParameters.MAX_WINDOW_BITS : clientBits;
    }
}

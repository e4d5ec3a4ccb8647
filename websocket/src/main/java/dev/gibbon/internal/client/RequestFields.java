package dev.gibbon.internal.client;

import dev.gibbon.protocol.handshake.BasicCredentials;
import dev.gibbon.protocol.handshake.HeaderField;
import dev.gibbon.protocol.handshake.HeaderFields;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.CookieHandler;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The header fields of a request that are not the protocol's own: the application's, its credentials and its cookies, as far as
 * they may be told to whom the request goes. Calls the application, so not on a loop if there is anything to call.
 */
final class RequestFields {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** What tells another server nothing that was meant for the first one. */
    private static final List<String> HARMLESS = List.of("User-Agent", "Accept-Language");

    private RequestFields() {}

    /**
     * Works them out.
     *
     * @throws IllegalArgumentException if the application's cannot be sent
     * @throws IOException if the cookie handler failed
     */
    static List<HeaderField> of(ClientSettings settings, Hop hop) throws IOException {
        List<HeaderField> fields = new ArrayList<>();
        List<String> cookies = new ArrayList<>();
        for (HeaderField field : own(settings, hop)) {
            if (field.name().equalsIgnoreCase("Cookie")) {
                cookies.add(field.value());
            } else {
                fields.add(field);
            }
        }
        authorize(settings, hop, fields);
        CookieHandler handler = settings.cookieHandler();
        if (handler != null) {
            cookies.addAll(stored(handler, hop));
        }
        if (!cookies.isEmpty()) {
            // RFC 6265, 5.4: "the user agent MUST NOT attach more than one Cookie header field".
            fields.add(new HeaderField("Cookie", String.join("; ", cookies)));
        }
        return fields;
    }

    /** Every field of the application's may be a credential: to another origin none of them goes but two. */
    private static List<HeaderField> own(ClientSettings settings, Hop hop) {
        if (!hop.home()) {
            return settings.headers().stream()
                    .filter(field -> HARMLESS.stream().anyMatch(field.name()::equalsIgnoreCase))
                    .toList();
        }
        List<HeaderField> fields = new ArrayList<>(settings.headers());
        var supplier = settings.moreHeaders();
        if (supplier != null) {
            for (Map.Entry<String, String> field : supplier.get().entrySet()) {
                fields.add(new HeaderField(field.getKey(), field.getValue()));
            }
        }
        return fields;
    }

    private static void authorize(ClientSettings settings, Hop hop, List<HeaderField> fields) {
        if (!hop.home() || fields.stream().anyMatch(field -> field.name().equalsIgnoreCase("Authorization"))) {
            return;
        }
        // User and password in the URI are meant to be sent; the others wait until they are asked for.
        BasicCredentials credentials = settings.uri().credentials();
        if (credentials == null && hop.authorize()) {
            credentials = settings.credentials();
        }
        if (credentials != null) {
            fields.add(new HeaderField("Authorization", credentials.fieldValue()));
        }
    }

    private static List<String> stored(CookieHandler handler, Hop hop) throws IOException {
        URI uri = hop.uri().toHttpUri();
        if (uri.getHost() == null) {
            // A name that the platform's URI does not know for one, such as with an underscore: handlers go by it.
            return List.of();
        }
        Map<String, List<String>> told = handler.get(uri, Map.of());
        List<String> sendable = new ArrayList<>();
        for (String cookie : told.getOrDefault("Cookie", List.of())) {
            try {
                sendable.add(new HeaderField("Cookie", cookie).value());
            } catch (IllegalArgumentException e) {
                // It was a server that set it, so it must not keep us from connecting.
                LOG.log(Level.DEBUG, "a cookie that cannot be sent was left out", e);
            }
        }
        return sendable;
    }

    /**
     * Tells the cookie handler of an answer.
     *
     * @throws IOException if it failed
     */
    static void store(ClientSettings settings, Hop hop, HeaderFields answer) throws IOException {
        CookieHandler handler = settings.cookieHandler();
        URI uri = hop.uri().toHttpUri();
        if (handler != null && uri.getHost() != null) {
            handler.put(uri, ClientResponse.byName(answer));
        }
    }
}

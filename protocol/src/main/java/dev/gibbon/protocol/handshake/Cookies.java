package dev.gibbon.protocol.handshake;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code Cookie} fields (RFC 6455, 4.2.2 lets a server use them; the grammar is RFC 6265, 4.2.1). What makes no sense
 * is passed over: cookies of any age and origin arrive together, and one bad one must not cost the others.
 * Stateless and safe from any thread.
 */
public final class Cookies {

    private Cookies() {}

    /**
     * The cookies of a request.
     *
     * @param fields the fields of a request
     * @return names and values in their order, read-only. A pair without {@code =} or whose name is not a token is passed
     *     over; of several with one name the first stays, which is the one with the longest path; one pair of quotes
     *     around a value is taken off. Values may hold any character but controls
     */
    public static Map<String, String> parse(HeaderFields fields) {
        Map<String, String> cookies = new LinkedHashMap<>();
        for (String value : fields.all("Cookie")) {
            int start = 0;
            while (start < value.length()) {
                int semicolon = value.indexOf(';', start);
                int end = semicolon < 0 ? value.length() : semicolon;
                pair(value.substring(start, end), cookies);
                start = end + 1;
            }
        }
        return Collections.unmodifiableMap(cookies);
    }

    private static void pair(String pair, Map<String, String> cookies) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            return;
        }
        String name = pair.substring(0, equals).strip();
        if (Octets.all(Octets.TOKEN, name)) {
            cookies.putIfAbsent(name, unquoted(pair.substring(equals + 1).strip()));
        }
    }

    private static String unquoted(String value) {
        int last = value.length() - 1;
        return last > 0 && value.charAt(0) == '"' && value.charAt(last) == '"' ? value.substring(1, last) : value;
    }
}

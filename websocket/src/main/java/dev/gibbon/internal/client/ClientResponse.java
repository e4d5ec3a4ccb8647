package dev.gibbon.internal.client;

import dev.gibbon.HandshakeResponse;
import dev.gibbon.protocol.handshake.HeaderFields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A server's answer for the application. Immutable. */
final class ClientResponse implements HandshakeResponse {
    private final int status;
    private final HeaderFields fields;
    private final byte[] body;

    /** Takes the body over. */
    ClientResponse(int status, HeaderFields fields, byte[] body) {
        this.status = status;
        this.fields = fields;
        this.body = body;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(fields.first(name));
    }

    @Override
    public List<String> headers(String name) {
        return fields.all(name);
    }

    @Override
    public Map<String, List<String>> headers() {
        return byName(fields);
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /** The fields as a map whose names compare in any case. */
    static Map<String, List<String>> byName(HeaderFields fields) {
        Map<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < fields.size(); i++) {
            byName.computeIfAbsent(fields.name(i), name -> new ArrayList<>(1)).add(fields.value(i));
        }
        byName.replaceAll((name, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(byName);
    }

    /** The status and the size; no values, which may be secrets. */
    @Override
    public String toString() {
        return "HandshakeResponse[status=" + status + ", " + fields.size() + " fields, " + body.length
                + " bytes of body]";
    }
}

package dev.gibbon.protocol.handshake;

import java.util.List;

/**
 * Why a request is not served, as a value: a status, a short text for whoever reads the answer, and fields that the
 * status demands (such as {@code Allow}). The connection closes after it. Immutable; safe from any thread.
 *
 * <p>The refusals that this package makes never hold bytes of the request, but for the one of {@link OriginPolicy}, which
 * names the origin after it was checked and cut.
 *
 * @param status 300 to 599, not 304
 * @param message plain text, one or more sentences: what was wrong and what was expected
 * @param fields fields to send along; not {@code Connection}, {@code Content-Length}, {@code Content-Type} or
 *     {@code Transfer-Encoding}, which are for {@link ResponseHead#refusal} to decide
 */
public record Refusal(int status, String message, List<HeaderField> fields) {

    /**
     * Checks the status and copies the fields.
     *
     * @param status 300 to 599, not 304
     * @param message plain text
     * @param fields fields to send along
     * @throws IllegalArgumentException if the status is not that of a refusal, or a field is one that it may not have
     */
    public Refusal {
        if (status < 300 || status > 599 || status == 304) {
            throw new IllegalArgumentException("a refusal has a status of 300 to 599, not 304; this is " + status);
        }
        fields = List.copyOf(fields);
        ResponseHead.requireNone(ResponseHead.DELIMITING, fields);
    }

    /**
     * A refusal without fields.
     *
     * @param status 300 to 599, not 304
     * @param message plain text
     * @throws IllegalArgumentException if the status is not that of a refusal
     */
    public Refusal(int status, String message) {
        this(status, message, List.of());
    }

    /**
     * This refusal with one more field.
     *
     * @param name a token
     * @param value visible ASCII and blanks inside
     * @return the changed refusal
     * @throws IllegalArgumentException if the name or the value cannot be written as it is, or the field is one that a
     *     refusal may not have
     */
    public Refusal with(String name, String value) {
        HeaderField[] more = fields.toArray(new HeaderField[fields.size() + 1]);
        more[fields.size()] = new HeaderField(name, value);
        return new Refusal(status, message, List.of(more));
    }
}

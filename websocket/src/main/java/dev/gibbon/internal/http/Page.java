package dev.gibbon.internal.http;

import dev.gibbon.protocol.handshake.HeaderField;
import java.util.List;

/**
 * What is answered to GET of a path.
 *
 * @param contentType the value of Content-Type
 * @param etag a strong tag in quotes
 * @param content never changed
 * @param fields more of the response's head
 */
@SuppressWarnings("ArrayRecordComponent")
public record Page(String contentType, String etag, byte[] content, List<HeaderField> fields) {}

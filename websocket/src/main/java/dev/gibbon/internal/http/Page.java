package dev.gibbon.internal.http;

/**
 * What is answered to GET of a path.
 *
 * @param contentType the value of Content-Type
 * @param etag a strong tag in quotes
 * @param content never changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Page(String contentType, String etag, byte[] content) {}

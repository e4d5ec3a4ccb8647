/**
 * The opening handshake of RFC 6455, section 4, and the strict HTTP/1.1 heads that it needs (RFC 9112).
 *
 * <p>Bytes go in, a judgement comes out: {@link dev.gibbon.protocol.handshake.RequestHeadParser} reads one request head,
 * {@link dev.gibbon.protocol.handshake.OpeningHandshake} says whether it is an upgrade, a plain request or neither, and
 * {@link dev.gibbon.protocol.handshake.ResponseHead} builds the bytes of the answer. For a client {@link
 * dev.gibbon.protocol.handshake.WebSocketUri} reads where to go, {@link dev.gibbon.protocol.handshake.ClientHandshake} builds the
 * bytes of the request and judges the answer, and {@link dev.gibbon.protocol.handshake.ResponseHeadParser} reads it; around them
 * are redirects, challenges, a proxy's CONNECT and the beginning of a refusal's body. Nothing in this package does I/O,
 * looks at a clock, takes a lock or uses a regular expression. What a peer did wrong is a value
 * (such as {@link dev.gibbon.protocol.handshake.Refusal}); what a caller did wrong is an exception.
 *
 * <p>There is no tolerant mode. Everything that two HTTP parsers are known to read differently is refused.
 */
@NullMarked
package dev.gibbon.protocol.handshake;

import org.jspecify.annotations.NullMarked;

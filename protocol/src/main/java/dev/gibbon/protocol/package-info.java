/**
 * WebSocket frames and messages (RFC 6455, 5 to 8) without I/O: bytes in, events out; commands in, bytes out.
 *
 * <p>Four layers, each ignorant of the next: syntax ({@link dev.gibbon.protocol.FrameHeader},
 * {@link dev.gibbon.protocol.Masking}), rules, messages ({@link dev.gibbon.protocol.Utf8Validator}) and lifecycle
 * ({@link dev.gibbon.protocol.CloseState}). {@link dev.gibbon.protocol.Engine} is all of them behind one door, one per
 * endpoint. {@link dev.gibbon.protocol.FrameReader} reads frames for tools.
 *
 * <p>Nothing here starts threads, takes locks, reads clocks, logs or touches a socket. Unless a type says otherwise, an
 * object belongs to one thread at a time.
 */
@NullMarked
package dev.gibbon.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * The extension permessage-deflate (RFC 7692), both roles: its negotiation, and messages deflated and inflated under what was
 * agreed. Native memory is borrowed from a {@link dev.gibbon.protocol.deflate.DeflatePool} of the caller.
 */
@NullMarked
package dev.gibbon.protocol.deflate;

import org.jspecify.annotations.NullMarked;

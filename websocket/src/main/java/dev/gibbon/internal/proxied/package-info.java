/**
 * What a server behind a proxy believes about its clients, and whose word it takes for that: the PROXY protocol in front of
 * everything else, and the forwarded fields of the request.
 */
@NullMarked
package dev.gibbon.internal.proxied;

import org.jspecify.annotations.NullMarked;

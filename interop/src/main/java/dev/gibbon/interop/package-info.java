/**
 * Gibbon and other implementations, each as a client and as a server. All of it is tests: one list of scenarios, one class a
 * peer.
 */
@NullMarked
package dev.gibbon.interop;

import org.jspecify.annotations.NullMarked;

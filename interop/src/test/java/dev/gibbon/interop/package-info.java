/**
 * Gibbon and other implementations, each as a client and as a server: one list of scenarios ({@link
 * dev.gibbon.interop.Scenario}), one class a peer.
 */
@NullMarked
package dev.gibbon.interop;

import org.jspecify.annotations.NullMarked;

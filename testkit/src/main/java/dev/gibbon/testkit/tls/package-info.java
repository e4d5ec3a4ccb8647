/** Certificates that a test makes on the spot, and contexts for the JDK's own TLS. */
@NullMarked
package dev.gibbon.testkit.tls;

import org.jspecify.annotations.NullMarked;

/**
 * The cases of the Autobahn|Testsuite, groups 1 to 7, 9 and 10, anew and by the same numbers: what is sent, how it is cut,
 * and the one answer that its strict verdict allows. {@link dev.gibbon.testkit.autobahn.Cases} lists them, {@link
 * dev.gibbon.testkit.autobahn.Referee} runs them against a {@link dev.gibbon.testkit.autobahn.Subject}. Nothing here knows
 * Gibbon.
 */
@NullMarked
package dev.gibbon.testkit.autobahn;

import org.jspecify.annotations.NullMarked;

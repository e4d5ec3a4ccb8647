/** What tests share: readable bytes, cuts, seeded chance and a raw WebSocket peer. */
@NullMarked
package dev.gibbon.testkit;

import org.jspecify.annotations.NullMarked;

/**
 * Fuzz targets for the peer's bytes, each with oracles of its own, and the replay of their corpora as plain tests. The targets are
 * static methods {@code fuzzerTestOneInput(byte[])}: Jazzer's standalone driver calls them, and nothing here depends on Jazzer.
 * See {@code docs/fuzzing.md}.
 */
@NullMarked
package dev.gibbon.protocol.fuzz;

import org.jspecify.annotations.NullMarked;

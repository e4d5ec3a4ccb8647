/** What all contenders must do. */
@NullMarked
package dev.gibbon.benchmarks.contract;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.gibbon.engines;

import org.jspecify.annotations.NullMarked;

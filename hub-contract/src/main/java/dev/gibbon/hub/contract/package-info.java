/** What every backplane promises, as tests. */
@NullMarked
package dev.gibbon.hub.contract;

import org.jspecify.annotations.NullMarked;

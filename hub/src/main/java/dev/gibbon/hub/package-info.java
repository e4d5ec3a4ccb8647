/** Topics, their history and who is present, and the engines that keep them. */
@NullMarked
package dev.gibbon.hub;

import org.jspecify.annotations.NullMarked;

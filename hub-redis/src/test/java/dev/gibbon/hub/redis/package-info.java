@NullMarked
package dev.gibbon.hub.redis;

import org.jspecify.annotations.NullMarked;

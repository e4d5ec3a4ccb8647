@NullMarked
package dev.gibbon.hub.nats;

import org.jspecify.annotations.NullMarked;

/** The chat room: one message to many, on one node or on several. */
@NullMarked
package dev.gibbon.demos.chat;

import org.jspecify.annotations.NullMarked;

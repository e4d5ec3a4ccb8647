package dev.gibbon.protocol;

/** How an {@link Engine} hands out data messages. Chosen at its making, for its life. */
public enum Delivery {
    /** A message at a time, assembled: {@link Engine.Event#MESSAGE}. */
    WHOLE,
    /**
     * Bytes as they arrive, nothing kept: {@link Engine.Event#PART}. Text is checked as far as it has come; a part may
     * end inside a character.
     */
    PARTS
}

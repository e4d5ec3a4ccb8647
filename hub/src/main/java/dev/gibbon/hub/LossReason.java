package dev.gibbon.hub;

/** Why the messages behind a position cannot be told. */
public enum LossReason {
    /** The history does not reach back so far: its bounds of count, bytes or age have cut it. */
    TRIMMED,

    /** The engine has lost messages, or another one where this one was; the topic goes on in a new epoch. */
    NEW_EPOCH
}

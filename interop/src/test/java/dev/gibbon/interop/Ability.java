package dev.gibbon.interop;

/** What not every peer lets its application do. */
enum Ability {
    /** The client sends a message in fragments of the application's choice. */
    CLIENT_PARTS,
    /** The client sends a ping with a payload, and its application hears of the pong. */
    CLIENT_PING,
    /** The client never closes its socket before its Close is written, or before it has read the other one. */
    CLIENT_CLOSES_CLEANLY,
    /** The server sends a message in fragments of the application's choice. */
    SERVER_PARTS,
    /** The server sends a ping with a payload, and its application hears of the pong. */
    SERVER_PING,
    /** The server's application may close with 1001. */
    SERVER_CLOSES_1001
}

package dev.gibbon.protocol.handshake;

/** Keeps the exported package from being empty; the first real class of it replaces this one. */
final class Placeholder {
    private Placeholder() {}
}

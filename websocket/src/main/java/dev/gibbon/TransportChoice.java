package dev.gibbon;

/**
 * What moves the bytes beneath event loops: the JDK's channels, or system calls made straight from Java.
 *
 * <p>The native transport is an artifact of its own, {@code gibbon-native}. It needs Linux on x86-64 or AArch64, JDK 22 or newer,
 * and native access, which {@code --enable-native-access=ALL-UNNAMED} permits (or {@code dev.gibbon.epoll}, on the module path).
 * Nothing but speed and memory depends on the choice.
 *
 * <p>Where nothing is chosen {@link #AUTO} holds, unless the system property {@code gibbon.transport} says {@code auto}, {@code nio}
 * or {@code native} when the loops are made.
 */
public enum TransportChoice {
    /**
     * The native transport where it is present, permitted and works, else {@link #NIO}. If it is present and cannot be used, one
     * line of level INFO says why; the JDK's warning about native access is never provoked.
     */
    AUTO,

    /** The channels and selectors of {@code java.nio}: every JDK and system. */
    NIO,

    /**
     * The native transport, or no loops: making them throws {@link UnsupportedOperationException}, which says why. If native access was
     * not permitted on the command line the JDK decides, with a warning or by refusing.
     */
    NATIVE
}

package dev.gibbon.internal.transport;

import java.net.SocketAddress;

/** A name on an in-memory network. Two are equal if their names are. */
public final class MemoryAddress extends SocketAddress {
    private static final long serialVersionUID = 1L;

    private final String name;

    /** Makes an address. */
    public MemoryAddress(String name) {
        this.name = name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemoryAddress that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return "memory:" + name;
    }
}

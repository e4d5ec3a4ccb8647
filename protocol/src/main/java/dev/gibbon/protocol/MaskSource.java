package dev.gibbon.protocol;

/**
 * Where a client's masking keys come from. RFC 6455, 10.3, asks for keys that the author of the payload cannot
 * predict, so the source must be a cryptographically strong one. The core has none of its own: it is
 * passed in. Called on the thread that owns the engine.
 */
@FunctionalInterface
public interface MaskSource {
    /**
     * The key of the next frame.
     *
     * @return four fresh random bytes; the most significant one is first on the wire
     */
    int nextKey();
}

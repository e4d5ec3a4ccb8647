package dev.gibbon.protocol.deflate;

/**
 * What an engine needs to know of an agreed permessage-deflate. Immutable; connections that agreed on the same may share
 * one.
 *
 * @param parameters what was agreed
 * @param level how hard this end tries, 0 (stored) to 9
 * @param pool where natives are borrowed
 */
public record AgreedDeflate(DeflateParameters parameters, int level, DeflatePool pool) {
    /** Unless another is chosen: within 1 or 2 % of the size at zlib's own 6 for most messages, for a sixth less time from 16 KiB on. */
    public static final int DEFAULT_LEVEL = 5;

    /**
     * Checks the level.
     *
     * @param parameters what was agreed
     * @param level 0 to 9
     * @param pool where natives are borrowed
     * @throws IllegalArgumentException when the level is out of range
     */
    public AgreedDeflate {
        requireLevel(level);
    }

    static void requireLevel(int level) {
        if (level < 0 || level > 9) {
            throw new IllegalArgumentException("level must be 0 to 9, not " + level);
        }
    }
}

package dev.gibbon.internal.loop;

import dev.gibbon.protocol.MaskSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Random bytes that nobody can predict, for the clients of one loop: masking keys (RFC 6455, 10.3) and the keys of opening
 * handshakes. They are drawn in blocks, since a call of the generator costs more than its bytes, and each is used once and wiped.
 * Only for the loop's thread.
 */
public final class MaskKeys implements MaskSource {
    /** 1024 keys: the generator's own cost disappears, and an idle loop holds one page. */
    private static final int BLOCK_BYTES = 4 << 10;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final SecureRandom random;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int used = BLOCK_BYTES;

    /** Draws from the platform's generator. */
    MaskKeys() {
        this(new SecureRandom());
    }

    MaskKeys(SecureRandom random) {
        this.random = random;
    }

    @Override
    public int nextKey() {
        int at = take(Integer.BYTES);
        int key = (int) INT.get(block, at);
        INT.set(block, at, 0);
        return key;
    }

    /** So many fresh bytes, at most 64. */
    public byte[] bytes(int count) {
        if (count > 64) {
            throw new IllegalArgumentException(count + " bytes: expected at most 64");
        }
        int at = take((count + Integer.BYTES - 1) & -Integer.BYTES);
        byte[] bytes = Arrays.copyOfRange(block, at, at + count);
        Arrays.fill(block, at, at + count, (byte) 0);
        return bytes;
    }

    private int take(int count) {
        if (BLOCK_BYTES - used < count) {
            random.nextBytes(block);
            used = 0;
        }
        int at = used;
        used += count;
        return at;
    }
}

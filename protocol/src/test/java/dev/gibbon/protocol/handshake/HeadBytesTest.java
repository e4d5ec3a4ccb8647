package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeadBytesTest {

    @Test
    void holdsNothingBeforeTheFirstByte() {
        assertThat(new HeadBytes(16384).bytes()).isEmpty();
    }

    @Test
    void roomGrowsWithTheBytesThatCame() {
        HeadBytes head = new HeadBytes(16384);
        for (int i = 0; i < 16384; i++) {
            assertThat(head.isFull()).isFalse();
            head.fill(ByteBuffer.wrap(new byte[] {(byte) i}));
            assertThat(head.length()).isEqualTo(i + 1);
            assertThat(head.bytes().length).isBetween(i + 1, Math.max(128, 2 * (i + 1)));
        }
        assertThat(head.isFull()).isTrue();
        for (int i = 0; i < 16384; i++) {
            assertThat(head.bytes()[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void takesNoMoreThanTheLimit() {
        HeadBytes head = new HeadBytes(1500);
        ByteBuffer in = ByteBuffer.allocate(5000);
        while (!head.isFull()) {
            int before = in.position();
            head.fill(in);
            assertThat(in.position()).isGreaterThan(before);
        }
        assertThat(in.position()).isEqualTo(1500);
        assertThat(head.bytes()).hasSize(1500);
    }

    @Test
    void aLimitMayBeSmallerThanTheFirstRoom() {
        HeadBytes head = new HeadBytes(3);
        head.fill(ByteBuffer.allocate(10));
        assertThat(head.bytes()).hasSize(3);
        assertThat(head.isFull()).isTrue();
    }

    @Test
    void whatIsBehindTheEndGoesBack() {
        HeadBytes head = new HeadBytes(100);
        ByteBuffer in = ByteBuffer.wrap(new byte[50]);
        in.position(10).limit(40);
        head.fill(in);
        assertThat(in.position()).isEqualTo(40);
        head.giveBack(in, 12);
        assertThat(in.position()).isEqualTo(22);
        assertThat(head.length()).isEqualTo(12);
    }

    /** A head may live as long as its connection. */
    @Test
    void littleRoomIsKeptBehindAHead() {
        HeadBytes head = new HeadBytes(10_000);
        head.fill(ByteBuffer.allocate(1000));
        assertThat(head.compact(936)).isSameAs(head.bytes()).hasSize(1000);
        assertThat(head.compact(935)).hasSize(935);
        assertThat(head.compact(500)).hasSize(500);
    }
}

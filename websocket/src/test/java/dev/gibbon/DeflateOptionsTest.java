package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class DeflateOptionsTest {
    @Test
    void theDefaultsAreOnWithoutTakeover() {
        Deflate on = WebSocketOptions.defaults().deflate();
        assertThat(on).isSameAs(Deflate.on());
        assertThat(on.enabled()).isTrue();
        assertThat(on.outgoingTakeover()).isFalse();
        assertThat(on.incomingTakeover()).isFalse();
        assertThat(on.outgoingWindowBits()).isEqualTo(15);
        assertThat(on.incomingWindowBits()).isEqualTo(15);
        assertThat(on.level()).isEqualTo(Deflate.DEFAULT_LEVEL);
        assertThat(on.threshold()).isEqualTo(1024);
        assertThat(Deflate.off().enabled()).isFalse();
    }

    @Test
    void eachValueIsSetAlone() {
        Deflate all = Deflate.on()
                .outgoingTakeover(true)
                .incomingTakeover(true)
                .outgoingWindowBits(9)
                .incomingWindowBits(8)
                .level(9)
                .threshold(0);
        assertThat(all).isEqualTo(new Deflate(true, true, true, 9, 8, 9, 0));
        assertThat(all.outgoingTakeover(false)).isEqualTo(new Deflate(true, false, true, 9, 8, 9, 0));
        WebSocketOptions options = WebSocketOptions.builder().deflate(all).build();
        assertThat(options.with().maxMessageBytes(5).build().deflate()).isSameAs(all);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        refuses(deflate -> deflate.outgoingWindowBits(7), "outgoingWindowBits is 7: expected 8 to 15");
        refuses(deflate -> deflate.outgoingWindowBits(16), "outgoingWindowBits is 16: expected 8 to 15");
        refuses(deflate -> deflate.incomingWindowBits(7), "incomingWindowBits is 7: expected 8 to 15");
        refuses(deflate -> deflate.level(0), "level is 0: expected 1 to 9");
        refuses(deflate -> deflate.level(10), "level is 10: expected 1 to 9");
        refuses(deflate -> deflate.threshold(-1), "threshold is -1: expected 0 to 2147483647");
    }

    private static void refuses(UnaryOperator<Deflate> change, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(Deflate.on()))
                .withMessage(message);
    }

    @Test
    void aPreparedMessageIsCompressedOnceForEachSetOfParameters() {
        var pool = dev.gibbon.protocol.deflate.DeflatePool.unpooled();
        var shared = (dev.gibbon.internal.message.SharedFrame) PreparedMessage.text("compress me ".repeat(200));
        var wide = shared.deflated(6, 15, pool);
        assertThat(wide.deflated()).isTrue();
        assertThat(shared.deflated(6, 15, pool)).isSameAs(wide);
        var narrow = shared.deflated(6, 9, pool);
        assertThat(narrow).isNotSameAs(wide);
        assertThat(shared.deflated(6, 9, pool)).isSameAs(narrow);
        assertThat(shared.deflated(6, 15, pool)).isSameAs(wide);
        assertThat(wide.frame().get(0)).isEqualTo((byte) 0xc1);
        assertThat(shared.plain().frame().get(0)).isEqualTo((byte) 0x81);

        var small = (dev.gibbon.internal.message.SharedFrame) PreparedMessage.text("ab");
        assertThat(small.deflated(6, 15, pool)).isSameAs(small.plain());
    }
}

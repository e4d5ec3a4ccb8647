package dev.gibbon.demos.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.ScheduledTask;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ticker with timers that fire when the test says so, and a socket that writes down what it is given. */
class TickerTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

    private final List<Runnable> armed = new ArrayList<>();
    private final List<Message> sent = new ArrayList<>();
    private final List<String> closes = new ArrayList<>();
    private SendResult result = SendResult.ACCEPTED;

    private final Ticker ticker = new Ticker(this::arm, NOON);
    private final WebSocket socket = (WebSocket) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {WebSocket.class}, (proxy, method, args) -> {
                switch (method.getName()) {
                    case "trySend" -> {
                        if (result == SendResult.ACCEPTED) {
                            sent.add(args[0] instanceof String text ? Message.text(text) : (Message) args[0]);
                        }
                        return result;
                    }
                    case "close" -> {
                        closes.add(args[0] + " " + args[1]);
                        return null;
                    }
                    default -> throw new UnsupportedOperationException(method.toString());
                }
            });

    private ScheduledTask arm(Duration delay, Runnable task) {
        assertThat(delay).isEqualTo(Duration.ofSeconds(2));
        armed.add(task);
        return () -> armed.remove(task);
    }

    private void twoSecondsPass() {
        List<Runnable> due = List.copyOf(armed);
        armed.clear();
        due.forEach(Runnable::run);
    }

    private void come(String text) {
        ticker.onMessage(socket, Message.text(text));
    }

    private List<String> texts() {
        return sent.stream().map(Message::text).toList();
    }

    private void close() {
        ticker.onClose(socket, new CloseInfo(CloseInfo.Initiator.PEER, 1000, "", 1000, "", null, 0));
    }

    @Test
    void textComesBackEveryTwoSecondsWithTheTime() {
        come("hello");
        assertThat(sent).isEmpty();
        twoSecondsPass();
        assertThat(texts()).containsExactly("12:00:00 hello");
        twoSecondsPass();
        assertThat(texts()).containsExactly("12:00:00 hello", "12:00:00 hello");
    }

    @Test
    void binaryComesBackAsItWas() {
        ticker.onMessage(socket, Message.binary(new byte[] {1, 2, (byte) 255}));
        twoSecondsPass();
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).isText()).isFalse();
        assertThat(sent.get(0).bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, (byte) 255}));
    }

    @Test
    void sixteenRepliesRun() {
        for (int i = 1; i <= 16; i++) {
            come("m" + i);
        }
        assertThat(sent).isEmpty();
        assertThat(armed).hasSize(16);
        twoSecondsPass();
        assertThat(sent).hasSize(16);
    }

    @Test
    void theSeventeenthEndsTheOldestWhichSaysSo() {
        for (int i = 1; i <= 18; i++) {
            come("m" + i);
        }
        assertThat(texts())
                .containsExactly(
                        "At most 16 replies run at once; the oldest ends: \"m1\"",
                        "At most 16 replies run at once; the oldest ends: \"m2\"");
        assertThat(armed).hasSize(16);
        sent.clear();
        twoSecondsPass();
        assertThat(texts()).hasSize(16).startsWith("12:00:00 m3").endsWith("12:00:00 m18");
    }

    @Test
    void aReplyThatEndsNamesBinaryBySizeAndLongTextByItsBeginning() {
        ticker.onMessage(socket, Message.binary(new byte[300]));
        come("\ud83e\udda7".repeat(41)); // as long as 82 chars, and must not be cut in the middle of one
        for (int i = 1; i <= 16; i++) {
            come("m" + i);
        }
        assertThat(texts())
                .containsExactly(
                        "At most 16 replies run at once; the oldest ends: 300 bytes of binary",
                        "At most 16 replies run at once; the oldest ends: \"" + "\ud83e\udda7".repeat(40) + "...\"");
    }

    @Test
    void allTimersEndWithTheConnection() {
        come("a");
        come("b");
        close();
        assertThat(armed).isEmpty();
    }

    @Test
    void aTickThatWasAlreadyUnderWayWhenTheConnectionClosedDoesNothing() {
        come("a");
        Runnable late = armed.get(0);
        close();
        late.run();
        assertThat(sent).isEmpty();
        assertThat(armed).isEmpty();
    }

    @Test
    void aPeerThatDoesNotReadMissesTicksAndIsClosedWhenItMustBeTold() {
        for (int i = 1; i <= 16; i++) {
            come("m" + i);
        }
        result = SendResult.FULL;
        twoSecondsPass();
        assertThat(armed).hasSize(16);
        assertThat(closes).isEmpty();
        come("m17");
        assertThat(closes).containsExactly("1013 You do not read what is sent.");
    }
}

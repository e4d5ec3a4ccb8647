package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is said over a connection, from the client's end; the server echoes and obeys {@link Instruction}. What comes back is
 * compared byte for byte. Each scenario ends with the closing handshake.
 */
enum Scenario {
    BINARY_OF_EVERY_SIZE {
        @Override
        void play(Conversation with) throws Exception {
            for (int size : Payloads.SIZES) {
                echo(with, Heard.Message.binary(Payloads.prose(size).getBytes(StandardCharsets.UTF_8)));
            }
        }
    },
    TEXT_OF_EVERY_SIZE {
        @Override
        void play(Conversation with) throws Exception {
            for (int size : Payloads.SIZES) {
                echo(with, Heard.Message.text(Payloads.prose(size)));
            }
        }
    },
    NOISE_OF_EVERY_SIZE {
        @Override
        void play(Conversation with) throws Exception {
            for (int size : Payloads.SIZES) {
                echo(with, Heard.Message.binary(Payloads.noise(size)));
            }
        }
    },
    THE_SAME_AGAIN_AND_AGAIN {
        @Override
        void play(Conversation with) throws Exception {
            // With context takeover each refers to those before it, as far as the window reaches.
            for (int i = 0; i < 20; i++) {
                echo(with, Heard.Message.text(Payloads.prose(3000 + i % 3)));
                echo(with, Heard.Message.binary(Payloads.noise(700)));
            }
        }
    },
    MANY_SMALL {
        @Override
        void play(Conversation with) throws Exception {
            for (int i = 0; i < 1000; i++) {
                with.send(Heard.Message.text("message " + i));
            }
            for (int i = 0; i < 1000; i++) {
                expect(with, Heard.Message.text("message " + i));
            }
        }
    },
    PARTS_FROM_THE_CLIENT(Ability.CLIENT_PARTS) {
        @Override
        void play(Conversation with) throws Exception {
            for (int size : List.of(10, 5000, 200_000)) {
                for (boolean isText : List.of(true, false)) {
                    List<byte[]> parts = Payloads.parts(Payloads.prose(size), 7);
                    with.sendParts(isText, parts);
                    expect(with, new Heard.Message(isText, joined(parts)));
                }
            }
            with.sendParts(true, List.of(new byte[0], new byte[0]));
            expect(with, Heard.Message.text(""));
        }
    },
    PARTS_FROM_THE_SERVER(Ability.SERVER_PARTS) {
        @Override
        void play(Conversation with) throws Exception {
            tell(with, new Instruction.Parts());
            for (int size : List.of(10, 5000, 200_000)) {
                echo(with, Heard.Message.text(Payloads.prose(size)));
                echo(with, Heard.Message.binary(Payloads.noise(size)));
            }
        }
    },
    PING_FROM_THE_CLIENT(Ability.CLIENT_PING) {
        @Override
        void play(Conversation with) throws Exception {
            for (byte[] payload : List.of(bytes("tick"), Payloads.noise(125))) {
                with.ping(payload);
                Heard heard = with.hear();
                assertThat(heard).isInstanceOf(Heard.Pong.class);
                assertThat(((Heard.Pong) heard).payload()).isEqualTo(payload);
            }
            echo(with, Heard.Message.text("afterwards"));
        }
    },
    PING_FROM_THE_SERVER(Ability.SERVER_PING) {
        @Override
        void play(Conversation with) throws Exception {
            tell(with, new Instruction.Ping("tock"));
            expect(with, Heard.Message.text(Instruction.Ping.answer("tock")));
            echo(with, Heard.Message.text("afterwards"));
        }
    },
    CLIENT_CLOSES_3000(Farewell.CLIENT_3000),
    CLIENT_CLOSES_4999(Farewell.CLIENT_4999),
    SERVER_CLOSES_1000(Farewell.SERVER_1000),
    SERVER_CLOSES_1001(Farewell.SERVER_1001, Ability.SERVER_CLOSES_1001),
    SERVER_CLOSES_4999(Farewell.SERVER_4999);

    private final Farewell farewell;

    @SuppressWarnings("ImmutableEnumChecker") // this kind of set never changes
    private final Set<Ability> needs;

    Scenario(Ability... needs) {
        this(Farewell.CLIENT_1000, needs);
    }

    Scenario(Farewell farewell, Ability... needs) {
        this.farewell = farewell;
        this.needs = Set.of(needs);
    }

    /** What is said before the end. */
    void play(Conversation with) throws Exception {}

    Farewell farewell() {
        return farewell;
    }

    /** Plays it to the end of the closing handshake, as the client sees it. */
    void run(Conversation with) throws Exception {
        play(with);
        if (farewell.byServer()) {
            tell(with, new Instruction.Close(farewell.code(), farewell.reason()));
            assertThat(with.hear()).isEqualTo(new Heard.Closed(farewell.code(), farewell.reason()));
        } else {
            with.close(farewell.code(), farewell.reason());
            Heard heard = with.hear();
            assertThat(heard).isInstanceOf(Heard.Closed.class);
            assertThat(((Heard.Closed) heard).code()).isEqualTo(farewell.code());
        }
    }

    /** Whether a compressing connection must have compressed in this one, both ways. */
    boolean hasMuchToCompress() {
        return this == BINARY_OF_EVERY_SIZE || this == TEXT_OF_EVERY_SIZE || this == THE_SAME_AGAIN_AND_AGAIN;
    }

    /** Those that two ends with these abilities can play. */
    static List<Scenario> playableWith(Set<Ability> abilities) {
        return Stream.of(values())
                .filter(scenario -> abilities.containsAll(scenario.needs))
                .toList();
    }

    private static void echo(Conversation with, Heard.Message message) throws Exception {
        with.send(message);
        expect(with, message);
    }

    private static void tell(Conversation with, Instruction instruction) throws Exception {
        with.send(Heard.Message.text(instruction.toString()));
    }

    private static void expect(Conversation with, Heard.Message expected) throws Exception {
        Heard heard = with.hear();
        assertThat(heard).as("what came instead of: " + expected).isInstanceOf(Heard.Message.class);
        var message = (Heard.Message) heard;
        assertThat(message.isText()).as("the type of: " + message).isEqualTo(expected.isText());
        // Not the arrays themselves: a failure would print a megabyte.
        int difference = Arrays.mismatch(message.payload(), expected.payload());
        assertThat(difference)
                .as("where " + message.payload().length + " bytes differ from the " + expected.payload().length)
                .isEqualTo(-1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(List<byte[]> parts) {
        var whole = new ByteArrayOutputStream();
        parts.forEach(whole::writeBytes);
        return whole.toByteArray();
    }
}

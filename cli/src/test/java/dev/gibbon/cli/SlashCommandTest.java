package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlashCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "hello", " /ping", "a /close", "\\n \"quoted' !!"})
    void aLineIsAText(String line) {
        assertThat(SlashCommand.parse(line)).isEqualTo(new SlashCommand.Text(line));
    }

    @Test
    void twoSlashesAreATextWithOne() {
        assertThat(SlashCommand.parse("//ping")).isEqualTo(new SlashCommand.Text("/ping"));
        assertThat(SlashCommand.parse("///")).isEqualTo(new SlashCommand.Text("//"));
    }

    @Test
    void commands() {
        assertThat(SlashCommand.parse("/ping")).isEqualTo(new SlashCommand.Ping());
        assertThat(SlashCommand.parse("/help ")).isEqualTo(new SlashCommand.Help());
        assertThat(SlashCommand.parse("/binary  a file")).isEqualTo(new SlashCommand.Binary("a file"));
        assertThat(SlashCommand.parse("/close")).isEqualTo(new SlashCommand.Close(1000, ""));
        assertThat(SlashCommand.parse("/close 4000")).isEqualTo(new SlashCommand.Close(4000, ""));
        assertThat(SlashCommand.parse("/close 1000  good bye")).isEqualTo(new SlashCommand.Close(1000, "good bye"));
        assertThat(SlashCommand.parse("/close 1000 " + "x".repeat(123)))
                .isEqualTo(new SlashCommand.Close(1000, "x".repeat(123)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ | unknown command '/'",
                "/Ping | unknown command '/Ping'",
                "/pingx | unknown command '/pingx'",
                "/ping 1 | /ping takes nothing",
                "/binary | /binary needs a FILE",
                "/close bye | the code 'bye' cannot be sent",
                "/close 999 | the code '999' cannot be sent",
                "/close 1005 | the code '1005' cannot be sent",
                "/close 1006 x | the code '1006' cannot be sent",
                "/close 1015 | the code '1015' cannot be sent",
                "/close 2999 | the code '2999' cannot be sent",
                "/close 5000 | the code '5000' cannot be sent",
            })
    void whatIsWrongIsSaid(String line, String why) {
        assertThat(SlashCommand.parse(line))
                .isInstanceOfSatisfying(
                        SlashCommand.Wrong.class,
                        wrong -> assertThat(wrong.why()).startsWith(why));
    }

    @Test
    void aReasonHas123BytesAtMost() {
        assertThat(SlashCommand.parse("/close 1000 " + "x".repeat(124))).isInstanceOf(SlashCommand.Wrong.class);
        assertThat(SlashCommand.parse("/close 1000 " + "ü".repeat(62))).isInstanceOf(SlashCommand.Wrong.class);
    }
}

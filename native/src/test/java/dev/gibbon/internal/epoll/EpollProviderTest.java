package dev.gibbon.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.EventLoops;
import dev.gibbon.TransportChoice;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** When the native transport is taken. */
class EpollProviderTest {
    /** Run by the tests in a JVM of its own: makes loops twice and says on what they run. */
    static final class Program {
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try (EventLoops loops = EventLoops.builder()
                        .loops(1)
                        .transport(TransportChoice.valueOf(arguments[0]))
                        .start()) {
                    System.out.println("runs on " + loops.transport());
                } catch (UnsupportedOperationException e) {
                    System.out.println("fails: " + e.getMessage());
                }
            }
        }
    }

    private static List<String> run(String choice, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath(), Program.class.getName(), choice));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Surefire keeps the real one in a property of its own. */
    private static String classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(path).contains(File.pathSeparator);
        return path;
    }

    @Test
    void autoTakesItWhereItIsPermitted() throws Exception {
        assertThat(run("AUTO", "--enable-native-access=ALL-UNNAMED"))
                .containsExactly("runs on native", "runs on native");
    }

    @Test
    void autoProvokesNoWarningAndSaysOnceWhyItIsNotTaken() throws Exception {
        List<String> lines = run("AUTO");

        assertThat(lines).filteredOn(line -> line.startsWith("runs on")).containsExactly("runs on nio", "runs on nio");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("INFO"))
                .singleElement()
                .asString()
                .contains("--enable-native-access=ALL-UNNAMED");
        assertThat(lines).noneMatch(line -> line.contains("WARNING"));
    }

    @Test
    void whoAskedForItGetsItWithTheWarningOfTheJdk() throws Exception {
        List<String> lines = run("NATIVE");

        assertThat(lines).contains("runs on native").anyMatch(line -> line.startsWith("WARNING"));
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void whoAskedForItIsToldThatTheJdkRefuses() throws Exception {
        List<String> lines = run("NATIVE", "--illegal-native-access=deny");

        assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("fails: the native transport was asked for"));
    }

    @Test
    void anotherSystemIsRefusedBeforeAnythingIsCalled() throws Exception {
        assertThat(run("AUTO", "--enable-native-access=ALL-UNNAMED", "-Dos.arch=riscv64"))
                .contains("runs on nio")
                .anyMatch(line -> line.contains("riscv64"));
        assertThat(run("NATIVE", "--enable-native-access=ALL-UNNAMED", "-Dos.name=FreeBSD"))
                .allMatch(line -> line.startsWith("fails: ") && line.contains("FreeBSD"));
    }

    @Test
    void nioRemainsAChoice() {
        try (EventLoops loops = EventLoops.builder()
                .loops(1)
                .daemon(true)
                .transport(TransportChoice.NIO)
                .start()) {
            assertThat(loops.transport()).isEqualTo("nio");
        }
    }

    @Test
    void errorsSayWhatTheJdksDo() {
        assertThat(Errno.forSocket(Errno.ECONNREFUSED))
                .isInstanceOf(java.net.ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(Errno.forSocket(Errno.EHOSTUNREACH)).isInstanceOf(java.net.NoRouteToHostException.class);
        assertThat(Errno.forSocket(Errno.EADDRINUSE))
                .isInstanceOf(java.net.BindException.class)
                .hasMessage("Address already in use");
        assertThat(Errno.forSocket(Errno.EPROTO)).isInstanceOf(java.net.ProtocolException.class);
        assertThat(Errno.forRead(Errno.ETIMEDOUT))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Connection timed out");
        assertThatThrownBy(() -> EpollConnecting.check(-Errno.EACCES)).isInstanceOf(java.net.BindException.class);
    }
}

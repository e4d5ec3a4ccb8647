package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContenderTest {
    private static final Jdk JDK_17 = new Jdk(Path.of("/jdk-17"), 17, "17.0.15");
    private static final Jdk JDK_25 = new Jdk(Path.of("/jdk-25"), 25, "25.0.3");

    @TempDir
    Path home;

    @BeforeEach
    void describe() throws IOException {
        contender("netty", """
                title=Netty
                variants=epoll, io_uring
                variant.io_uring.java=21
                artifact=netty-codec-http
                options.22=--enable-native-access=ALL-UNNAMED -Dx=y
                options=-Dalways=true
                """, "netty-codec-http-4.2.18.Final.jar", "netty-common-4.2.18.Final.jar");
        contender("helidon", "java=21\n");
        contender("tcp", "raw=true\nskip=text\nskip.reason=knows only bytes\n", "tcp-1.jar");
        Files.createDirectories(home.resolve("no-contender"));
    }

    private void contender(String name, String description, String... jars) throws IOException {
        Path folder = Files.createDirectories(home.resolve(name));
        Files.writeString(folder.resolve("contender.properties"), description);
        for (String jar : jars) {
            Files.createFile(folder.resolve(jar));
        }
    }

    private Contender named(String name) throws IOException {
        return Contender.in(home).stream()
                .filter(contender -> contender.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void areFoundByTheirDescriptions() throws IOException {
        List<Contender> found = Contender.in(home);
        assertThat(found).extracting(Contender::name).containsExactly("helidon", "netty", "tcp");
        assertThat(named("netty").title()).isEqualTo("Netty");
        assertThat(named("netty").variants()).containsExactly("epoll", "io_uring");
    }

    @Test
    void tellTheVersionOfTheirJar() throws IOException {
        assertThat(named("netty").entrant("epoll", JDK_25, false).version()).isEqualTo("4.2.18.Final");
        assertThat(named("helidon").entrant(null, JDK_25, false).version()).isNull();
    }

    @Test
    void areLabelledByVariantAndOnlyWhereNeededByJdk() throws IOException {
        assertThat(named("netty").entrant("epoll", JDK_25, false).label()).isEqualTo("netty/epoll");
        assertThat(named("netty").entrant("epoll", JDK_25, true).label()).isEqualTo("netty/epoll@25");
        assertThat(named("tcp").entrant(null, JDK_17, true).label()).isEqualTo("tcp@17");
    }

    @Test
    void sayWhichJdkTheyNeed() throws IOException {
        assertThat(named("helidon").entrant(null, JDK_17, false).absent())
                .isEqualTo("needs JDK 21, and this is 17.0.15");
        assertThat(named("netty").entrant("io_uring", JDK_17, false).absent())
                .isEqualTo("needs JDK 21, and this is 17.0.15");
        assertThat(named("netty").entrant("epoll", JDK_17, false).absent()).isNull();
    }

    @Test
    void sayWhenTheyWereNotBuilt() throws IOException {
        assertThat(named("helidon").entrant(null, JDK_25, false).absent())
                .isEqualTo("was not built: building it needs JDK 21");
    }

    @Test
    void areStartedWithTheOptionsThatTheirJdkKnows() throws IOException {
        Entrant.Launch old = named("netty").entrant("epoll", JDK_17, false).launch();
        Entrant.Launch current = named("netty").entrant("epoll", JDK_25, false).launch();
        assertThat(ServerProcess.command(old, Entrant.Purpose.LOAD, 1, 0))
                .containsExactly(
                        "/jdk-17/bin/java",
                        "-Xms1g",
                        "-Xmx4g",
                        "-XX:+UseSerialGC",
                        "-Dalways=true",
                        "-cp",
                        home.resolve("netty/*").toString(),
                        "dev.gibbon.benchmarks.contender.Main",
                        "netty",
                        "--port",
                        "0",
                        "--loops",
                        "1",
                        "--variant",
                        "epoll");
        assertThat(ServerProcess.command(current, Entrant.Purpose.DEFLATE, 2, 0))
                .contains("--enable-native-access=ALL-UNNAMED", "-Dx=y", "--deflate", "2");
        assertThat(ServerProcess.command(current, Entrant.Purpose.MEMORY, 1, 0))
                .contains("-Xms16m")
                .doesNotContain("--deflate");
    }

    @Test
    void sayWhatTheyCannotDo() throws IOException {
        Entrant tcp = named("tcp").entrant(null, JDK_17, false);
        assertThat(tcp.raw()).isTrue();
        assertThat(tcp.excuse(Samples.measure("echo-125"))).isNull();
        assertThat(tcp.excuse(Samples.measure("text-1k-p16"))).isEqualTo("knows only bytes");
        assertThat(tcp.excuse(Samples.measure("handshake"))).isEqualTo("speaks no WebSocket");
        assertThat(tcp.excuse(Samples.measure("idle-10000"))).isEqualTo("speaks no WebSocket");
    }

    @Test
    void fileThatMakesNoSenseIsNamed() throws IOException {
        contender("odd", "java=new\n");
        assertThatThrownBy(() -> named("odd").entrant(null, JDK_17, false))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("contender.properties: java is no number: new");
    }
}

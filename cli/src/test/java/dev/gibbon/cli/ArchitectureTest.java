package dev.gibbon.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.gibbon.protocol.deflate.MessageInflater;
import dev.gibbon.protocol.handshake.BasicCredentials;
import dev.gibbon.testkit.Hex;
import java.io.ObjectInputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.InflaterOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the modules, which point down only, and the rules that hold in all of them. */
class ArchitectureTest {
    private static final String PROTOCOL = "dev.gibbon.protocol..";
    private static final String API = "dev.gibbon";
    private static final String INTERNAL = "dev.gibbon.internal..";
    private static final String HUB = "dev.gibbon.hub";
    private static final String BACKPLANES = "dev.gibbon.hub.*..";
    private static final String DEMOS = "dev.gibbon.demos..";
    private static final String CLI = "dev.gibbon.cli..";
    private static final String TESTKIT = "dev.gibbon.testkit..";

    private static JavaClasses gibbon;

    @BeforeAll
    static void load() throws ClassNotFoundException {
        List<URL> modules = new ArrayList<>();
        for (Class<?> oneOfEach : List.of(
                Hex.class,
                Class.forName("dev.gibbon.protocol.package-info"),
                Class.forName("dev.gibbon.package-info"),
                Class.forName("dev.gibbon.hub.package-info"),
                Class.forName("dev.gibbon.demos.package-info"),
                Class.forName("dev.gibbon.cli.package-info"))) {
            modules.add(oneOfEach.getProtectionDomain().getCodeSource().getLocation());
        }
        assertThat(modules).doesNotHaveDuplicates();
        gibbon = new ClassFileImporter().importUrls(modules);
    }

    @Test
    void arrowsPointDown() {
        arrow(PROTOCOL, API, INTERNAL, HUB, BACKPLANES, DEMOS, CLI, TESTKIT);
        arrow(API, HUB, BACKPLANES, DEMOS, CLI, TESTKIT);
        arrow(INTERNAL, HUB, BACKPLANES, DEMOS, CLI, TESTKIT);
        arrow(HUB, INTERNAL, BACKPLANES, DEMOS, CLI, TESTKIT);
        arrow(DEMOS, INTERNAL, CLI, TESTKIT);
        arrow(CLI, INTERNAL, TESTKIT);
        arrow(TESTKIT, PROTOCOL, API, INTERNAL, HUB, BACKPLANES, DEMOS, CLI);
    }

    @Test
    void publishedModulesUseTheJdkAlone() {
        classes()
                .that(resideInAnyPackage(PROTOCOL, API, INTERNAL, HUB))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                PROTOCOL,
                                API,
                                INTERNAL,
                                HUB,
                                "java..",
                                "javax.crypto..",
                                "javax.net..",
                                "javax.security.auth..",
                                "jdk.jfr",
                                "org.jspecify.annotations")
                        .or(describe(
                                "primitives",
                                type -> type.getBaseComponentType().isPrimitive()))
                        .or(describe(
                                "arrays of these",
                                type -> type.isArray()
                                        && type.getBaseComponentType()
                                                .getPackageName()
                                                .matches("(java|dev\\.gibbon)\\b.*"))))
                .check(gibbon);
    }

    @Test
    void publishedModulesReflectOnNothing() {
        noClasses()
                .that(resideInAnyPackage(PROTOCOL, API, INTERNAL, HUB))
                .should()
                .dependOnClassesThat(resideInAPackage("java.lang.reflect.."))
                .check(gibbon);
    }

    @Test
    @DisplayName(
            "Netty CVE-2026-42587, CVE-2025-58057: there is one routine that inflates, and so one check of the limit")
    void inflatesInOnePlace() {
        noClasses()
                .that(resideInAnyPackage(PROTOCOL, API, INTERNAL, HUB))
                .and(not(belongToAnyOf(MessageInflater.class)))
                .should()
                .callMethodWhere(
                        target(owner(equivalentTo(Inflater.class))).and(target(nameMatching("inflate|setInput"))))
                .orShould()
                .dependOnClassesThat(belongToAnyOf(InflaterInputStream.class, InflaterOutputStream.class))
                .check(gibbon);
    }

    @Test
    @DisplayName("Spring CVE-2018-1270, CVE-2018-1275: nothing that a peer says is evaluated or deserialized")
    void evaluatesNothing() {
        noClasses()
                .that(resideInAnyPackage(PROTOCOL, API, INTERNAL, HUB))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("javax.script..", "java.beans..", "java.util.regex..", "jdk.jshell..")
                                .or(belongToAnyOf(ObjectInputStream.class, URLClassLoader.class)))
                .check(gibbon);
    }

    @Test
    @DisplayName("Spring CVE-2026-41838: chance that could be guessed is for delays alone; keys come from SecureRandom")
    void drawsNoSecretsFromWeakChance() {
        noClasses()
                .that(resideInAnyPackage(PROTOCOL, API, INTERNAL, HUB))
                .and(not(resideInAPackage("dev.gibbon.internal.reconnect..")))
                .and(
                        describe(
                                "not drawing delays",
                                type -> !type.getFullName()
                                        .matches(
                                                "dev\\.gibbon\\.(ReconnectingWebSocket|hub\\.HistoryRead|internal\\.server\\.Closing).*")))
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        Random.class, SplittableRandom.class, ThreadLocalRandom.class, RandomGenerator.class))
                .orShould()
                .callMethod(Math.class, "random")
                .check(gibbon);
    }

    /** A comparison that stops at the first difference tells by its time how much was right. */
    @Test
    @DisplayName("Python websockets CVE-2021-33880: the library holds credentials to send them, and compares none")
    void comparesNoCredentials() {
        noClasses()
                .that(resideInAnyPackage(PROTOCOL, API, INTERNAL, HUB))
                .should()
                .callMethodWhere(
                        target(owner(equivalentTo(BasicCredentials.class))).and(target(nameMatching("equals"))))
                .check(gibbon);
    }

    /** Only a transport knows that connections are channels; a connected one may be handed through to it. */
    @Test
    void nothingAboveTheTransportUsesChannels() {
        DescribedPredicate<JavaClass> above = resideInAnyPackage(API, INTERNAL)
                .and(not(resideInAPackage("dev.gibbon.internal.transport..")))
                .as("above the transport");
        noClasses()
                .that(above)
                .should()
                .dependOnClassesThat(belongToAnyOf(SelectionKey.class, Selector.class, ServerSocketChannel.class))
                .check(gibbon);
        noClasses()
                .that(above)
                .should()
                .accessTargetWhere(describe(
                        "of a network channel",
                        access -> access.getTargetOwner().isAssignableTo(SelectableChannel.class)
                                || access.getTargetOwner().isAssignableTo(NetworkChannel.class)))
                .check(gibbon);
    }

    @Test
    void theApiShowsNothingInternal() {
        classes()
                .that(resideInAnyPackage(API, "dev.gibbon.protocol", "dev.gibbon.protocol.handshake"))
                .and()
                .arePublic()
                .should(showNothingOf(resideInAPackage(INTERNAL)))
                .check(gibbon);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Impl", "Manager", "Utils", "Util", "Helper"})
    void aNameSaysWhatATypeIs(String ending) {
        noClasses().should().haveSimpleNameEndingWith(ending).check(gibbon);
    }

    @Test
    void aNameDoesNotSayHowATypeIsMade() {
        noClasses().should().haveSimpleNameStartingWith("Abstract").check(gibbon);
        noClasses()
                .that()
                .areInterfaces()
                .should()
                .haveNameMatching(".*[.$]I[A-Z][a-z].*")
                .check(gibbon);
    }

    private static void arrow(String from, String... never) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(never)
                .check(gibbon);
    }

    /** Judges what a user of the type sees: its public and protected members and what it extends. */
    private static ArchCondition<JavaClass> showNothingOf(DescribedPredicate<JavaClass> hidden) {
        return new ArchCondition<>("show nothing in " + hidden.getDescription()) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaClass> above =
                        Stream.concat(type.getRawInterfaces().stream(), type.getRawSuperclass().stream());
                Stream<JavaClass> shown = type.getMembers().stream()
                        .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                                || member.getModifiers().contains(JavaModifier.PROTECTED))
                        .flatMap(member -> typesOf(member));
                Stream.concat(above, shown)
                        .filter(hidden)
                        .distinct()
                        .forEach(found -> events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " shows " + found.getName())));
            }
        };
    }

    private static Stream<JavaClass> typesOf(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            Stream<JavaType> types = Stream.concat(Stream.of(code.getReturnType()), code.getParameterTypes().stream());
            return types.flatMap(type -> type.getAllInvolvedRawTypes().stream());
        }
        return member.getAllInvolvedRawTypes().stream();
    }
}

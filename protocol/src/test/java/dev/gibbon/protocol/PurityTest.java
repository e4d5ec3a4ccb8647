package dev.gibbon.protocol;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.net.URI;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Random;
import java.util.Scanner;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The protocol is bytes in, events out: it has no sockets, threads, locks, clocks, chance or loggers of its own. */
class PurityTest {
    /** What it may use; anything else of the JDK needs a reason, and a line here. */
    private static final DescribedPredicate<JavaClass> KNOWN = resideInAPackage("dev.gibbon.protocol..")
            .or(resideInAnyPackage(
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke",
                    "java.lang.runtime",
                    "java.nio",
                    "java.nio.charset",
                    "java.security", // SHA-1 of the accept value
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    "java.util.zip", // the compression itself, native memory that the caller lends
                    "org.jspecify.annotations"))
            .or(belongToAnyOf(URI.class, IDN.class)) // texts; neither connects nor looks anything up
            .or(resideInAnyPackage("java.time", "java.time.chrono", "java.time.temporal")) // values; see asksNoClock
            .or(belongToAnyOf(InputStream.class, IOException.class, EOFException.class, UncheckedIOException.class))
            .or(describe("primitives", type -> type.getBaseComponentType().isPrimitive()));

    /** What those packages hold besides: threads, processes, loggers, timers, chance, and readers with patterns inside. */
    private static final DescribedPredicate<JavaClass> IMPURE = belongToAnyOf(
            Thread.class,
            ThreadLocal.class,
            Runtime.class,
            ProcessBuilder.class,
            System.Logger.class,
            Timer.class,
            TimerTask.class,
            Random.class,
            Scanner.class);

    /** Convenient methods that compile a pattern and run it on what may be a peer's bytes. */
    private static final Set<String> PATTERNS = Set.of("matches", "replaceAll", "replaceFirst", "split");

    private static JavaClasses protocol;

    @BeforeAll
    static void load() {
        protocol = new ClassFileImporter()
                .importUrl(Opcode.class.getProtectionDomain().getCodeSource().getLocation());
    }

    @Test
    void usesOnlyKnownParts() {
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.not(components(KNOWN)))
                .check(protocol);
    }

    @Test
    void usesNoThreadsTimersChanceOrLoggers() {
        noClasses().should().dependOnClassesThat(components(IMPURE)).check(protocol);
    }

    @Test
    void neverWaits() {
        noClasses()
                .should()
                .callMethodWhere(access("Object.wait and notify", Object.class, Set.of("wait", "notify", "notifyAll")))
                .check(protocol);
        noMethods().should().haveModifier(SYNCHRONIZED).check(protocol);
    }

    @Test
    void asksTheSystemOnlyToCopy() {
        noClasses()
                .should()
                .accessTargetWhere(DescribedPredicate.describe(
                        "of System, other than arraycopy",
                        access -> access.getTargetOwner().isEquivalentTo(System.class)
                                && !access.getTarget().getName().equals("arraycopy")))
                .check(protocol);
    }

    @Test
    void asksNoClock() {
        noClasses()
                .should()
                .dependOnClassesThat(belongToAnyOf(Clock.class, InstantSource.class))
                .check(protocol);
        noClasses()
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "now() of java.time",
                        access -> access.getTargetOwner().getPackageName().equals("java.time")
                                && access.getTarget().getName().equals("now")))
                .check(protocol);
    }

    @Test
    void runsNoPatternOnTheBytesOfAPeer() {
        noClasses()
                .should()
                .callMethodWhere(access("String methods with patterns", String.class, PATTERNS))
                .check(protocol);
    }

    private static <T extends JavaAccess<?>> DescribedPredicate<T> access(
            String what, Class<?> owner, Set<String> names) {
        return describe(
                what,
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && names.contains(access.getTarget().getName()));
    }

    /** An array is what its components are. */
    private static DescribedPredicate<JavaClass> components(DescribedPredicate<JavaClass> of) {
        return describe(of.getDescription(), type -> of.test(type.getBaseComponentType()));
    }
}

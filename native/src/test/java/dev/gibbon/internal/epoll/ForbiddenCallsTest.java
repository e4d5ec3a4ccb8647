package dev.gibbon.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A sandbox that forbids a call, on one thread: the transport must not be taken there. */
class ForbiddenCallsTest {
    private static final int PR_SET_SECCOMP = 22;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int ENOSYS = 38;

    @Test
    void aCallThatIsForbiddenIsToldAtTheStart() throws Exception {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        assertThat(tryOutWithout(arm ? 242 : 288)).contains("accept4").contains("not implemented");
        assertThat(tryOutWithout(arm ? 211 : 46)).contains("sendmsg");
    }

    /** What the transport says on a thread that may not make a call. */
    private static String tryOutWithout(int call) throws Exception {
        CompletableFuture<String> said = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                forbid(call);
                new EpollTransport().tryOut();
                said.complete("nothing");
            } catch (IOException e) {
                said.complete(e.getMessage());
            } catch (Throwable e) {
                said.completeExceptionally(e);
            }
        });
        thread.start();
        String result = said.get(20, TimeUnit.SECONDS);
        thread.join();
        return result;
    }

    @SuppressWarnings("restricted")
    private static void forbid(int call) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle prctl = linker.downcallHandle(
                linker.defaultLookup().find("prctl").orElseThrow(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try (Arena arena = Arena.ofConfined()) {
            // Load the number of the call; is it this one? Then an error, else go on.
            long[] filter = {
                instruction(0x20, 0, 0),
                instruction(0x15, 1, call),
                instruction(0x06, 0, 0x50000 | ENOSYS),
                instruction(0x06, 0, 0x7fff0000)
            };
            MemorySegment program = arena.allocate(16, 8);
            program.set(ValueLayout.JAVA_SHORT, 0, (short) filter.length);
            program.set(
                    ValueLayout.JAVA_LONG,
                    8,
                    arena.allocateFrom(ValueLayout.JAVA_LONG, filter).address());
            assertThat((int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L))
                    .isZero();
            assertThat((int) prctl.invokeExact(PR_SET_SECCOMP, 2L, program.address(), 0L, 0L))
                    .isZero();
        }
    }

    /** Code, how far to jump if a comparison fails, operand. */
    private static long instruction(int code, int otherwise, int operand) {
        return code | (long) otherwise << 24 | (long) operand << 32;
    }
}

package dev.gibbon.internal.epoll;

import dev.gibbon.internal.transport.Transport;
import dev.gibbon.internal.transport.TransportProvider;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/** Says whether the native transport can work here, and opens it. For any thread. */
public final class EpollProvider implements TransportProvider {
    /** The architectures whose calling conventions and structures are known here, as the JDK spells them. */
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    /** Made by the service loader. */
    public EpollProvider() {}

    @Override
    public Transport open(boolean asked) throws IOException {
        String system = System.getProperty("os.name", "unknown");
        String architecture = System.getProperty("os.arch", "unknown");
        if (!system.equals("Linux") || !ARCHITECTURES.contains(architecture) || ValueLayout.ADDRESS.byteSize() != 8) {
            throw new IOException(
                    "it is for Linux on x86-64 or AArch64, and this is " + system + " on " + architecture);
        }
        Module module = EpollProvider.class.getModule();
        if (!asked && !module.isNativeAccessEnabled()) {
            throw new IOException("native access is not permitted: expected --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED")
                    + " on the command line of java, or the choice of nio");
        }
        try {
            EpollTransport transport = new EpollTransport();
            transport.tryOut();
            return transport;
        } catch (IllegalCallerException e) {
            throw new IOException("the JDK refuses native access: " + e.getMessage(), e);
        } catch (LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("the system's calls cannot be linked: " + cause, e);
        }
    }
}

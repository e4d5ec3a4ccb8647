package dev.gibbon.interop;

import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * A server's certificate for 127.0.0.1 and localhost, and its private key, both in PEM files and for Java. Of an authority of its
 * own, which nobody else knows.
 */
record Identity(TestCertificates authority, TestCertificates.Issued issued, Path chain, Path key) {
    /** The one for all servers here. */
    static final Identity OURS = make();

    private static Identity make() {
        try {
            Path folder = Files.createTempDirectory("gibbon-interop");
            TestCertificates authority = TestCertificates.authority();
            TestCertificates.Issued issued = authority.issue("localhost", "127.0.0.1");
            Path chain = issued.writeChain(folder.resolve("chain.pem"));
            Path key = issued.writeKey(folder.resolve("key.pem"));
            List.of(folder, key, chain).forEach(file -> file.toFile().deleteOnExit());
            return new Identity(authority, issued, chain, key);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For a server that shows it. */
    SSLContext showing() {
        return TestContexts.of(issued, authority.root());
    }

    /** For a client that trusts its authority, and nobody else. */
    SSLContext trusting() {
        return TestContexts.trusting(authority.root());
    }
}

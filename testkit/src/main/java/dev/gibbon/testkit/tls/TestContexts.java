package dev.gibbon.testkit.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Contexts for the JDK's own TLS, which judges ours. */
public final class TestContexts {
    private static final char[] PASSWORD = "of no worth".toCharArray();

    private TestContexts() {}

    /**
     * A client that trusts one authority, or one self-signed certificate, and nobody else.
     *
     * @param root the one
     * @return the context
     */
    public static SSLContext trusting(X509Certificate root) {
        return context(null, root);
    }

    /**
     * A peer that has a certificate and trusts one authority.
     *
     * @param own with its key
     * @param root whom it trusts
     * @return the context
     */
    public static SSLContext of(TestCertificates.Issued own, X509Certificate root) {
        return context(own, root);
    }

    /**
     * A key store with one key.
     *
     * @param own what is in it
     * @param password of the key
     * @return the store
     */
    public static KeyStore keyStore(TestCertificates.Issued own, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", own.key(), password, own.chain().toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(TestCertificates.@Nullable Issued own, X509Certificate root) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("root", root);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyManagerFactory keys = null;
            if (own != null) {
                keys = KeyManagerFactory.getInstance("PKIX");
                keys.init(keyStore(own, PASSWORD), PASSWORD);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

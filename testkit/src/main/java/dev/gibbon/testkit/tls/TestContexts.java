package dev.gibbon.testkit.tls;

import dev.gibbon.testkit.RawSocket;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
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

    /**
     * The certificate that a server on this machine shows, whoever signed it.
     *
     * @param port the server's
     * @return its first certificate
     * @throws IOException if it does not speak TLS
     */
    public static X509Certificate shownBy(int port) throws IOException {
        X509Certificate[] shown = new X509Certificate[1];
        X509TrustManager looking = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
                shown[0] = chain[0];
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {looking}, null);
            RawSocket.connectTls(port, context).close();
            return shown[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The SHA-256 fingerprint of a certificate, as browsers show it.
     *
     * @param certificate any
     * @return pairs of digits with colons between
     */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException e) {
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

package dev.gibbon.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes key stores from files, and contexts from key stores. For any thread; reads files. */
public final class KeyMaterial {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private static final char[] NO_PASSWORD = {};

    /** Sessions that are remembered for peers that take no tickets (RFC 5077), some KB each; the JDK's default is 20,480. */
    private static final int MOST_SESSIONS = 2048;

    private KeyMaterial() {}

    /** An empty key store in memory. */
    public static KeyStore empty() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK cannot make a key store: " + e.getMessage(), e);
        }
    }

    /** Adds a key and its chain from PEM files. */
    public static void addPem(KeyStore store, Path chainFile, Path keyFile, char @Nullable [] password)
            throws IOException {
        List<X509Certificate> chain = PemFile.read(chainFile).certificates();
        PrivateKey key = PemFile.read(keyFile).privateKey(password);
        X509Certificate own = chain.get(0);
        try {
            if (!PrivateKeys.belong(key, own.getPublicKey())) {
                throw new IOException("the private key in " + keyFile + " does not belong to the first certificate in "
                        + chainFile + ", that of " + own.getSubjectX500Principal());
            }
            checkOrder(chainFile, chain);
            warnOfDates(chainFile, own);
            // Names sort as the files were given, because the first is for peers that name no host.
            String name = String.format("%04d", store.size());
            store.setKeyEntry(name, key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the key in " + keyFile + " and the certificate in " + chainFile + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void checkOrder(Path file, List<X509Certificate> chain) throws IOException {
        for (int i = 1; i < chain.size(); i++) {
            X509Certificate signed = chain.get(i - 1);
            X509Certificate next = chain.get(i);
            if (!signed.getIssuerX500Principal().equals(next.getSubjectX500Principal())) {
                throw new IOException(file + ": certificate " + (i + 1) + " is not the one that signed certificate " + i
                        + ": expected the server's own first, then each one's issuer");
            }
        }
    }

    private static void warnOfDates(Path file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            LOG.log(Level.WARNING, file + ": the certificate has expired on " + certificate.getNotAfter());
        } catch (CertificateNotYetValidException e) {
            LOG.log(Level.WARNING, file + ": the certificate is not valid before " + certificate.getNotBefore());
        }
    }

    /** Loads a key store file, of PKCS#12 or JKS. */
    public static KeyStore load(Path file, char[] password) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            return store;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        } catch (AccessDeniedException e) {
            throw new IOException("the key store " + file + " may not be read", e);
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException("the key store " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A store of the authorities in a PEM file. */
    public static KeyStore authorities(Path file) throws IOException {
        KeyStore store = empty();
        try {
            int number = 0;
            for (X509Certificate certificate : PemFile.read(file).certificates()) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return store;
    }

    /** A server's context over keys that were added with {@link #addPem}. */
    public static SSLContext serverContext(KeyStore keys, @Nullable KeyStore trusted) throws IOException {
        return serverContext(keys, NO_PASSWORD, trusted);
    }

    /**
     * A server's context.
     *
     * @param keys with at least one key
     * @param password of the keys
     * @param trusted who signs clients' certificates; null for nobody
     */
    public static SSLContext serverContext(KeyStore keys, char[] password, @Nullable KeyStore trusted)
            throws IOException {
        try {
            boolean hasKey = false;
            for (String alias : Collections.list(keys.aliases())) {
                hasKey |= keys.isKeyEntry(alias);
            }
            if (!hasKey) {
                throw new IOException("the key store has no private key");
            }
            // The JDK's key manager that chooses by the name the peer asks for (SNI).
            KeyManagerFactory managers = KeyManagerFactory.getInstance("NewSunX509");
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trustManagers(trusted), null);
            context.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trustManagers(@Nullable KeyStore trusted) throws GeneralSecurityException {
        if (trusted == null) {
            return new TrustManager[0];
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        return managers.getTrustManagers();
    }

    /** A client's context that trusts these authorities and nobody else. */
    public static SSLContext clientContext(KeyStore trusted) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(trusted), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities cannot be used: " + e.getMessage(), e);
        }
    }
}

package dev.gibbon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom {@code gibbon connect} trusts instead of the JDK's authorities. */
final class TrustOptions {
    private TrustOptions() {}

    /** Trusts the certificates of a PEM file, and nobody else. */
    static SSLContext authorities(String file) throws CommandFailedException {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw failure(file, "it holds no certificate");
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int count = 0;
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("authority-" + count++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return context(factory.getTrustManagers());
        } catch (NoSuchFileException missing) {
            throw failure(file, "no such file");
        } catch (CertificateException broken) {
            throw failure(file, "it is not a PEM file of certificates");
        } catch (IOException | InvalidPathException | GeneralSecurityException e) {
            throw failure(file, VisibleText.of(String.valueOf(e.getMessage())));
        }
    }

    private static CommandFailedException failure(String file, String reason) {
        return new CommandFailedException("--ca " + VisibleText.quoted(file) + ": " + reason);
    }

    /** Trusts everybody, whatever name the certificate has: who is on the way can read and change everything. */
    static SSLContext nobodyIsChecked() throws CommandFailedException {
        try {
            return context(new TrustManager[] {new TrustsEverybody()});
        } catch (GeneralSecurityException e) {
            throw new CommandFailedException("--insecure: " + VisibleText.of(String.valueOf(e.getMessage())), e);
        }
    }

    private static SSLContext context(TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, null);
        return context;
    }

    /** An extended trust manager is asked for the name, too, so it can overlook it. */
    private static final class TrustsEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

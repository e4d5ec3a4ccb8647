package dev.gibbon;

import dev.gibbon.internal.tls.EngineParameters;
import dev.gibbon.internal.tls.KeyMaterial;
import dev.gibbon.internal.tls.ServerContext;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS for a server: its certificates, whom it trusts, and what it speaks. TLS 1.3 and 1.2 unless set, {@code http/1.1} by ALPN. May
 * serve several servers; for any thread.
 *
 * <p>Certificates can be renewed while the server runs: by {@link #reload()}, or by changing the files, which are looked at when a
 * peer connects. Connections that are open go on.
 */
public final class ServerTls {
    private final ServerContext context;

    private ServerTls(ServerContext context) {
        this.context = context;
    }

    /**
     * TLS with a certificate chain and a private key from PEM files.
     *
     * @param chain the server's certificate first, then those that signed it
     * @param key PKCS#8, PKCS#1 or SEC 1, not encrypted
     * @return TLS with defaults for the rest
     * @throws IOException if a file cannot be read or used; the message says which and why
     */
    public static ServerTls pem(Path chain, Path key) throws IOException {
        return builder().pem(chain, key).build();
    }

    /**
     * TLS with a context of one's own.
     *
     * @param context initialised, with the server's keys
     * @return TLS with defaults for the rest
     */
    public static ServerTls of(SSLContext context) {
        try {
            return builder().context(context).build();
        } catch (IOException e) {
            throw new IllegalStateException("a context needs no file", e);
        }
    }

    /**
     * Begins a description.
     *
     * @return a builder without certificates
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Loads certificates, keys and authorities again from their files. New connections use them.
     *
     * @throws IOException if they cannot be loaded or used; then the old ones stay
     */
    public void reload() throws IOException {
        context.reload();
    }

    ServerContext context() {
        return context;
    }

    /** Whether clients must show certificates. */
    public enum ClientCertificates {
        /** They are not asked. */
        NONE,
        /** They are asked, and may do without; what they show must be signed by a trusted authority. */
        WANTED,
        /** Without one the TLS handshake fails. */
        NEEDED
    }

    /** Collects the settings; for one thread. */
    public static final class Builder {
        private final List<PemPair> pairs = new ArrayList<>();
        private @Nullable KeyStore keyStore;
        private @Nullable Path keyStoreFile;
        private char[] password = {};
        private @Nullable SSLContext own;
        private @Nullable KeyStore trusted;
        private @Nullable Path trustedFile;
        private ClientCertificates clients = ClientCertificates.NONE;
        private List<String> protocols = EngineParameters.PROTOCOLS;
        private List<String> cipherSuites = List.of();
        private Duration lookEvery = Duration.ofSeconds(10);

        private Builder() {}

        /** Files of one certificate. */
        private record PemPair(Path chain, Path key, char @Nullable [] password) {}

        /**
         * Adds a certificate chain and its private key from PEM files. With several, the one that fits the host name the client asks
         * for is used (SNI), and the first for a client that names none of them.
         *
         * @param chain the server's certificate first, then those that signed it
         * @param key PKCS#8, PKCS#1 or SEC 1, not encrypted
         * @return this
         */
        public Builder pem(Path chain, Path key) {
            pairs.add(new PemPair(Objects.requireNonNull(chain), Objects.requireNonNull(key), null));
            return this;
        }

        /**
         * The same with an encrypted key.
         *
         * @param chain see {@link #pem(Path, Path)}
         * @param key encrypted PKCS#8
         * @param keyPassword the key's; copied
         * @return this
         */
        public Builder pem(Path chain, Path key, char[] keyPassword) {
            pairs.add(new PemPair(Objects.requireNonNull(chain), Objects.requireNonNull(key), keyPassword.clone()));
            return this;
        }

        /**
         * Uses the keys of a key store.
         *
         * @param store loaded
         * @param keyPassword of its keys; copied
         * @return this
         */
        public Builder keyStore(KeyStore store, char[] keyPassword) {
            keyStore = Objects.requireNonNull(store);
            password = keyPassword.clone();
            return this;
        }

        /**
         * Uses the keys of a key store's file, PKCS#12 or JKS.
         *
         * @param file the file
         * @param storePassword of the store and its keys; copied
         * @return this
         */
        public Builder keyStore(Path file, char[] storePassword) {
            keyStoreFile = Objects.requireNonNull(file);
            password = storePassword.clone();
            return this;
        }

        /**
         * Uses a context of one's own, which brings keys and trust; it cannot be reloaded.
         *
         * @param context initialised
         * @return this
         */
        public Builder context(SSLContext context) {
            own = Objects.requireNonNull(context);
            return this;
        }

        /**
         * Sets whether clients must show certificates. Default none. A {@link HandshakeHook} sees them as {@link
         * HandshakeRequest#peerCertificates()}.
         *
         * @param value with anything but none, {@code trust} names the authorities, unless the context is one's own
         * @return this
         */
        public Builder clientCertificates(ClientCertificates value) {
            clients = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the authorities that sign the certificates of clients.
         *
         * @param pem a file with their certificates
         * @return this
         */
        public Builder trust(Path pem) {
            trustedFile = Objects.requireNonNull(pem);
            return this;
        }

        /**
         * Sets the authorities that sign the certificates of clients.
         *
         * @param authorities their certificates
         * @return this
         */
        public Builder trust(KeyStore authorities) {
            trusted = Objects.requireNonNull(authorities);
            return this;
        }

        /**
         * Sets the versions of TLS. Default TLSv1.3 and TLSv1.2.
         *
         * @param names as the JDK calls them
         * @return this
         */
        public Builder protocols(String... names) {
            protocols = notEmpty("protocols", names);
            return this;
        }

        /**
         * Sets the cipher suites. Default: those that the JDK enables.
         *
         * @param names as the JDK calls them, the best first
         * @return this
         */
        public Builder cipherSuites(String... names) {
            cipherSuites = notEmpty("cipher suites", names);
            return this;
        }

        /**
         * Sets how often the files are looked at for changes; that is done when a peer connects, not more often than this. Default 10
         * s. Files that cannot be used are logged, and the old certificates stay.
         *
         * @param value zero for never
         * @return this
         */
        public Builder lookEvery(Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("lookEvery is " + value + ": expected zero or more");
            }
            lookEvery = value;
            return this;
        }

        private static List<String> notEmpty(String what, String... names) {
            if (names.length == 0) {
                throw new IllegalArgumentException("no " + what + ": expected at least one");
            }
            return List.of(names);
        }

        /**
         * Loads everything.
         *
         * @return TLS for {@link WebSocketServer.Builder#tls}
         * @throws IOException if a file cannot be read or used; the message says which and why
         * @throws IllegalStateException if there are no certificates, or several kinds of them, or nobody to trust with client
         *     certificates
         * @throws IllegalArgumentException for a protocol or cipher suite that the JDK does not know
         */
        public ServerTls build() throws IOException {
            int kinds = (pairs.isEmpty() ? 0 : 1)
                    + (keyStore == null ? 0 : 1)
                    + (keyStoreFile == null ? 0 : 1)
                    + (own == null ? 0 : 1);
            if (kinds != 1) {
                throw new IllegalStateException(
                        kinds + " kinds of certificates: expected one of pem, keyStore and context");
            }
            boolean trusting = trusted != null || trustedFile != null;
            if (clients != ClientCertificates.NONE && own == null && !trusting) {
                throw new IllegalStateException("client certificates are " + clients
                        + ", but nobody is trusted to sign them: expected trust(...)");
            }
            EngineParameters parameters = new EngineParameters(
                    protocols, cipherSuites, clients != ClientCertificates.NONE, clients == ClientCertificates.NEEDED);
            return new ServerTls(new ServerContext(loader(), files(), parameters, lookEvery));
        }

        private List<Path> files() {
            List<Path> files = new ArrayList<>();
            pairs.forEach(pair -> {
                files.add(pair.chain());
                files.add(pair.key());
            });
            if (keyStoreFile != null) {
                files.add(keyStoreFile);
            }
            if (trustedFile != null) {
                files.add(trustedFile);
            }
            return files;
        }

        /** Holds the settings as they are now, whatever the builder is used for afterwards. */
        private ServerContext.Loader loader() {
            List<PemPair> pems = List.copyOf(pairs);
            SSLContext given = own;
            KeyStore store = keyStore;
            Path storeFile = keyStoreFile;
            char[] secret = password;
            Path authorities = trustedFile;
            KeyStore trust = trusted;
            return () -> {
                if (given != null) {
                    return given;
                }
                KeyStore signers = authorities != null ? KeyMaterial.authorities(authorities) : trust;
                if (storeFile != null) {
                    return KeyMaterial.serverContext(KeyMaterial.load(storeFile, secret), secret, signers);
                }
                if (store != null) {
                    return KeyMaterial.serverContext(store, secret, signers);
                }
                KeyStore keys = KeyMaterial.empty();
                for (PemPair pem : pems) {
                    KeyMaterial.addPem(keys, pem.chain(), pem.key(), pem.password());
                }
                return KeyMaterial.serverContext(keys, signers);
            };
        }
    }
}

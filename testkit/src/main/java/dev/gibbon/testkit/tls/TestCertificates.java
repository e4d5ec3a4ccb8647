package dev.gibbon.testkit.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority of a test's own that issues certificates on the spot: right ones, and wrong ones of every kind. Immutable; for any
 * thread.
 */
public final class TestCertificates {
    private static final Duration DAY = Duration.ofDays(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Issued authority;

    /**
     * A certificate with its key.
     *
     * @param key the private key
     * @param chain the certificate and those that signed it, without the root
     */
    public record Issued(PrivateKey key, List<X509Certificate> chain) {
        /**
         * The certificate itself.
         *
         * @return the first of the chain
         */
        public X509Certificate certificate() {
            return chain.get(0);
        }

        /**
         * Writes the chain as PEM.
         *
         * @param file created, or replaced
         * @return the file
         */
        public Path writeChain(Path file) {
            StringBuilder pem = new StringBuilder();
            try {
                for (X509Certificate certificate : chain) {
                    pem.append(pem("CERTIFICATE", certificate.getEncoded()));
                }
                return Files.writeString(file, pem);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /**
         * Writes the key as PEM, PKCS#8.
         *
         * @param file created, or replaced
         * @return the file
         */
        public Path writeKey(Path file) {
            try {
                return Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private TestCertificates(Issued authority) {
        this.authority = authority;
    }

    /**
     * A new authority.
     *
     * @return with a key of its own
     */
    public static TestCertificates authority() {
        KeyPair keys = ecKeys();
        Instant now = Instant.now();
        String name = "CN=Test authority " + Long.toHexString(RANDOM.nextLong());
        X509Certificate root =
                sign(name, keys, name, keys.getPrivate(), now.minus(DAY), now.plus(DAY), true, List.of());
        return new TestCertificates(new Issued(keys.getPrivate(), List.of(root)));
    }

    /**
     * The authority's own certificate, which a peer trusts or not.
     *
     * @return the root
     */
    public X509Certificate root() {
        return authority.certificate();
    }

    /**
     * Writes the authority's certificate as PEM.
     *
     * @param file created, or replaced
     * @return the file
     */
    public Path writeRoot(Path file) {
        return authority.writeChain(file);
    }

    /**
     * Issues a certificate that is valid for a day, with an elliptic key.
     *
     * @param names host names and addresses it is for
     * @return the certificate
     */
    public Issued issue(String... names) {
        return issue(ecKeys(), names);
    }

    /**
     * Issues a certificate for a key.
     *
     * @param keys of any kind that this JDK knows
     * @param names host names and addresses it is for
     * @return the certificate
     */
    public Issued issue(KeyPair keys, String... names) {
        Instant now = Instant.now();
        return issue(keys, now.minus(DAY), now.plus(DAY), names);
    }

    /**
     * Issues a certificate that expired an hour ago.
     *
     * @param names host names and addresses it is for
     * @return the certificate
     */
    public Issued issueExpired(String... names) {
        Instant now = Instant.now();
        return issue(ecKeys(), now.minus(DAY), now.minus(Duration.ofHours(1)), names);
    }

    private Issued issue(KeyPair keys, Instant from, Instant to, String... names) {
        X509Certificate root = authority.certificate();
        X509Certificate issued = sign(
                "CN=" + (names.length == 0 ? "nobody" : names[0]),
                keys,
                root.getSubjectX500Principal().getName(),
                authority.key(),
                from,
                to,
                false,
                List.of(names));
        return new Issued(keys.getPrivate(), List.of(issued));
    }

    /**
     * Issues a certificate through an authority in between, whose certificate goes along.
     *
     * @param names host names and addresses it is for
     * @return a chain of two
     */
    public Issued issueThroughIntermediate(String... names) {
        Instant now = Instant.now();
        KeyPair between = ecKeys();
        String name = "CN=Test authority in between " + Long.toHexString(RANDOM.nextLong());
        X509Certificate intermediate = sign(
                name,
                between,
                authority.certificate().getSubjectX500Principal().getName(),
                authority.key(),
                now.minus(DAY),
                now.plus(DAY),
                true,
                List.of());
        Issued issued = new TestCertificates(new Issued(between.getPrivate(), List.of(intermediate))).issue(names);
        List<X509Certificate> chain = new ArrayList<>(issued.chain());
        chain.add(intermediate);
        return new Issued(issued.key(), List.copyOf(chain));
    }

    /**
     * A certificate that signed itself.
     *
     * @param names host names and addresses it is for
     * @return the certificate
     */
    public static Issued selfSigned(String... names) {
        KeyPair keys = ecKeys();
        Instant now = Instant.now();
        String name = "CN=" + names[0];
        return new Issued(
                keys.getPrivate(),
                List.of(sign(
                        name, keys, name, keys.getPrivate(), now.minus(DAY), now.plus(DAY), false, List.of(names))));
    }

    /**
     * Makes an elliptic key.
     *
     * @return on the curve P-256
     */
    public static KeyPair ecKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Makes an RSA key.
     *
     * @return of 2048 bits
     */
    public static KeyPair rsaKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A PEM block.
     *
     * @param label such as CERTIFICATE
     * @param bytes what it holds
     * @return its lines
     */
    public static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + label + "-----\n";
    }

    private static X509Certificate sign(
            String subject,
            KeyPair keys,
            String issuer,
            PrivateKey by,
            Instant from,
            Instant to,
            boolean authority,
            List<String> names) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    new BigInteger(120, RANDOM),
                    Date.from(from),
                    Date.from(to),
                    new X500Name(subject),
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            }
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
            }
            String algorithm = by.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(by)));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralNames alternatives(List<String> names) {
        return new GeneralNames(names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}

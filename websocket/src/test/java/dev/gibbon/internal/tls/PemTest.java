package dev.gibbon.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Random;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of certificates and keys, in every form that OpenSSL writes, and what is said about wrong ones. */
class PemTest {
    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    Path files;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(files.resolve(name), text);
    }

    private static KeyPair keys(String kind) throws Exception {
        return switch (kind) {
            case "RSA" -> TestCertificates.rsaKeys();
            case "EC" -> TestCertificates.ecKeys();
            default -> KeyPairGenerator.getInstance(kind).generateKeyPair();
        };
    }

    private static PrivateKey read(Path file) throws IOException {
        return PemFile.read(file).privateKey(PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void readsPkcs8(String kind) throws Exception {
        KeyPair keys = keys(kind);
        Path file = file(
                "key.pem", TestCertificates.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        assertThat(read(file)).isEqualTo(keys.getPrivate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void readsTheOldFormsWithTheNameOfTheAlgorithm(String kind) throws Exception {
        KeyPair keys = keys(kind);
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
        byte[] old = info.parsePrivateKey().toASN1Primitive().getEncoded();
        String text = "some text before\n" + TestCertificates.pem(kind + " PRIVATE KEY", old);
        if (kind.equals("EC")) {
            // As `openssl ecparam -genkey` writes it.
            text = TestCertificates.pem(
                            "EC PARAMETERS",
                            info.getPrivateKeyAlgorithm()
                                    .getParameters()
                                    .toASN1Primitive()
                                    .getEncoded())
                    + text;
        }
        PrivateKey read = read(file("key.pem", text));
        assertThat(PrivateKeys.belong(read, keys.getPublic())).isTrue();
        assertThat(PrivateKeys.belong(read, keys(kind).getPublic())).isFalse();
    }

    @Test
    void readsEncryptedPkcs8() throws Exception {
        KeyPair keys = TestCertificates.rsaKeys();
        for (var algorithm :
                new org.bouncycastle.asn1.ASN1ObjectIdentifier[] {PKCS8Generator.AES_256_CBC, PKCS8Generator.AES_128_CBC
                }) {
            var encryptor = new JceOpenSSLPKCS8EncryptorBuilder(algorithm)
                    .setProvider(new BouncyCastleProvider())
                    .setPRF(PKCS8Generator.PRF_HMACSHA256)
                    .setPassword(PASSWORD)
                    .build();
            PemObject pem = new JcaPKCS8Generator(keys.getPrivate(), encryptor).generate();
            Path file = file("key.pem", TestCertificates.pem(pem.getType(), pem.getContent()));
            assertThat(read(file)).isEqualTo(keys.getPrivate());
            assertThatIOException()
                    .isThrownBy(() -> PemFile.read(file).privateKey("wrong".toCharArray()))
                    .withMessageContaining("key.pem")
                    .withMessageContaining("password is wrong");
            assertThatIOException()
                    .isThrownBy(() -> PemFile.read(file).privateKey(null))
                    .withMessageContaining("no password was given");
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        Issued own = AUTHORITY.issue("localhost");
        Path key = own.writeKey(files.resolve("key.pem"));
        Path chain = own.writeChain(files.resolve("chain.pem"));
        fails(files.resolve("none.pem"), key, "there is no file", "none.pem");
        fails(file("text.pem", "nothing"), key, "text.pem", "no PEM file");
        fails(Files.createDirectory(files.resolve("folder.pem")), key, "folder.pem", "cannot be read");
        fails(key, key, "no certificate, but PRIVATE KEY");
        fails(chain, chain, "no private key, but CERTIFICATE");
        fails(file("cut.pem", Files.readString(chain).substring(0, 300)), key, "cut.pem", "CERTIFICATE has no end");
        fails(file("broken.pem", TestCertificates.pem("CERTIFICATE", new byte[50])), key, "broken certificate");
        fails(chain, file("bad.pem", TestCertificates.pem("PRIVATE KEY", new byte[50])), "bad.pem", "broken");
        fails(chain, file("bad.pem", TestCertificates.pem("EC PRIVATE KEY", new byte[50])), "name its curve");
        fails(chain, file("bad.pem", TestCertificates.pem("DSA PRIVATE KEY", new byte[50])), "not supported");
        String old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nabcd\n-----END RSA PRIVATE KEY-----\n";
        fails(chain, file("old.pem", old), "old.pem", "openssl pkcs8");
        fails(
                chain,
                AUTHORITY.issue("localhost").writeKey(files.resolve("other.pem")),
                "other.pem",
                "chain.pem",
                "does not belong");
        String twice =
                Files.readString(chain) + Files.readString(AUTHORITY.issue("b").writeChain(files.resolve("b.pem")));
        fails(file("mixed.pem", twice), key, "mixed.pem", "certificate 2 is not the one that signed certificate 1");
    }

    private static void fails(Path chain, Path key, String... words) throws IOException {
        KeyStore store = KeyMaterial.empty();
        assertThatIOException()
                .isThrownBy(() -> KeyMaterial.addPem(store, chain, key, null))
                .satisfies(failure -> assertThat(failure.getMessage()).contains(words));
    }

    @Test
    void readsFilesWithAByteOrderMark() throws Exception {
        Issued own = AUTHORITY.issueThroughIntermediate("localhost");
        Path chain = own.writeChain(files.resolve("chain.pem"));
        Path key = own.writeKey(files.resolve("key.pem"));
        for (Path file : new Path[] {chain, key}) {
            Files.writeString(file, "\ufeff" + Files.readString(file));
        }
        KeyStore store = KeyMaterial.empty();
        KeyMaterial.addPem(store, chain, key, null);
        assertThat(store.getCertificateChain("0000")).hasSameSizeAs(own.chain());
    }

    @Test
    void readsChainsAndRoots() throws Exception {
        Issued own = AUTHORITY.issueThroughIntermediate("localhost");
        KeyStore store = KeyMaterial.empty();
        KeyMaterial.addPem(store, own.writeChain(files.resolve("c.pem")), own.writeKey(files.resolve("k.pem")), null);
        assertThat(store.getCertificateChain("0000"))
                .containsExactly(own.chain().toArray(new java.security.cert.Certificate[0]));
        KeyStore roots = KeyMaterial.authorities(AUTHORITY.writeRoot(files.resolve("root.pem")));
        assertThat(roots.getCertificate("authority-0")).isEqualTo(AUTHORITY.root());
    }

    @Test
    void brokenKeysAreFaultsNeverMore() throws Exception {
        byte[] key = PrivateKeyInfo.getInstance(
                        TestCertificates.ecKeys().getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] changed = java.util.Arrays.copyOf(key, random.nextInt(key.length + 1));
            for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            Path file = file("key.pem", TestCertificates.pem("EC PRIVATE KEY", changed));
            try {
                read(file);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("key.pem");
            }
        }
    }
}

package dev.gibbon.internal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Private keys in the forms that PEM files have them: PKCS#8 (RFC 5958), encrypted or not, PKCS#1 (RFC 8017) and SEC 1 (RFC 5915). */
final class PrivateKeys {
    private static final byte[] ZERO = {Der.INTEGER, 1, 0};
    /** 1.2.840.113549.1.1.1, rsaEncryption, with its NULL. */
    private static final byte[] RSA = {0x06, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    /** 1.2.840.10045.2.1, ecPublicKey. */
    private static final byte[] EC = {0x06, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    /** Tried in turn: a PKCS#8 key says which it is, and the others refuse it. */
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    private PrivateKeys() {}

    /**
     * Decodes a key.
     *
     * @param label what the PEM file calls it
     * @param bytes what the file holds
     * @param parameters the curve, if the file has it apart
     * @param password for an encrypted key
     */
    static PrivateKey decode(String label, byte[] bytes, byte @Nullable [] parameters, char @Nullable [] password)
            throws GeneralSecurityException {
        return switch (label) {
            case "PRIVATE KEY" -> pkcs8(bytes);
            case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypt(bytes, password));
            case "RSA PRIVATE KEY" -> pkcs8(wrap(RSA, bytes));
            case "EC PRIVATE KEY" -> pkcs8(wrap(curve(bytes, parameters), bytes));
            default ->
                throw new NoSuchAlgorithmException(
                        label
                                + " is not supported: expected PRIVATE KEY, ENCRYPTED PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
        };
    }

    private static PrivateKey pkcs8(byte[] bytes) throws GeneralSecurityException {
        InvalidKeySpecException first = null;
        String unknown = null;
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException e) {
                first = first == null ? e : first;
            } catch (NoSuchAlgorithmException e) {
                unknown = algorithm;
            }
        }
        String unsaid = unknown == null ? "" : " (this JDK does not know " + unknown + ")";
        throw new InvalidKeyException("the private key is broken, or of no known algorithm" + unsaid, first);
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return Der.element(
                Der.SEQUENCE, ZERO, Der.element(Der.SEQUENCE, algorithm), Der.element(Der.OCTET_STRING, key));
    }

    /** The algorithm with its curve, which the key names, or the block before it. */
    private static byte[] curve(byte[] key, byte @Nullable [] parameters) throws InvalidKeyException {
        byte[] named = parameters;
        Der inside = Der.of(key).enter(Der.SEQUENCE);
        if (inside != null && inside.enter(Der.INTEGER) != null && inside.enter(Der.OCTET_STRING) != null) {
            Der own = inside.enter(Der.CONTEXT);
            named = own == null ? parameters : own.rest();
        }
        if (named == null) {
            throw new InvalidKeyException("the EC private key does not name its curve");
        }
        byte[] both = java.util.Arrays.copyOf(EC, EC.length + named.length);
        System.arraycopy(named, 0, both, EC.length, named.length);
        return both;
    }

    private static byte[] decrypt(byte[] bytes, char @Nullable [] password) throws GeneralSecurityException {
        if (password == null) {
            throw new InvalidKeyException("the private key is encrypted, and no password was given");
        }
        PBEKeySpec spec = new PBEKeySpec(password);
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(bytes);
            // PBES2 is a frame; only its parameters name the algorithm in it.
            String algorithm =
                    info.getAlgName().equals("PBES2") || info.getAlgName().equals("1.2.840.113549.1.5.13")
                            ? info.getAlgParameters().toString()
                            : info.getAlgName();
            SecretKey key = SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new InvalidKeyException("the private key is encrypted in an unknown way: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(
                    "the private key cannot be decrypted: the password is wrong, or it is broken", e);
        } finally {
            spec.clearPassword();
        }
    }

    /** Whether a key belongs to a certificate's: what one signs, the other verifies. */
    static boolean belong(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "DSA" -> "SHA256withDSA";
            case "RSASSA-PSS" -> "";
            default -> certified.getAlgorithm();
        };
        if (algorithm.isEmpty()) {
            return key.getAlgorithm().startsWith("RSA");
        }
        byte[] text = {1, 2, 3, 4, 5, 6, 7, 8};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certified);
            verifying.update(text);
            return verifying.verify(signature);
        } catch (InvalidKeyException | java.security.SignatureException e) {
            return false;
        }
    }
}

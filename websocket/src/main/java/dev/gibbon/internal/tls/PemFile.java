package dev.gibbon.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a PEM file (RFC 7468): certificates and private keys. Text between blocks is skipped, as OpenSSL writes some.
 *
 * @param path where it was read, for messages
 * @param blocks in order
 */
record PemFile(Path path, List<Block> blocks) {
    /** More is no certificate chain and no key. */
    private static final long MOST_BYTES = 4 << 20;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** What some editors put at the beginning of a file in UTF-8, as it looks in ISO 8859-1. */
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    /** One block: what is between the dashes, and the bytes. */
    record Block(String label, byte[] bytes) {}

    /** Reads a file. */
    static PemFile read(Path path) throws IOException {
        String text;
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new IOException("it is too large for a PEM file");
            }
            text = Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + path, e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read", e);
        } catch (IOException e) {
            throw new IOException(path + " cannot be read: " + e.getMessage(), e);
        }
        List<Block> blocks = parse(path, text);
        if (blocks.isEmpty()) {
            throw new IOException(path + " is no PEM file: it has no line that begins with " + BEGIN.trim());
        }
        return new PemFile(path, blocks);
    }

    private static List<Block> parse(Path path, String text) throws IOException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder body = new StringBuilder();
        String readable = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        for (String raw : readable.lines().toList()) {
            String line = raw.strip();
            if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() >= BEGIN.length() + DASHES.length()) {
                label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                body.setLength(0);
            } else if (line.startsWith(END) && label != null) {
                blocks.add(new Block(label, decode(path, label, body.toString())));
                label = null;
            } else if (label != null) {
                body.append(line).append('\n');
            }
        }
        if (label != null) {
            throw new IOException(path + ": the block " + label + " has no end");
        }
        return blocks;
    }

    private static byte[] decode(Path path, String label, String body) throws IOException {
        if (body.contains("Proc-Type:")) {
            throw new IOException(path + ": " + label + " is encrypted in OpenSSL's old way, which is weak; convert it:"
                    + " openssl pkcs8 -topk8 -in OLD -out NEW");
        }
        try {
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + label + " is not Base64: " + e.getMessage(), e);
        }
    }

    /** All certificates, in order; at least one. */
    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label().equals("CERTIFICATE")
                    || block.label().equals("X509 CERTIFICATE")
                    || block.label().equals("TRUSTED CERTIFICATE")) {
                try {
                    found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.bytes())));
                } catch (CertificateException e) {
                    throw new IOException(path + ": a broken certificate: " + e.getMessage(), e);
                }
            }
        }
        if (found.isEmpty()) {
            throw new IOException(path + " has no certificate, but " + labels());
        }
        return found;
    }

    /** The one private key. */
    PrivateKey privateKey(char @Nullable [] password) throws IOException {
        byte[] parameters = null;
        for (Block block : blocks) {
            if (block.label().equals("EC PARAMETERS")) {
                parameters = block.bytes();
            }
            if (block.label().endsWith("PRIVATE KEY")) {
                try {
                    return PrivateKeys.decode(block.label(), block.bytes(), parameters, password);
                } catch (GeneralSecurityException e) {
                    throw new IOException(path + ": " + e.getMessage(), e);
                }
            }
        }
        throw new IOException(path + " has no private key, but " + labels());
    }

    private String labels() {
        return String.join(", ", blocks.stream().map(Block::label).toList());
    }
}

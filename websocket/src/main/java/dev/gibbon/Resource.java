package dev.gibbon;

import dev.gibbon.internal.http.ContentTypes;
import dev.gibbon.internal.http.EntityTag;
import dev.gibbon.protocol.handshake.HeaderField;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A page, script, picture or health answer that the server gives to GET and HEAD. Held in memory, immutable, with an ETag of
 * its content.
 */
public final class Resource {
    private static final Set<String> OWN_FIELDS =
            Set.of("content-type", "content-length", "transfer-encoding", "connection", "etag");

    private final String contentType;
    private final byte[] content;
    private final String etag;
    private final List<HeaderField> fields;

    private Resource(String contentType, byte[] content) {
        this(contentType, content, EntityTag.of(content), List.of());
    }

    private Resource(String contentType, byte[] content, String etag, List<HeaderField> fields) {
        this.contentType = contentType;
        this.content = content;
        this.etag = etag;
        this.fields = fields;
    }

    /**
     * Reads a class-path resource, now.
     *
     * @param path absolute, such as {@code /index.html}; its ending chooses the content type
     * @return the resource
     * @throws IllegalArgumentException if there is no such resource
     */
    public static Resource classpath(String path) {
        return classpath(Resource.class, path);
    }

    /**
     * Reads a resource beside a class, now.
     *
     * @param beside the class whose loader and package are used
     * @param path relative to the class's package, or absolute; its ending chooses the content type
     * @return the resource
     * @throws IllegalArgumentException if there is no such resource
     */
    public static Resource classpath(Class<?> beside, String path) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        try (InputStream found = beside.getResourceAsStream(path);
                InputStream in = found != null || context == null || !path.startsWith("/")
                        ? found
                        : context.getResourceAsStream(path.substring(1))) {
            if (in == null) {
                throw new IllegalArgumentException("no class-path resource " + path);
            }
            return new Resource(ContentTypes.of(path), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("reading class-path resource " + path, e);
        }
    }

    /**
     * Makes a resource from bytes.
     *
     * @param contentType the value of {@code Content-Type}
     * @param content copied
     * @return the resource
     */
    public static Resource of(String contentType, byte[] content) {
        return new Resource(Objects.requireNonNull(contentType), content.clone());
    }

    /**
     * Makes a plain text resource.
     *
     * @param content the text
     * @return the resource, UTF-8
     */
    public static Resource text(String content) {
        return new Resource("text/plain; charset=utf-8", content.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds a header field to the response, such as {@code Content-Security-Policy} or {@code Cache-Control}.
     *
     * @param name the field's name
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException for a name or value that cannot be sent, or a field that the server sets itself
     */
    public Resource header(String name, String value) {
        if (OWN_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the server sets " + name + " itself");
        }
        List<HeaderField> more = new ArrayList<>(fields);
        more.add(new HeaderField(name, value));
        return new Resource(contentType, content, etag, List.copyOf(more));
    }

    /**
     * The value of {@code Content-Type}.
     *
     * @return the content type
     */
    public String contentType() {
        return contentType;
    }

    /**
     * The value of {@code ETag}.
     *
     * @return a strong tag in quotes
     */
    public String etag() {
        return etag;
    }

    List<HeaderField> fields() {
        return fields;
    }

    byte[] content() {
        return content;
    }
}

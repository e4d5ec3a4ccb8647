package dev.gibbon;

/**
 * The key of a value attached to a connection; two keys are the same only if they are the same object.
 *
 * @param <T> the type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // it ties the value of a key to its type
public final class AttributeKey<T> {
    private final String name;

    private AttributeKey(String name) {
        this.name = name;
    }

    /**
     * Makes a new key.
     *
     * @param name shown in messages
     * @param <T> the type of the value
     * @return the key
     */
    public static <T> AttributeKey<T> of(String name) {
        return new AttributeKey<>(name);
    }

    @Override
    public String toString() {
        return name;
    }
}

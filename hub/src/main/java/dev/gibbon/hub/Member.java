package dev.gibbon.hub;

import java.util.Objects;

/**
 * Somebody who is present in a topic.
 *
 * @param id unique in the topic, such as the name of a chat's guest with that of its connection; not empty
 * @param information what it tells of itself, perhaps nothing
 */
public record Member(String id, String information) {
    /**
     * Makes a member.
     *
     * @param id as the component says
     * @param information as the component says
     * @throws IllegalArgumentException if the id is empty
     */
    public Member {
        Objects.requireNonNull(information, "information");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a member has an id");
        }
    }
}

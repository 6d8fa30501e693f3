package dev.gangway.environment;

/**
 * An element of a {@link OneOf} space: which alternative was chosen, and a value of that alternative.
 *
 * @param index index of the alternative, counted from 0
 * @param value an element of the alternative's space
 */
public record OneOfValue(int index, Value value) implements Value {}

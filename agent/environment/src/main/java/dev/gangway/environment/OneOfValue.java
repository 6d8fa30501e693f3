package dev.gangway.environment;

/**
 * A value of one alternative of a {@link OneOf} space.
 *
 * @param index which alternative, counted from 0
 * @param value its value
 */
public record OneOfValue(int index, Value value) implements Value {}

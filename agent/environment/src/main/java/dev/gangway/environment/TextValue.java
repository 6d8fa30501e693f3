package dev.gangway.environment;

/**
 * A string: an element of a {@link Text} space.
 *
 * @param text the string; its length is counted in Unicode code points
 */
public record TextValue(String text) implements Value {}

package dev.gangway.environment;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The space of strings over a set of characters: {@code gymnasium.spaces.Text}. A character is a Unicode code point.
 *
 * @param minLength smallest number of characters, ≥ 0
 * @param maxLength largest number of characters, ≥ minLength
 * @param charset the allowed characters, each of them once; masks and flattened values refer to their order
 */
public record Text(int minLength, int maxLength, String charset) implements Space {
    /**
     * Checks lengths and characters.
     *
     * @throws IllegalArgumentException when the lengths are out of order, when a character occurs twice, or when a
     *     character is half of a surrogate pair
     */
    public Text {
        if (minLength < 0 || maxLength < minLength) {
            throw new IllegalArgumentException(
                    "Expected 0 ≤ minLength ≤ maxLength in a Text, found " + minLength + " and " + maxLength);
        }
        int[] characters = charset.codePoints().toArray();
        for (int character : characters) {
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("Expected whole characters in the charset of a Text, found the"
                        + " surrogate U+%04X alone".formatted(character));
            }
        }
        if (Arrays.stream(characters).distinct().count() != characters.length) {
            throw new IllegalArgumentException(
                    "Expected each character once in the charset of a Text, found '" + charset + "'");
        }
    }

    @Override
    public int depth() {
        return 0;
    }

    @Override
    public boolean contains(Value value) {
        if (!(value instanceof TextValue text)) {
            return false;
        }
        int length = text.text().codePointCount(0, text.text().length());
        return length >= minLength
                && length <= maxLength
                && text.text().codePoints().allMatch(character -> charset.indexOf(character) >= 0);
    }

    /**
     * Returns a random string. Every allowed length is equally likely, and so is every character.
     *
     * @throws IllegalStateException when the charset is empty and a string of at least one character is required
     */
    @Override
    public TextValue sample(RandomGenerator random) {
        int[] characters = charset.codePoints().toArray();
        if (characters.length == 0) {
            if (minLength > 0) {
                throw new IllegalStateException("Expected characters to sample from, found none in " + this);
            }
            return new TextValue("");
        }
        StringBuilder text = new StringBuilder();
        long length = random.nextLong(minLength, maxLength + 1L);
        for (long i = 0; i < length; i++) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return new TextValue(text.toString());
    }

    /** Returns a text like {@code Text(1, 5, charset=abc)}, with the characters sorted as in Gymnasium. */
    @Override
    public String toString() {
        String sorted =
                charset.codePoints().sorted().mapToObj(Character::toString).collect(Collectors.joining());
        return "Text(" + minLength + ", " + maxLength + ", charset=" + sorted + ")";
    }
}

package dev.gangway.inference.policy;

/** A mask of actions does not fit its space, or allows nothing. */
public final class UnfitMaskException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int row;
    private final String source;
    private final String part;
    private final String expected;
    private final String found;

    /**
     * Describes the mask.
     *
     * @param row which mask of the batch, counted from 0
     * @param source where the masks stand, e.g. {@code info["action_mask"]}
     * @param part which part of the mask it is, and of what it is a mask, e.g. {@code ", part 1, a mask of Discrete(2)"}
     * @param expected what may stand there
     * @param found what stands there
     */
    UnfitMaskException(int row, String source, String part, String expected, String found) {
        super("Expected %s in %s of copy %d%s, found %s".formatted(expected, source, row, part, found));
        this.row = row;
        this.source = source;
        this.part = part;
        this.expected = expected;
        this.found = found;
    }

    /** Returns which mask of the batch it is, counted from 0. */
    public int row() {
        return row;
    }

    /** Says the same of a mask that {@code who} gave at {@code when}. */
    public String message(String who, String when) {
        return "%s gave %s in %s%s, %s: expected %s".formatted(who, found, source, part, when, expected);
    }
}

package dev.gangway.inference.policy;

/** An observation holds a value that cannot be encoded for a network. */
public final class UnfitObservationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int row;
    private final String found;
    private final String place;
    private final String expected;

    /**
     * Describes the value.
     *
     * @param row which observation of the batch, counted from 0
     * @param found the value
     * @param place where in the observation it stands, e.g. {@code " at element [1]"}; empty when there is one value only
     * @param expected what may stand there, and what to do
     */
    UnfitObservationException(int row, String found, String place, String expected) {
        super("Expected %s, found %s%s of observation %d".formatted(expected, found, place, row));
        this.row = row;
        this.found = found;
        this.place = place;
        this.expected = expected;
    }

    /** Returns the same about an observation that the one described is a part of. */
    UnfitObservationException within(String part) {
        return new UnfitObservationException(row, found, within(place, part), expected);
    }

    static String within(String place, String part) {
        return place + (place.isEmpty() ? " at " : " of ") + part;
    }

    /** Returns which observation of the batch it is, counted from 0. */
    public int row() {
        return row;
    }

    /** Says the same of an observation that {@code who} gave at {@code when}. */
    public String message(String who, String when) {
        return "%s gave an observation with %s%s %s: expected %s".formatted(who, found, place, when, expected);
    }
}

package dev.gangway.learning.record;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last k finished episodes. Sums are made anew at each look, so that no rounding error builds up. */
public final class ReturnWindow {
    private final int size;
    private final Deque<Entry> entries = new ArrayDeque<>();

    /**
     * What is remembered of an episode.
     *
     * @param episodeReturn undiscounted sum of its rewards
     * @param length its steps
     */
    public record Entry(double episodeReturn, int length) {}

    /** Makes an empty window of k = {@code size} episodes. */
    public ReturnWindow(int size) {
        this.size = size;
    }

    /** Adds an episode; the oldest leaves a full window. */
    public void add(Entry episode) {
        if (entries.size() == size) {
            entries.removeFirst();
        }
        entries.addLast(episode);
    }

    /** Returns k. */
    public int size() {
        return size;
    }

    /** Returns the episodes, oldest first. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** Returns whether k episodes have been added. */
    public boolean isFull() {
        return entries.size() == size;
    }

    /** Returns the mean undiscounted return, NaN when empty. */
    public double meanReturn() {
        double sum = 0; // a stream's would take several times as long, at every episode
        for (Entry entry : entries) {
            sum += entry.episodeReturn();
        }
        return sum / entries.size();
    }

    /** Returns the mean length in steps, NaN when empty. */
    public double meanLength() {
        long sum = 0;
        for (Entry entry : entries) {
            sum += entry.length();
        }
        return (double) sum / entries.size();
    }
}

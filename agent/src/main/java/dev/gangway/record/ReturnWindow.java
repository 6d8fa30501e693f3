package dev.gangway.record;

import dev.gangway.rollout.Episode;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last k finished episodes. Sums are made anew at each look, so that no rounding error builds up. */
public final class ReturnWindow {
    private final int size;
    private final Deque<Episode> episodes = new ArrayDeque<>();

    /** Makes an empty window of k = {@code size} episodes. */
    public ReturnWindow(int size) {
        this.size = size;
    }

    /** Adds an episode; the oldest leaves a full window. */
    public void add(Episode episode) {
        if (episodes.size() == size) {
            episodes.removeFirst();
        }
        episodes.addLast(episode);
    }

    /** Returns whether k episodes have been added. */
    public boolean isFull() {
        return episodes.size() == size;
    }

    /** Returns the mean undiscounted return, NaN when empty. */
    public double meanReturn() {
        return episodes.stream().mapToDouble(Episode::episodeReturn).average().orElse(Double.NaN);
    }

    /** Returns the mean length in steps, NaN when empty. */
    public double meanLength() {
        return episodes.stream().mapToInt(Episode::length).average().orElse(Double.NaN);
    }
}

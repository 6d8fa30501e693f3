package dev.gangway.learning.rollout;

import java.util.Arrays;

/** How far each copy of a lane is in its episode, and what the lane still has to play. */
final class EpisodeProgress {
    private final int[] steps;
    private final double[] returns;
    private final int[] episodesLeft;
    private int stepsLeft;

    EpisodeProgress(int copies) {
        steps = new int[copies];
        returns = new double[copies];
        episodesLeft = new int[copies];
    }

    /**
     * Gives the lane its share of a rollout.
     *
     * @param first the lane's first copy over all lanes
     * @param allCopies copies over all lanes
     */
    void share(RolloutLength length, int first, int allCopies) {
        if (length instanceof RolloutLength.Episodes episodes) {
            stepsLeft = Integer.MAX_VALUE;
            for (int i = 0; i < episodesLeft.length; i++) {
                boolean oneMore = first + i < episodes.total() % allCopies;
                episodesLeft[i] = episodes.total() / allCopies + (oneMore ? 1 : 0);
            }
        } else {
            stepsLeft = ((RolloutLength.Steps) length).steps();
            Arrays.fill(episodesLeft, Integer.MAX_VALUE);
        }
    }

    /** Returns whether the lane has to take another step. */
    boolean wantsMore() {
        if (stepsLeft == 0) {
            return false;
        }
        for (int left : episodesLeft) {
            if (left > 0) {
                return true;
            }
        }
        return false;
    }

    /** Counts a step of the lane. */
    void stepped() {
        stepsLeft--;
    }

    /** Returns the episodes that a copy has to finish yet; what it plays beyond them counts for nothing. */
    int episodesLeft(int copy) {
        return episodesLeft[copy];
    }

    /** Returns how many steps the copy's episode has taken. */
    int steps(int copy) {
        return steps[copy];
    }

    /** Adds a step to the copy's episode. */
    void add(int copy, double reward) {
        steps[copy]++;
        returns[copy] += reward;
    }

    /** Returns the undiscounted sum of the rewards of the copy's episode so far. */
    double episodeReturn(int copy) {
        return returns[copy];
    }

    /** Ends the copy's episode and begins its next one. */
    void end(int copy) {
        steps[copy] = 0;
        returns[copy] = 0;
        episodesLeft[copy] = Math.max(0, episodesLeft[copy] - 1);
    }

    /** Begins a new episode for every copy; those under way are dropped. */
    void restart() {
        Arrays.fill(steps, 0);
        Arrays.fill(returns, 0);
    }

    /** Returns whether every copy is at the start of an episode, or is reset before its next one begins. */
    boolean isAtStarts() {
        return Arrays.stream(steps).allMatch(taken -> taken == 0);
    }
}

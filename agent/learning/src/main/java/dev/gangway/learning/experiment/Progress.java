package dev.gangway.learning.experiment;

import dev.gangway.learning.record.ReturnWindow;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.Rollout;
import dev.gangway.v1.Counters;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** What a run has done so far, and whether that is enough. */
public final class Progress {
    /** Episodes in the mean that is always reported, whatever the stop condition looks at. */
    private static final int REPORTED_EPISODES = 100;

    private final StopRules stop;
    private final LongSupplier nanoClock;
    private long startNanos;
    private final ReturnWindow reported = new ReturnWindow(REPORTED_EPISODES);
    private final ReturnWindow judged;
    private long envSteps;
    private long episodes;
    private long updates;
    private OptionalLong solvedAtEnvSteps = OptionalLong.empty();
    private OptionalDouble solvedAtSeconds = OptionalDouble.empty();

    Progress(StopRules stop, LongSupplier nanoClock) {
        this.stop = stop;
        this.nanoClock = nanoClock;
        startNanos = nanoClock.getAsLong();
        judged = new ReturnWindow(stop.solved().map(StopRules.Solved::episodes).orElse(1));
    }

    /** Goes on from what a checkpoint counted. */
    void restore(Counters counters) {
        envSteps = counters.getEnvSteps();
        episodes = counters.getEpisodes();
        updates = counters.getUpdates();
        startNanos = nanoClock.getAsLong() - Math.round(counters.getWallSeconds() * 1e9);
        for (int i = 0; i < counters.getRecentReturnsCount(); i++) {
            remember(new ReturnWindow.Entry(counters.getRecentReturns(i), counters.getRecentLengths(i)));
        }
        if (counters.hasSolvedAtEnvSteps()) {
            solvedAtEnvSteps = OptionalLong.of(counters.getSolvedAtEnvSteps());
            solvedAtSeconds = OptionalDouble.of(counters.getSolvedAtSeconds());
        }
    }

    /** Returns what {@link #restore} goes on from. */
    Counters counters() {
        Counters.Builder counters = Counters.newBuilder()
                .setEnvSteps(envSteps)
                .setEpisodes(episodes)
                .setUpdates(updates)
                .setWallSeconds(wallSeconds());
        for (ReturnWindow.Entry episode : (reported.size() > judged.size() ? reported : judged).entries()) {
            counters.addRecentReturns(episode.episodeReturn()).addRecentLengths(episode.length());
        }
        solvedAtEnvSteps.ifPresent(counters::setSolvedAtEnvSteps);
        solvedAtSeconds.ifPresent(counters::setSolvedAtSeconds);
        return counters.build();
    }

    private void remember(ReturnWindow.Entry episode) {
        reported.add(episode);
        judged.add(episode);
    }

    void add(Rollout rollout) {
        for (Episode episode : rollout.episodes()) {
            episodes++;
            remember(new ReturnWindow.Entry(episode.episodeReturn(), episode.length()));
            if (solvedAtEnvSteps.isEmpty()
                    && stop.solved().filter(this::isSolved).isPresent()) {
                solvedAtEnvSteps = OptionalLong.of(episode.envSteps());
                solvedAtSeconds = OptionalDouble.of(wallSeconds());
            }
        }
        envSteps += rollout.envSteps();
    }

    private boolean isSolved(StopRules.Solved solved) {
        return judged.isFull() && judged.meanReturn() >= solved.meanReturn();
    }

    void addUpdate() {
        updates++;
    }

    boolean isDone() {
        return stopReason().isPresent();
    }

    /** Returns which stop condition holds, {@code solved}, {@code max_env_steps} or {@code max_episodes}, if one does. */
    public Optional<String> stopReason() {
        if (solvedAtEnvSteps.isPresent()) {
            return Optional.of("solved");
        }
        if (envSteps >= stop.maxEnvSteps()) {
            return Optional.of("max_env_steps");
        }
        return stop.maxEpisodes().isPresent() && episodes >= stop.maxEpisodes().getAsLong()
                ? Optional.of("max_episodes")
                : Optional.empty();
    }

    /** Returns environment steps over all copies. */
    public long envSteps() {
        return envSteps;
    }

    /** Returns finished episodes. */
    public long episodes() {
        return episodes;
    }

    /** Returns updates of the policy. */
    public long updates() {
        return updates;
    }

    /** Returns seconds since the first reset, without those between an end and the resumption. */
    public double wallSeconds() {
        return (nanoClock.getAsLong() - startNanos) / 1e9;
    }

    /** Returns environment steps as a fraction of the most that the run may take, at most 1. */
    public double fraction() {
        return Math.min(1, (double) envSteps / stop.maxEnvSteps());
    }

    /** Returns the mean undiscounted return of the last 100 finished episodes, or of all while fewer; NaN before one. */
    public double meanReturn() {
        return reported.meanReturn();
    }

    /** Returns the mean length of the same episodes in steps. */
    public double meanLength() {
        return reported.meanLength();
    }

    /** Returns the environment steps when the stop condition's mean was first reached, if it was. */
    public OptionalLong solvedAtEnvSteps() {
        return solvedAtEnvSteps;
    }

    /** Returns the wall seconds then. */
    public OptionalDouble solvedAtSeconds() {
        return solvedAtSeconds;
    }
}

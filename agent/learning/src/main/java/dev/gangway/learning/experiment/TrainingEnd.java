package dev.gangway.learning.experiment;

import dev.gangway.environment.Version;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.learning.record.BestPolicy;
import dev.gangway.learning.record.LearningCurve;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.learning.record.RunSummary;
import dev.gangway.learning.rollout.EpisodeStatistics;
import dev.gangway.v1.Counters;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.Experiment;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Writes how a training ended into its run directory, once, however it came. Thread-safe, because a training that does not
 * stop when a signal asks it to is ended by another thread.
 */
public final class TrainingEnd {
    private final Experiment experiment;
    private final RunDirectory run;
    private final Counters before;
    private final LearningCurve chart;
    private Training training;
    private String gymnasiumVersion;
    private boolean written;

    /**
     * Of a training that is about to be assembled.
     *
     * @param before what had been done when it was last stopped; zeros for a new one
     * @param chart draws the learning curve
     */
    public TrainingEnd(Experiment experiment, RunDirectory run, Counters before, LearningCurve chart) {
        this.experiment = experiment;
        this.run = run;
        this.before = before;
        this.chart = chart;
    }

    /** From now on, the end is that of this training. */
    public synchronized void willBeOf(Training assembled, String version) {
        training = assembled;
        gymnasiumVersion = version;
    }

    /**
     * Writes the end of a training that has stopped.
     *
     * @param failure by which it stopped, if that was the reason
     * @return one line that says how it ended; empty when that has been said before
     */
    public synchronized Optional<String> ended(Optional<Throwable> failure) {
        if (written) {
            return Optional.empty();
        }
        written = true;
        String complete =
                training.isComplete() ? training.progress().stopReason().orElseThrow() : "interrupted";
        RunSummary summary = summary(failure.isPresent() ? "failed" : complete, failure);
        run.finish(
                summary,
                experiment.getStop().hasSolved()
                        ? OptionalDouble.of(experiment.getStop().getSolved().getMeanReturn())
                        : OptionalDouble.empty(),
                chart);
        return Optional.of(closingLine(summary));
    }

    /**
     * Writes the end of a training that is cut off while it still runs, or has not begun.
     *
     * @return as {@link #ended}
     */
    public synchronized Optional<String> interrupted() {
        if (written) {
            return Optional.empty();
        }
        written = true;
        RunSummary summary = summary("interrupted", Optional.empty());
        run.summarize(summary);
        return Optional.of(closingLine(summary));
    }

    private RunSummary summary(String reason, Optional<Throwable> failure) {
        String cause = failure.map(thrown -> thrown.getMessage() == null ? thrown.toString() : thrown.getMessage())
                .orElse(null);
        if (training == null) {
            return new RunSummary(
                    environmentId(),
                    experiment.getName(),
                    experiment.getSeed(),
                    before.getEnvSteps(),
                    before.getEpisodes(),
                    before.getUpdates(),
                    before.getWallSeconds(),
                    reason,
                    cause,
                    null,
                    null,
                    null,
                    null,
                    Version.current(),
                    null);
        }
        Progress progress = training.progress();
        boolean solved = progress.solvedAtEnvSteps().isPresent();
        return new RunSummary(
                training.spec().id(),
                experiment.getName(),
                experiment.getSeed(),
                progress.envSteps(),
                progress.episodes(),
                progress.updates(),
                progress.wallSeconds(),
                reason,
                cause,
                solved ? progress.solvedAtEnvSteps().getAsLong() : null,
                solved ? progress.solvedAtSeconds().getAsDouble() : null,
                progress.episodes() == 0 ? null : progress.meanReturn(),
                training.bestPolicy().orElse(null),
                Version.current(),
                gymnasiumVersion);
    }

    private String environmentId() {
        EnvironmentConfig environment = experiment.getEnvironment();
        if (experiment.hasProgram()) {
            return ProgramDescription.environment(experiment);
        }
        if (environment.hasCustom()) {
            return environment.getCustom().getProvider();
        }
        return environment.hasGymnasium() ? environment.getGymnasium().getId() : NativeCartPole.ID;
    }

    private String closingLine(RunSummary summary) {
        String outcome = summary.stopReason().equals("solved")
                ? "solved after %,d environment steps".formatted(summary.solvedAtEnvSteps())
                : "%s after %,d environment steps"
                        .formatted(
                                summary.stopReason().startsWith("max_") ? "not solved" : summary.stopReason(),
                                summary.envSteps());
        String none =
                summary.failure() == null ? "no episode ended" : "no rollout with the end of an episode was finished";
        String mean = summary.meanReturnLast100() == null
                ? none
                : "mean return of the last 100 episodes %.1f".formatted(summary.meanReturnLast100());
        return "%s: %s, %.1f s, %s%s; run directory %s"
                .formatted(
                        summary.envId(),
                        outcome,
                        summary.wallSeconds(),
                        mean,
                        best(Optional.ofNullable(summary.bestPolicy())),
                        run.path());
    }

    private static String best(Optional<BestPolicy> policy) {
        if (policy.isEmpty() || policy.get().score().isEmpty()) {
            return "";
        }
        EpisodeStatistics score = policy.get().score().get();
        return "; best policy after %,d steps, return %.1f ± %.1f in %d other episodes"
                .formatted(policy.get().envSteps(), score.meanReturn(), score.stdReturn(), score.episodes());
    }
}

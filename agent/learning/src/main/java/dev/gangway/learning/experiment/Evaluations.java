package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.learning.record.BestPolicy;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Actor;
import dev.gangway.learning.rollout.EpisodeRunner;
import dev.gangway.learning.rollout.EpisodeStatistics;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.EvaluationRecord;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The evaluations of one training, and the best policy by them. Each evaluation opens an environment of its own and closes
 * it, so that it depends on nothing but the policy and its seeds.
 */
final class Evaluations {
    /** Streams of the evaluations that choose the best policy. */
    private static final String SELECTION = "selection";
    /** Streams of the evaluation that is reported for it; those of {@code eval} with the same seed. */
    private static final String SCORE = "evaluation";

    private final EvaluationRule rule;
    private final Supplier<Lanes> environment;
    private final RunnerMaker runners;
    private final Streams streams;
    private long count;
    private long lastEnvSteps;
    private double bestMeanReturn;
    private Optional<Checkpoint> best = Optional.empty();
    private Optional<EpisodeStatistics> score = Optional.empty();

    /** Makes what plays episodes with a training's policies. */
    @FunctionalInterface
    interface RunnerMaker {
        /** Returns a runner in an environment; {@code random} is what actions are sampled from. */
        EpisodeRunner make(VectorEnv env, RandomGenerator random);
    }

    /**
     * Evaluates in an environment.
     *
     * @param environment opens it anew for each evaluation, which closes it
     */
    Evaluations(EvaluationRule rule, Supplier<Lanes> environment, RunnerMaker runners) {
        this.rule = rule;
        this.environment = environment;
        this.runners = runners;
        streams = Streams.of(rule.seed());
    }

    /** Returns whether an update that starts at so many environment steps is the first at or past a multiple. */
    boolean isDue(long envSteps) {
        return count == 0 || envSteps / rule.everyEnvSteps() > lastEnvSteps / rule.everyEnvSteps();
    }

    /** Returns whether the policy after so many environment steps has been evaluated. */
    boolean isDone(long envSteps) {
        return count > 0 && lastEnvSteps == envSteps;
    }

    /**
     * Evaluates the policy as it is.
     *
     * @param stoppable makes an actor that ends the evaluation by an exception when it shall stop
     * @param checkpoint the same policy, kept if it is the best so far
     */
    Evaluation evaluate(PolicySnapshot policy, UnaryOperator<Actor> stoppable, Checkpoint checkpoint) {
        EpisodeStatistics returns = play(SELECTION, policy, checkpoint, stoppable);
        boolean isBest = best.isEmpty() || returns.meanReturn() > bestMeanReturn;
        if (isBest) {
            best = Optional.of(checkpoint);
            bestMeanReturn = returns.meanReturn();
        }
        count++;
        lastEnvSteps = checkpoint.getCounters().getEnvSteps();
        return new Evaluation(count, lastEnvSteps, checkpoint.getCounters().getUpdates(), returns, isBest);
    }

    /**
     * Scores the best policy on episodes that had no part in choosing it.
     *
     * @param policy that of {@link #best}
     */
    void score(PolicySnapshot policy, UnaryOperator<Actor> stoppable) {
        score = Optional.of(play(SCORE, policy, best.orElseThrow(), stoppable));
    }

    private EpisodeStatistics play(
            String stream, PolicySnapshot policy, Checkpoint checkpoint, UnaryOperator<Actor> stoppable) {
        try (Lanes lanes = environment.get()) {
            EpisodeRunner runner = runners.make(lanes.envs().get(0), streams.stream(stream + "-action", 0));
            Actor greedy = (features, mask, rows, random, actions) -> policy.actGreedy(features, mask, rows, actions);
            return EpisodeStatistics.of(
                    runner.play(stoppable.apply(greedy), streams.envSeed(stream, 0), rule.episodes()));
        } catch (EnvironmentException failed) {
            throw new EnvironmentException(
                    "The evaluation of %s policy after %,d environment steps failed: %s"
                            .formatted(
                                    stream.equals(SCORE) ? "the best" : "the",
                                    checkpoint.getCounters().getEnvSteps(),
                                    failed.getMessage()),
                    failed);
        }
    }

    /** Returns whether the best policy has been scored. */
    boolean isComplete() {
        return score.isPresent();
    }

    /** Returns the best policy so far. */
    Optional<Checkpoint> best() {
        return best;
    }

    /** Returns what is reported of the best policy. */
    Optional<BestPolicy> report() {
        return best.map(policy -> new BestPolicy(policy.getCounters().getEnvSteps(), bestMeanReturn, score));
    }

    /** Returns what {@link #restore} goes on from; empty before the first evaluation. */
    Optional<EvaluationRecord> record() {
        return best.map(policy -> EvaluationRecord.newBuilder()
                .setEvaluations(count)
                .setLastEnvSteps(lastEnvSteps)
                .setBestMeanReturn(bestMeanReturn)
                .setBest(policy)
                .build());
    }

    /** Goes on from what a checkpoint has recorded. */
    void restore(EvaluationRecord record) {
        count = record.getEvaluations();
        lastEnvSteps = record.getLastEnvSteps();
        bestMeanReturn = record.getBestMeanReturn();
        best = Optional.of(record.getBest());
    }
}

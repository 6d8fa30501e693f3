package dev.gangway.testkit.exact;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.learning.estimator.BaselineFactory;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.EstimatorFactory;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.LearningParts;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.StateValue;
import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Holds an estimator to the exact policy gradient. On decision processes that are small enough, every batch that can be is
 * written out with its probability, so that the estimator's expectation is a finite sum. The exact gradient comes from
 * differentiating Bellman's equation, without scores and without sampling. The two have to agree to 1e−10.
 *
 * <p>{@link LearningParts#stateValue} is the true V of each process, so that an estimator that bootstraps has no bias either.
 * Batches hold one or two whole episodes.
 */
public final class ExactGradientContract {
    /** Largest difference between a component of the expectation and of the gradient. */
    public static final double TOLERANCE = 1e-10;

    private static final double[] DISCOUNTS = {0.8, 1};
    private static final int MAX_EPISODES = 2;

    private ExactGradientContract() {}

    /**
     * Checks that an estimator's expectation is the exact gradient, for discounting from the start and from the action.
     *
     * @param estimator makes a new estimator for each process, discount and convention
     * @throws AssertionError naming process, discount and component where the expectation is another number
     */
    public static void requireUnbiased(EstimatorFactory estimator) {
        for (FiniteMdp mdp : FiniteMdps.small().toList()) {
            for (Discounting discounting : Discounting.values()) {
                for (double discount : DISCOUNTS) {
                    GradientEstimator made = estimator.make(parts(mdp, discount, discounting));
                    double[] truth = mdp.truth(discounting, discount);
                    for (int episodes = 1; episodes <= MAX_EPISODES; episodes++) {
                        double[] mean = Exactly.moments(mdp, made, episodes).mean();
                        requireEqual(
                                truth,
                                mean,
                                "%s, batches of %d episodes, γ = %s %s"
                                        .formatted(mdp, episodes, discount, discounting));
                    }
                }
            }
        }
    }

    /**
     * Checks that a baseline leaves the expectation of the reward-to-go as it is.
     *
     * @throws AssertionError as {@link #requireUnbiased}
     */
    public static void requireUnbiasedBaseline(BaselineFactory baseline) {
        requireUnbiased(parts -> new RewardToGo(
                parts.discount(), parts.discounting(), parts.with(baseline).baseline()));
    }

    private static void requireEqual(double[] truth, double[] mean, String where) {
        for (int k = 0; k < truth.length; k++) {
            if (!(Math.abs(truth[k] - mean[k]) <= TOLERANCE)) {
                throw new AssertionError(("Expected the exact gradient as the estimator's expectation (%s), %s for"
                                + " parameter %d, found %s")
                        .formatted(where, truth[k], k, mean[k]));
            }
        }
    }

    /** Returns what an estimator may be made of in a process: its policy and, as the critic, its true V. */
    public static LearningParts parts(FiniteMdp mdp, double discount, Discounting discounting) {
        EnvSpec spec = new EnvSpec(
                mdp.toString(),
                Box.of(0, 1e6f, 1),
                Discrete.of(mdp.actions()),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                OptionalDouble.empty());
        return new LearningParts(
                spec, mdp.policy(), Optional.of(new TrueValue(mdp.exactValue(discount))), discount, discounting);
    }

    /** A critic that knows V. */
    private record TrueValue(StateValue value) implements Critic {
        @Override
        public boolean sharesParameters() {
            return false;
        }

        @Override
        public double[] predict(float[] features, int rows) {
            return value.predict(features, rows);
        }

        @Override
        public ValueFit fit(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
            throw new UnsupportedOperationException("Expected a critic that is true already to be left as it is");
        }
    }
}

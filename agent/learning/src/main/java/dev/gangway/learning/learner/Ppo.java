package dev.gangway.learning.learner;

import dev.gangway.inference.provider.Settings;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.Policy.ScoreGradient;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * Proximal policy optimisation (Schulman et al. 2017, algorithm 1): several passes over one batch, each step along the
 * gradient of the clipped surrogate. That gradient is again a sum of weighted scores, see {@link ClippedRatios}; the first
 * step of a batch, where every ratio is 1, is the estimator's own.
 *
 * <p>Assumes that π_old is the policy as it is when a batch arrives. Biased from the second step on: the states stay
 * those of π_old, and clipping ignores what lies beyond.
 *
 * @param objective whose gradient is followed at first
 * @param optimizer of the policy's parameters
 * @param settings how often and how far
 */
public record Ppo(Objective objective, ScheduledOptimizer optimizer, Settings settings) implements Learner {
    /** One ψ shifted by its own mean is 0, whatever it was. */
    private static final int MIN_NORMALIZED_ROWS = 2;

    /**
     * How often a batch is used and how far it may move the policy.
     *
     * @param clip ε &gt; 0
     * @param epochs passes over a batch, ≥ 1
     * @param minibatches parts of a pass
     * @param normalizeMinibatches whether ψ is shifted and scaled within each part
     * @param targetKl a batch is done with before a step on a part whose approximate KL divergence exceeds it; infinity never
     *     ends one
     */
    public record Settings(
            double clip, int epochs, Minibatches minibatches, boolean normalizeMinibatches, double targetKl) {}

    @Override
    public PolicyStep improve(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        Weights psi = objective.prepared(weights);
        double[] oldLogProb = objective.logProb(batch, psi.rows());
        int[] order = psi.rows().clone();
        Minibatches parts = settings.normalizeMinibatches()
                ? settings.minibatches().atLeast(MIN_NORMALIZED_ROWS, order.length)
                : settings.minibatches();
        Passes passes = new Passes();
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            passes.begin();
            for (int[] rows : parts.of(order, random)) {
                double[] partPsi = settings.normalizeMinibatches() ? objective.normalized(psi, rows) : psi.psi();
                ClippedRatios ratios = new ClippedRatios(settings.clip(), partPsi, oldLogProb);
                ScoreGradient estimate = objective.gradient(batch, psi, rows, ratios);
                passes.saw(estimate, ratios);
                if (ratios.approximateKl() > settings.targetKl()) {
                    return passes.summary(optimizer.schedule().at(progress));
                }
                passes.stepped(optimizer.ascend(objective.policy().parameters(), estimate.gradient(), progress));
            }
        }
        return passes.summary(optimizer.schedule().at(progress));
    }

    /** What is reported of the passes: the entropy of the first, ratios of the last, norms of all. */
    private static final class Passes {
        private int pass;
        private long rows;
        private long firstRows;
        private double entropy;
        private double clipped;
        private double divergence;
        private double norms;
        private int steps;

        void begin() {
            pass++;
            rows = 0;
            clipped = 0;
            divergence = 0;
        }

        void saw(ScoreGradient estimate, ClippedRatios ratios) {
            if (pass == 1) {
                firstRows += ratios.seen();
                entropy += ratios.seen() * estimate.meanEntropy();
            }
            rows += ratios.seen();
            clipped += ratios.seen() * ratios.clipFraction();
            divergence += ratios.seen() * ratios.approximateKl();
        }

        void stepped(double norm) {
            norms += norm;
            steps++;
        }

        PolicyStep summary(double learningRate) {
            return new PolicyStep(entropy / firstRows, norms / steps, learningRate, clipped / rows, divergence / rows);
        }
    }
}

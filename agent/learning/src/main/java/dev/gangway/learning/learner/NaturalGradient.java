package dev.gangway.learning.learner;

import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.provider.Settings;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.ConjugateGradient;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.policy.FisherProduct;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.policy.Policy.ScoreGradient;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * One step along the natural gradient (F + λ I)⁻¹ g (Kakade 2001), of the length at which KL(π_old ‖ π) would be δ were it
 * quadratic: x √(2δ / xᵀ(F + λ I) x). The estimator's g is the same as for any learner; F is {@link FisherProduct}, the
 * equation is solved by conjugate gradients.
 *
 * <p>With a line search it is trust-region policy optimisation (Schulman et al. 2015, appendix C): the step is halved
 * until the exact mean divergence on the batch is at most δ and the surrogate, Σ ρ ψ averaged as the gradient is plus the
 * entropy bonus, has grown; if it never does, the policy stays.
 *
 * <p>Assumes that the batch was collected under the policy as it is, that its states are enough to estimate F, where λ holds
 * back the directions that they say little of, and, without a line search, that the divergence is quadratic up to δ.
 *
 * @param objective whose gradient g is
 * @param schedule α, a fraction of the full step; 1 goes all the way
 * @param settings how far
 */
public record NaturalGradient(Objective objective, Schedule schedule, Settings settings) implements Learner {
    private static final double TOLERANCE = 1e-10;

    /**
     * How far a step goes and how it is found.
     *
     * @param divergence δ &gt; 0 in nats
     * @param damping λ ≥ 0
     * @param iterations of conjugate gradients
     * @param halvings most often that the line search halves the step; negative: no line search
     */
    public record Settings(double divergence, double damping, int iterations, int halvings) {}

    @Override
    public PolicyStep improve(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        Policy policy = objective.policy();
        Weights psi = objective.prepared(weights);
        ScoreGradient estimate = objective.gradient(batch, psi);
        double[] gradient = estimate.gradient();
        double[] step = step(batch, psi, gradient);
        Comparison comparison = new Comparison(objective, batch, psi);
        double[] theta = policy.parameters().toDoubles();
        double fraction = schedule.at(progress);
        comparison.moveBy(theta, step, fraction);
        if (settings.halvings() >= 0) {
            for (int halving = 0; !comparison.isBetterWithin(settings.divergence()); halving++) {
                fraction = halving < settings.halvings() ? fraction / 2 : 0;
                comparison.moveBy(theta, step, fraction);
                if (fraction == 0) {
                    break;
                }
            }
        }
        return new PolicyStep(
                estimate.meanEntropy(), norm(gradient), schedule.at(progress), Double.NaN, comparison.divergence());
    }

    private double[] step(TrajectoryBatch batch, Weights psi, double[] gradient) {
        FisherProduct fisher = new FisherProduct(objective.policy(), batch.decisions(), psi.rows());
        UnaryOperator<double[]> damped = v -> {
            double[] image = fisher.apply(v);
            for (int k = 0; k < image.length; k++) {
                image[k] += settings.damping() * v[k];
            }
            return image;
        };
        double[] step = ConjugateGradient.solve(damped, gradient, settings.iterations(), TOLERANCE);
        double[] image = damped.apply(step);
        double curvature = 0;
        for (int k = 0; k < step.length; k++) {
            curvature += step[k] * image[k];
        }
        double length = curvature > 0 ? Math.sqrt(2 * settings.divergence() / curvature) : 0;
        for (int k = 0; k < step.length; k++) {
            step[k] *= length;
        }
        return step;
    }

    private static double norm(double[] vector) {
        double norm = 0;
        for (double component : vector) {
            norm = Math.hypot(norm, component);
        }
        return norm;
    }

    /** The policy as it is beside the one that collected the batch, on the batch. */
    private static final class Comparison {
        private final Objective objective;
        private final TrajectoryBatch batch;
        private final Weights psi;
        private final double[] oldOutputs;
        private double divergence;
        private double gain;

        Comparison(Objective objective, TrajectoryBatch batch, Weights psi) {
            this.objective = objective;
            this.batch = batch;
            this.psi = psi;
            oldOutputs = objective.policy().outputs(batch.decisions(), psi.rows());
        }

        void moveBy(double[] theta, double[] step, double fraction) {
            Policy policy = objective.policy();
            double[] moved = theta.clone();
            for (int k = 0; fraction != 0 && k < moved.length; k++) {
                moved[k] += fraction * step[k];
            }
            policy.parameters().assign(moved);
            compare(policy.outputs(batch.decisions(), psi.rows()), policy.distribution());
        }

        private void compare(double[] outputs, Distribution distribution) {
            divergence = 0;
            gain = 0;
            double scale = psi.scale(objective.averaging());
            double entropyScale = objective.entropyCoefficient() / psi.rows().length;
            for (int b = 0; b < psi.rows().length; b++) {
                int row = psi.rows()[b];
                int at = b * distribution.outputSize();
                int action = row * distribution.actionSize();
                divergence += distribution.kl(oldOutputs, outputs, at) / psi.rows().length;
                double logRatio = distribution.logProb(outputs, at, batch.actions(), action)
                        - distribution.logProb(oldOutputs, at, batch.actions(), action);
                gain += scale * psi.psi()[row] * Math.expm1(logRatio);
                gain += entropyScale * (distribution.entropy(outputs, at) - distribution.entropy(oldOutputs, at));
            }
        }

        boolean isBetterWithin(double most) {
            return divergence <= most && gain > 0;
        }

        double divergence() {
            return divergence;
        }
    }
}

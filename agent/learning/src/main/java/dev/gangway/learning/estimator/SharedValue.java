package dev.gangway.learning.estimator;

import dev.gangway.inference.network.ParameterVector;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.random.RandomGenerator;

/**
 * V(s) as one more output of the policy's own network, a shared trunk with two heads. It is no more fitted by itself: its
 * loss is a part of what the policy's optimiser moves against (Mnih et al. 2016, section 4 and their supplement),
 *
 * <pre>
 * −Σ ψ log π(a|s) + c_v Σ (V(s) − y)², averaged as the policy gradient is, − c_H · mean H(π(·|s)).
 * </pre>
 *
 * Assumes a learner that steps along this one gradient, and a c_v at which the value's loss does not outweigh the policy's.
 *
 * @param network V over the parameters of both heads
 * @param coefficient c_v
 */
public record SharedValue(ValueNetwork network, double coefficient) implements Critic {

    @Override
    public boolean sharesParameters() {
        return true;
    }

    @Override
    public double[] predict(float[] features, int rows) {
        return network.predict(features, rows);
    }

    /** Learns nothing: {@link #addUphill} is how the policy's steps do. */
    @Override
    public ValueFit fit(TrajectoryBatch batch, Weights weights, double progress, RandomGenerator random) {
        return ValueFit.of(network.chosen(batch), weights);
    }

    /**
     * Adds −scale · c_v · ∇ Σ (V(s) − y)² over some of a batch's rows.
     *
     * @param gradient shape [P]; changed in place
     */
    public void addUphill(double[] gradient, TrajectoryBatch batch, Weights weights, int[] rows, double scale) {
        double[] unclipped = new double[batch.rows()];
        ValueNetwork.LossGradient mean = network.lossGradient(network.targets(batch, weights, unclipped), rows);
        ParameterVector parameters = network.parameters();
        double factor = parameters.round(-coefficient * scale * rows.length);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = parameters.round(gradient[i] + parameters.round(factor * mean.gradient()[i]));
        }
    }
}

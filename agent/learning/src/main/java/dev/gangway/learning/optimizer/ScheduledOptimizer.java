package dev.gangway.learning.optimizer;

import dev.gangway.learning.network.ParameterVector;
import java.util.Map;
import java.util.TreeMap;

/**
 * An optimiser with what surrounds its step: the learning rate's schedule and the clipping of the gradient.
 *
 * @param optimizer for one parameter vector alone
 * @param schedule α over the run
 * @param maxGradientNorm the gradient is scaled down to it; infinity never clips
 */
public record ScheduledOptimizer(Optimizer optimizer, Schedule schedule, double maxGradientNorm) {
    private static final String LEARNING_RATE = "learning_rate";

    /**
     * Moves the parameters uphill.
     *
     * @param gradient shape [P]; clipped in place
     * @param progress environment steps before the batch's rollout as a fraction of the run's maximum
     * @return the gradient's Euclidean norm before clipping
     */
    public double ascend(ParameterVector parameters, double[] gradient, double progress) {
        double norm = GlobalNormClip.clip(parameters, gradient, maxGradientNorm);
        optimizer.ascend(parameters, gradient, schedule.at(progress));
        return norm;
    }

    /** Returns the optimiser's state, see {@link Optimizer#exportState}, and the present rate where it adapts. */
    public Map<String, double[]> exportState() {
        Map<String, double[]> state = new TreeMap<>(optimizer.exportState());
        if (schedule instanceof KlAdaptiveRate adaptive) {
            state.put(LEARNING_RATE, new double[] {adaptive.at(0)});
        }
        return state;
    }

    /**
     * Continues from an exported state.
     *
     * @throws IllegalArgumentException when names or lengths are not those that this object exports
     */
    public void importState(Map<String, double[]> state) {
        Map<String, double[]> rest = new TreeMap<>(state);
        if (schedule instanceof KlAdaptiveRate adaptive) {
            double[] rate = rest.remove(LEARNING_RATE);
            if (rate == null || rate.length != 1) {
                throw new IllegalArgumentException("Expected " + LEARNING_RATE
                        + " of length 1 for a rate that adapts to the divergence, found " + state.keySet());
            }
            adaptive.resume(rate[0]);
        }
        optimizer.importState(rest);
    }
}

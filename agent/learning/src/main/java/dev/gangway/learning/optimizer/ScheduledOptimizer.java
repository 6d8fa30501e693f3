package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;
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
    /** Returns an optimizer with one learning rate throughout; gradients are not clipped. */
    public static ScheduledOptimizer constant(Optimizer optimizer, double learningRate) {
        return new ScheduledOptimizer(optimizer, new Schedule.Constant(learningRate), Double.POSITIVE_INFINITY);
    }

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

    /**
     * Returns the optimiser's state and, where the schedule has one, the schedule's.
     *
     * @throws IllegalStateException when both use one name
     */
    public Map<String, double[]> exportState() {
        Map<String, double[]> state = new TreeMap<>(optimizer.exportState());
        scheduleState().forEach((name, values) -> {
            if (state.put(name, values) != null) {
                throw new IllegalStateException("Expected other names in the state of " + schedule
                        + " than in that of its optimizer, found " + name + " in both");
            }
        });
        return state;
    }

    /**
     * Continues from an exported state.
     *
     * @throws IllegalArgumentException when names or lengths are not those that this object exports
     */
    public void importState(Map<String, double[]> state) {
        Map<String, double[]> rest = new TreeMap<>(state);
        if (schedule instanceof Stateful stateful) {
            Map<String, double[]> own = new TreeMap<>(state);
            own.keySet().retainAll(scheduleState().keySet());
            rest.keySet().removeAll(own.keySet());
            stateful.importState(own);
        }
        optimizer.importState(rest);
    }

    private Map<String, double[]> scheduleState() {
        return schedule instanceof Stateful stateful ? stateful.exportState() : Map.of();
    }
}

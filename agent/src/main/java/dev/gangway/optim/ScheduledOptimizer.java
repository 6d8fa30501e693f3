package dev.gangway.optim;

import dev.gangway.network.ParameterVector;

/**
 * An optimiser with what surrounds its step: the learning rate's schedule and the clipping of the gradient.
 *
 * @param optimizer for one parameter vector alone
 * @param schedule α over the run
 * @param maxGradientNorm the gradient is scaled down to it; infinity never clips
 */
public record ScheduledOptimizer(Optimizer optimizer, LearningRateSchedule schedule, double maxGradientNorm) {

    /**
     * Moves the parameters uphill.
     *
     * @param gradient shape [P]; clipped in place
     * @param progress environment steps before the batch's rollout as a fraction of the run's maximum
     * @return the gradient's Euclidean norm before clipping
     */
    public double ascend(ParameterVector parameters, double[] gradient, double progress) {
        double norm = GlobalNormClip.clip(parameters, gradient, maxGradientNorm);
        optimizer.ascend(parameters, gradient, schedule.rate(progress));
        return norm;
    }
}

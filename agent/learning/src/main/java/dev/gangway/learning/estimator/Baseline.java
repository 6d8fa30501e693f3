package dev.gangway.learning.estimator;

import java.util.Arrays;

/**
 * What is subtracted from the returns. It keeps the gradient's expectation, when it does not depend on the action, and
 * may lower its variance (Williams 1992; Sutton and Barto 2018, section 13.4). Its types show it no action. What it learns
 * from returns or scores, which depend on actions, it has to take from other trajectories; {@link BatchMean} is the one
 * exception and says what that costs. A baseline that remembers something between batches implements
 * {@link dev.gangway.learning.optimizer.Stateful} too.
 *
 * <p>Not thread-safe: one thread at a time.
 */
@FunctionalInterface
public interface Baseline {

    /** Returns the baseline of every row, in the units of the outcomes' values. */
    double[] values(Outcomes outcomes);

    /**
     * Returns what a baseline that is another number for each parameter subtracts from the whole Σ ψ ∇log π, shape [P]; empty
     * for those that are the same for all.
     */
    default double[] controlVariate(Outcomes outcomes) {
        return new double[0];
    }

    /** b = 0. Assumes nothing. */
    record None() implements Baseline {
        @Override
        public double[] values(Outcomes outcomes) {
            return new double[outcomes.values().length];
        }
    }

    /**
     * b fixed beforehand: the same for every step, in the units of the returns (Williams 1992). Unbiased, assuming that no
     * return of the batch has a part in it.
     *
     * @param value b
     */
    record Constant(double value) implements Baseline {
        @Override
        public double[] values(Outcomes outcomes) {
            double[] baseline = new double[outcomes.values().length];
            Arrays.fill(baseline, value);
            return baseline;
        }
    }

    /**
     * One number for the whole batch, the average-reward baseline that Greensmith, Bartlett and Baxter 2004 compare with
     * others: for total returns their mean over the batch's N trajectories, b = Σ_i r(τ_i) / N, for rewards-to-go their mean
     * over the batch's valid steps. Assumes nothing.
     *
     * <p>Bias: every return is part of its own baseline. With total returns and N independent trajectories the
     * expectation is exactly (1 − 1/N) times that without a baseline. With rewards-to-go of
     * trajectories of one length T it is less by E[(Σ_t ∇log π_t)(Σ_t v_t)] / (N T); with lengths that differ the bias is
     * of order 1/N without a closed form. {@link LeaveOneOutMean} has none.
     */
    record BatchMean() implements Baseline {
        @Override
        public double[] values(Outcomes outcomes) {
            int[] averaged = outcomes.wholeTrajectory() ? outcomes.firstRows() : outcomes.rows();
            double sum = 0;
            for (int row : averaged) {
                sum += outcomes.values()[row];
            }
            double[] baseline = new double[outcomes.values().length];
            Arrays.fill(baseline, sum / averaged.length);
            return baseline;
        }
    }

    /**
     * V(s), fitted to rewards-to-go, times γ^t where the outcomes are discounted from the start (Sutton and Barto 2018,
     * section 13.4, REINFORCE with baseline). Unbiased, assuming that V was fitted on earlier batches only. Made for
     * rewards-to-go; with total returns it is as unbiased but leaves the noise of the rewards before the step.
     */
    record OfState(StateValue value) implements Baseline {
        @Override
        public double[] values(Outcomes outcomes) {
            double[] predicted = value.predict(outcomes.features(), outcomes.values().length);
            double[] baseline = new double[predicted.length];
            for (int row : outcomes.rows()) {
                baseline[row] = outcomes.valueFactors()[row] * predicted[row];
            }
            return baseline;
        }
    }
}

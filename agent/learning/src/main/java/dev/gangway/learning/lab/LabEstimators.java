package dev.gangway.learning.lab;

import dev.gangway.learning.estimator.ActionValueGradient;
import dev.gangway.learning.estimator.Baseline;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.ExpectedActionValue;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.LeastSquares;
import dev.gangway.learning.estimator.LeaveOneOutMean;
import dev.gangway.learning.estimator.MinimumVariance;
import dev.gangway.learning.estimator.MinimumVariancePerParameter;
import dev.gangway.learning.estimator.NStep;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.ScoreSum;
import dev.gangway.learning.estimator.StateValue;
import dev.gangway.learning.estimator.TimeStepMean;
import dev.gangway.learning.estimator.TotalReturn;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The estimators that the lab compares, from the plainest to those that lean on a critic. */
public final class LabEstimators {
    private static final double RIDGE = 1e-5;

    private LabEstimators() {}

    /**
     * Returns them by name, in the order of the table.
     *
     * @param critic V
     * @param actionValue Q and π; the Q-forms are left out where there is none
     * @param scores of π
     */
    public static Map<String, GradientEstimator> all(
            double discount,
            Discounting discounting,
            StateValue critic,
            Optional<ExpectedActionValue> actionValue,
            ScoreSum scores) {
        Map<String, GradientEstimator> all = new LinkedHashMap<>();
        all.put("total return", new TotalReturn(discount, discounting, new Baseline.None()));
        all.put("total return − leave-one-out", new TotalReturn(discount, discounting, new LeaveOneOutMean()));
        all.put("reward-to-go", new RewardToGo(discount, discounting, new Baseline.None()));
        all.put("reward-to-go − batch mean", new RewardToGo(discount, discounting, new Baseline.BatchMean()));
        all.put("reward-to-go − leave-one-out", new RewardToGo(discount, discounting, new LeaveOneOutMean()));
        all.put("reward-to-go − time-step mean", new RewardToGo(discount, discounting, new TimeStepMean()));
        all.put("reward-to-go − minimum variance", new RewardToGo(discount, discounting, new MinimumVariance(scores)));
        all.put(
                "reward-to-go − minimum variance per parameter",
                new RewardToGo(discount, discounting, new MinimumVariancePerParameter(scores)));
        all.put("reward-to-go − least squares", new RewardToGo(discount, discounting, new LeastSquares(RIDGE)));
        all.put("reward-to-go − V", unbiased(discount, discounting, critic));
        all.put("Monte Carlo − V", new Gae(discount, 1, discounting, critic));
        all.put("GAE 0.99", new Gae(discount, 0.99, discounting, critic));
        all.put("GAE 0.95", new Gae(discount, 0.95, discounting, critic));
        all.put("GAE 0.9", new Gae(discount, 0.9, discounting, critic));
        all.put("20-step", new NStep(discount, 20, discounting, critic));
        all.put("5-step", new NStep(discount, 5, discounting, critic));
        all.put("one-step TD", new Gae(discount, 0, discounting, critic));
        actionValue.ifPresent(q -> {
            all.put("Q", new ActionValueGradient(discount, discounting, q.actionValue(), q.policy(), false));
            all.put("Q − Σ π Q", new ActionValueGradient(discount, discounting, q.actionValue(), q.policy(), true));
        });
        return all;
    }

    /** Returns one whose value targets are the discounted returns, to fit critics to. */
    public static GradientEstimator returns(double discount) {
        return new RewardToGo(discount, Discounting.FROM_ACTION, new Baseline.None());
    }

    /**
     * Returns the estimator that bias is measured against: the reward-to-go less V, which is unbiased because V has not seen
     * the batch, and varies less than the others that are.
     */
    public static GradientEstimator unbiased(double discount, Discounting discounting, StateValue critic) {
        return new RewardToGo(discount, discounting, new Baseline.OfState(critic));
    }
}

package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.testkit.exact.ExactGradientContract;
import org.junit.jupiter.api.Test;

/** What authors of estimators hold their own to accepts what is unbiased, and refuses what is not. */
class ExactGradientContractTest {
    @Test
    void acceptsUnbiasedEstimatorsAndBaselines() {
        ExactGradientContract.requireUnbiased(
                parts -> new TotalReturn(parts.discount(), parts.discounting(), parts.baseline()));
        ExactGradientContract.requireUnbiased(
                parts -> new Gae(parts.discount(), 0.5, parts.discounting(), parts.stateValue()));
        ExactGradientContract.requireUnbiasedBaseline(parts -> new LeaveOneOutMean());
        ExactGradientContract.requireUnbiasedBaseline(parts -> new Baseline.OfState(parts.stateValue()));
    }

    @Test
    void refusesABaselineThatSeesItsOwnReturns() {
        AssertionError refused = assertThrows(
                AssertionError.class,
                () -> ExactGradientContract.requireUnbiasedBaseline(parts -> new Baseline.BatchMean()));
        assertTrue(refused.getMessage().contains("Expected the exact gradient"), refused::getMessage);
        assertTrue(refused.getMessage().contains("batches of 1 episodes"), refused::getMessage);
    }

    @Test
    void refusesAnEstimatorThatIsATenMillionthTooLarge() {
        assertThrows(
                AssertionError.class,
                () -> ExactGradientContract.requireUnbiased(parts -> batch -> {
                    Weights right =
                            new RewardToGo(parts.discount(), parts.discounting(), new Baseline.None()).weights(batch);
                    double[] psi = right.psi().clone();
                    for (int row : right.rows()) {
                        psi[row] *= 1 + 1e-7;
                    }
                    return new Weights(right.rows(), right.trajectories(), psi, right.valueTargets());
                }));
    }
}

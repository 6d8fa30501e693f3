package dev.gangway.learning.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObjectiveTest {
    /** Whatever is in the unit of the returns must be divided where ψ is: also what a baseline per parameter subtracts. */
    @ParameterizedTest
    @EnumSource(Averaging.class)
    void aNormalisedGradientDoesNotDependOnTheUnitOfTheReturns(Averaging averaging) {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 40);
        Objective objective = new Objective(policy, true, averaging, 0.1, Optional.empty());
        double[] variate = new double[policy.parameters().size()];
        Arrays.setAll(variate, i -> Math.sin(3 * i + 1));
        double[] one = gradient(objective, batch, variate, 1);
        double[] without = gradient(objective, batch, new double[variate.length], 1);
        assertTrue(Math.abs(one[0] - without[0]) > 1e-4 * Math.abs(one[0]), "what is subtracted shows");
        assertArrayEquals(one, gradient(objective, batch, variate, 1000), 1e-6);
    }

    private static double[] gradient(Objective objective, TrajectoryBatch batch, double[] variate, double unit) {
        Weights psi = Samples.weights(batch);
        Weights inUnit = new Weights(
                psi.rows(), psi.trajectories(), scaled(psi.psi(), unit), psi.valueTargets(), scaled(variate, unit));
        return objective.gradient(batch, objective.prepared(inUnit)).gradient();
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }
}

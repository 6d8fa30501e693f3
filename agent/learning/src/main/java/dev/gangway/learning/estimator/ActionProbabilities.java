package dev.gangway.learning.estimator;

import dev.gangway.inference.policy.Distribution;
import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.policy.Policy;
import java.util.stream.IntStream;

/** π(·|s) over K discrete actions, of one policy without masks. */
@FunctionalInterface
public interface ActionProbabilities {

    /**
     * Returns the probabilities.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @return shape [rows, K]
     */
    double[] of(float[] features, int rows);

    /** Returns those of a policy over {@code count} discrete actions, as it is when asked. */
    static ActionProbabilities of(Policy policy, int count) {
        float[] actions = new float[count];
        for (int a = 0; a < count; a++) {
            actions[a] = a;
        }
        Distribution distribution = policy.distribution();
        return (features, rows) -> {
            double[] outputs = policy.outputs(
                    Decisions.unmasked(features, new float[0]),
                    IntStream.range(0, rows).toArray());
            return IntStream.range(0, rows * count)
                    .mapToDouble(i -> Math.exp(
                            distribution.logProb(outputs, i / count * distribution.outputSize(), actions, i % count)))
                    .toArray();
        };
    }
}

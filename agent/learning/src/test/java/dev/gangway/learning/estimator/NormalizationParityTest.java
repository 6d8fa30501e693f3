package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.environment.Tensor;
import dev.gangway.inference.network.RunningMoments;
import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testing.PythonScript;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Compares running moments and scaled rewards with NumPy's of the same real episodes, in two batches. */
@Tag("process")
@TestInstance(Lifecycle.PER_CLASS)
class NormalizationParityTest {
    private static final double DISCOUNT = 0.9;
    private static final double CLIP = 0.5;
    private static final double EPSILON = 1e-8;

    private Map<String, Tensor> real;
    private int copies;
    private int steps;
    private int first;

    @BeforeAll
    void runNumpy() {
        real = PythonScript.arrays("normalization_reference.py");
        steps = real.get("rewards").shape()[0];
        copies = real.get("rewards").shape()[1];
        first = real.get("first.scaled").shape()[0];
    }

    @Test
    void momentsEqualNumpysWhateverTheBatches() {
        double[] observations = real.get("observations").toDoubles();
        RunningMoments moments = new RunningMoments(3);
        moments.add(first * copies, (row, column) -> observations[row * 3 + column]);
        assertMoments("first", moments);
        moments.add(0, (row, column) -> Double.NaN);
        moments.add((steps - first) * copies, (row, column) -> observations[(first * copies + row) * 3 + column]);
        assertMoments("both", moments);
        RunningMoments oneByOne = new RunningMoments(3);
        for (int i = 0; i < steps * copies; i++) {
            int at = i;
            oneByOne.add(1, (row, column) -> observations[at * 3 + column]);
        }
        assertMoments("both", oneByOne);
    }

    @Test
    void rewardsAreDividedByTheDeviationOfTheDiscountedReturnSoFar() {
        RewardScaling scaling = new RewardScaling(DISCOUNT, CLIP, EPSILON);
        assertClose(
                real.get("first.scaled").toDoubles(),
                scaling.scaled(batch(0, first)).rewards());
        RewardScaling resumed = new RewardScaling(DISCOUNT, CLIP, EPSILON);
        resumed.importState(scaling.exportState());
        TrajectoryBatch second = batch(first, steps);
        double[] before = second.rewards().clone();
        assertClose(real.get("both.scaled").toDoubles(), scaling.scaled(second).rewards());
        assertArrayEquals(before, second.rewards(), "the batch itself keeps the rewards as they are");
        assertClose(real.get("both.scaled").toDoubles(), resumed.scaled(second).rewards());
    }

    @Test
    void paddingDoesNotCount() {
        TrajectoryBatch batch = batch(0, first);
        int last = batch.rows() - copies;
        batch.valid()[last] = false;
        batch.rewards()[last] = 1e9;
        RewardScaling scaling = new RewardScaling(DISCOUNT, CLIP, EPSILON);
        scaling.scaled(batch);
        assertEquals(batch.rows() - 1, scaling.exportState().get("count")[0]);
    }

    private void assertMoments(String name, RunningMoments found) {
        assertClose(real.get(name + ".mean").toDoubles(), found.mean());
        assertClose(real.get(name + ".variance").toDoubles(), found.variance());
    }

    private static void assertClose(double[] expected, double[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], 1e-12 * Math.max(1, Math.abs(expected[i])));
        }
    }

    private TrajectoryBatch batch(int from, int to) {
        int rows = (to - from) * copies;
        boolean[] valid = new boolean[rows];
        Arrays.fill(valid, true);
        int[] times = IntStream.range(0, rows)
                .map(row -> (int) real.get("times").getLong(from * copies + row))
                .toArray();
        return new TrajectoryBatch(
                to - from,
                copies,
                new Decisions(new float[rows], new float[0], new float[rows]),
                new TrajectoryBatch.Outcomes(
                        Arrays.copyOfRange(real.get("rewards").toDoubles(), from * copies, to * copies),
                        new boolean[rows],
                        new boolean[rows],
                        valid,
                        times),
                new TrajectoryBatch.FinalStates(new int[0], new float[0]),
                new float[copies]);
    }
}

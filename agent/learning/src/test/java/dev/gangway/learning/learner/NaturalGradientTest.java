package dev.gangway.learning.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Discrete;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.policy.FisherProduct;
import dev.gangway.learning.policy.Policies;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NaturalGradientTest {
    private static final double DAMPING = 0.05;

    static List<Policy> policies() {
        return Samples.policies();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theStepSolvesTheDampedEquationAndHasTheLengthOfTheDivergence(Policy policy) {
        assertSolves(policy, Samples.batch(policy, 50));
    }

    @Test
    void underMasksTheStepSolvesTheEquationOfTheAllowedActions() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch masked = Samples.masked(policy, 50);
        double[] start = policy.parameters().toDoubles();
        assertSolves(policy, masked);
        policy.parameters().assign(start);
        PolicyStep held = learner(policy, 1, new NaturalGradient.Settings(0.05, 1e-6, 50, 10))
                .improve(masked, Samples.weights(masked), 0, null);
        assertTrue(held.approximateKl() > 0 && held.approximateKl() <= 0.05, "held: " + held.approximateKl());
    }

    private static void assertSolves(Policy policy, TrajectoryBatch batch) {
        Weights psi = Samples.weights(batch);
        double[] gradient = Samples.plain(policy).gradient(batch, psi).gradient();
        double[][] matrix = dense(policy, batch, psi);
        double[] direction = solve(matrix, gradient);
        double curvature = IntStream.range(0, gradient.length)
                .mapToDouble(i -> direction[i] * gradient[i])
                .sum();
        double divergence = 1e-4;
        double[] expected = policy.parameters().toDoubles();
        for (int i = 0; i < expected.length; i++) {
            expected[i] += 0.5 * Math.sqrt(2 * divergence / curvature) * direction[i];
        }
        learner(policy, 0.5, new NaturalGradient.Settings(divergence, DAMPING, 1000, -1))
                .improve(batch, psi, 0, null);
        assertArrayEquals(expected, policy.parameters().toDoubles(), 1e-7);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void withoutDampingTheStepGoesToTheDivergence(Policy policy) {
        TrajectoryBatch batch = Samples.batch(policy, 200);
        double divergence = 1e-9;
        PolicyStep step = learner(policy, 1, new NaturalGradient.Settings(divergence, 1e-6, 500, -1))
                .improve(batch, Samples.weights(batch), 0, null);
        assertEquals(divergence, step.approximateKl(), 0.05 * divergence);
    }

    @Test
    void theLineSearchHalvesUntilTheDivergenceHoldsAndTheSurrogateHasGrown() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 50);
        Weights psi = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        double divergence = 0.05;
        PolicyStep free = learner(policy, 1, new NaturalGradient.Settings(divergence, 1e-6, 50, -1))
                .improve(batch, psi, 0, null);
        double[] full = policy.parameters().toDoubles();
        assertTrue(free.approximateKl() > divergence, "too far: " + free.approximateKl());

        policy.parameters().assign(start);
        PolicyStep held = learner(policy, 1, new NaturalGradient.Settings(divergence, 1e-6, 50, 10))
                .improve(batch, psi, 0, null);
        assertTrue(held.approximateKl() > 0 && held.approximateKl() <= divergence, "held: " + held.approximateKl());
        double[] reached = policy.parameters().toDoubles();
        double fraction = (reached[0] - start[0]) / (full[0] - start[0]);
        double halvings = -Math.log(fraction) / Math.log(2);
        assertEquals(Math.rint(halvings), halvings, 1e-6);
        assertTrue(halvings >= 1);
    }

    @Test
    void aStepThatNothingMakesBetterIsNotMade() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 50);
        Weights psi = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        // Downhill: the surrogate can only fall.
        PolicyStep step = learner(policy, -1, new NaturalGradient.Settings(1e-3, DAMPING, 50, 5))
                .improve(batch, psi, 0, null);
        assertArrayEquals(start, policy.parameters().toDoubles(), 0);
        assertEquals(0, step.approximateKl());
    }

    /** A difference of outputs along a step in the parameters once made F v wrong by a quarter here, and the step far too long. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0})
    void largeFeaturesInSinglePrecisionDoNotCarryTheStepBeyondTheDivergence(double damping) {
        Policy policy = Policies.mlp(
                Samples.FEATURES,
                Discrete.of(3),
                new int[] {16},
                Activation.TANH,
                1,
                GaussianOptions.defaults(),
                new Random(1),
                Precision.FLOAT);
        TrajectoryBatch batch = Samples.scaled(Samples.batch(policy, 100), 300);
        for (int update = 0; update < 5; update++) {
            double[] before = policy.parameters().toDoubles();
            double[] old =
                    policy.outputs(batch.decisions(), Samples.weights(batch).rows());
            PolicyStep step = learner(policy, 1, new NaturalGradient.Settings(0.01, damping, 10, 10))
                    .improve(batch, Samples.weights(batch), 0, null);
            double divergence = divergence(policy, batch, old);
            assertTrue(divergence <= 0.01, () -> "KL " + divergence);
            assertEquals(divergence, step.approximateKl(), 1e-12);
            double[] after = policy.parameters().toDoubles();
            assertTrue(Arrays.stream(after).allMatch(Double::isFinite));
            assertEquals(divergence == 0, Arrays.equals(before, after));
        }
    }

    /** Returns the mean KL divergence of the policy as it is from older outputs. */
    private static double divergence(Policy policy, TrajectoryBatch batch, double[] old) {
        int[] rows = Samples.weights(batch).rows();
        double[] now = policy.outputs(batch.decisions(), rows);
        return IntStream.range(0, rows.length)
                .mapToDouble(b -> policy.distribution()
                        .kl(old, now, b * policy.distribution().outputSize()))
                .average()
                .orElseThrow();
    }

    @Test
    void theDivergenceIsThatOfTheOldPolicyFromTheNew() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 50);
        Weights psi = Samples.weights(batch);
        double[] before = policy.outputs(batch.decisions(), psi.rows());
        PolicyStep step = learner(policy, 1, new NaturalGradient.Settings(0.3, 1e-3, 50, -1))
                .improve(batch, psi, 0, null);
        double[] after = policy.outputs(batch.decisions(), psi.rows());
        double divergence = softmaxDivergence(before, after);
        assertTrue(Math.abs(softmaxDivergence(after, before) - divergence) > 0.01, "the two ways differ");
        assertEquals(divergence, step.approximateKl(), 1e-12);
    }

    /** Mean of Σ p log(p / q) over rows of three logits. */
    private static double softmaxDivergence(double[] from, double[] to) {
        double sum = 0;
        for (int row = 0; row < from.length; row += 3) {
            double fromSum = Math.exp(from[row]) + Math.exp(from[row + 1]) + Math.exp(from[row + 2]);
            double toSum = Math.exp(to[row]) + Math.exp(to[row + 1]) + Math.exp(to[row + 2]);
            for (int k = row; k < row + 3; k++) {
                double p = Math.exp(from[k]) / fromSum;
                sum += p * Math.log(p / (Math.exp(to[k]) / toSum));
            }
        }
        return sum / (from.length / 3.0);
    }

    @Test
    void theLineSearchTakesNoStepThatIsOnlyALittleTooFar() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 50);
        Weights psi = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        double divergence = 0.05;
        int tried = 0;
        for (double rate = 0.05; rate < 2; rate *= 1.05) {
            policy.parameters().assign(start);
            double free = learner(policy, rate, new NaturalGradient.Settings(divergence, 1e-6, 50, -1))
                    .improve(batch, psi, 0, null)
                    .approximateKl();
            if (free > divergence && free < 1.4 * divergence) {
                tried++;
                policy.parameters().assign(start);
                double held = learner(policy, rate, new NaturalGradient.Settings(divergence, 1e-6, 50, 10))
                        .improve(batch, psi, 0, null)
                        .approximateKl();
                assertTrue(held <= divergence, divergence + ": " + held + " instead of " + free);
            }
        }
        assertTrue(tried > 0, tried + " steps were a little too far");
    }

    @Test
    void theLineSearchHalvesAsOftenAsItMay() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 50);
        Weights psi = Samples.weights(batch);
        double[] start = policy.parameters().toDoubles();
        double[] full = reached(policy, start, batch, psi, -1);
        double[] held = reached(policy, start, batch, psi, 20);
        int halvings = (int) Math.rint(-Math.log((held[0] - start[0]) / (full[0] - start[0])) / Math.log(2));
        assertTrue(halvings >= 2, halvings + " halvings");
        assertArrayEquals(held, reached(policy, start, batch, psi, halvings), 0);
        assertArrayEquals(start, reached(policy, start, batch, psi, halvings - 1), 0);
    }

    private static double[] reached(Policy policy, double[] start, TrajectoryBatch batch, Weights psi, int halvings) {
        policy.parameters().assign(start);
        PolicyStep unused = learner(policy, 8, new NaturalGradient.Settings(0.05, 1e-6, 50, halvings))
                .improve(batch, psi, 0, null);
        return policy.parameters().toDoubles();
    }

    @Test
    void theEntropyBonusIsPartOfWhatMustGrow() {
        Policy policy = Samples.policies().get(0);
        TrajectoryBatch batch = Samples.batch(policy, 50);
        Weights random = Samples.weights(batch);
        Weights none = new Weights(random.rows(), 3, new double[batch.rows()], new double[batch.rows()]);
        Objective entropy = new Objective(policy, false, Averaging.PER_STEP, 0.5, Optional.empty());
        double before = entropy.gradient(batch, none).meanEntropy();
        PolicyStep step = new NaturalGradient(
                        entropy, new Schedule.Constant(1), new NaturalGradient.Settings(1e-3, DAMPING, 50, 10))
                .improve(batch, none, 0, null);
        assertTrue(step.approximateKl() > 0, "a step was made");
        assertTrue(entropy.gradient(batch, none).meanEntropy() > before);
    }

    private static NaturalGradient learner(Policy policy, double rate, NaturalGradient.Settings settings) {
        return new NaturalGradient(Samples.plain(policy), new Schedule.Constant(rate), settings);
    }

    /** F + λ I, column by column. */
    private static double[][] dense(Policy policy, TrajectoryBatch batch, Weights psi) {
        int p = policy.parameters().size();
        FisherProduct fisher = new FisherProduct(policy, batch.decisions(), psi.rows());
        double[][] matrix = new double[p][];
        for (int i = 0; i < p; i++) {
            double[] unit = new double[p];
            unit[i] = 1;
            matrix[i] = fisher.apply(unit);
            matrix[i][i] += DAMPING;
        }
        return matrix;
    }

    /** Gaussian elimination; a positive definite matrix needs no pivoting. */
    private static double[] solve(double[][] matrix, double[] right) {
        int p = right.length;
        double[][] a = Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
        double[] x = right.clone();
        for (int i = 0; i < p; i++) {
            for (int j = i + 1; j < p; j++) {
                double factor = a[j][i] / a[i][i];
                for (int k = i; k < p; k++) {
                    a[j][k] -= factor * a[i][k];
                }
                x[j] -= factor * x[i];
            }
        }
        for (int i = p - 1; i >= 0; i--) {
            for (int k = i + 1; k < p; k++) {
                x[i] -= a[i][k] * x[k];
            }
            x[i] /= a[i][i];
        }
        return x;
    }
}

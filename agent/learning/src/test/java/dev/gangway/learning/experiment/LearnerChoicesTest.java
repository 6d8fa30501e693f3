package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.rollout.Episode;
import dev.gangway.v1.Experiment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every choice of weights, baseline and optimiser in an experiment file, in training. */
class LearnerChoicesTest {

    static Stream<List<String>> returns() {
        return Stream.of("total_return", "reward_to_go")
                .flatMap(weights -> Stream.of(
                                "no_baseline={}",
                                "batch_mean={}",
                                "constant_baseline={value: 20}",
                                "leave_one_out_mean={}",
                                "time_step_mean={}",
                                "minimum_variance={}",
                                "minimum_variance={per_parameter: true}",
                                "shared_value_function={}",
                                "least_squares={}")
                        .map(baseline -> List.of("estimator." + weights + "={}", "estimator." + baseline)));
    }

    @ParameterizedTest
    @MethodSource("returns")
    void returnsWithEveryBaselineTrain(List<String> choices) {
        List<String> overrides = new ArrayList<>(choices);
        overrides.add("rollout.episodes=16");
        assertMoves(Experiments.cartPole(overrides.toArray(String[]::new)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"td={}", "n_step={steps: 5}", "monte_carlo={}"})
    void advantagesTrainOnPartsOfEpisodes(String weights) {
        assertMoves(Experiments.cartPole("estimator." + weights));
    }

    private static final String ACTION_VALUE =
            "action_value={advantage: %s function {epochs: 2 optimizer {adam {learning_rate: 5e-3}}}}";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void actionValuesTrainOnPartsOfEpisodes(boolean advantage) {
        Experiment experiment =
                Experiments.cartPole("estimator." + ACTION_VALUE.formatted(advantage), "estimator.no_baseline={}");
        assertMoves(experiment);
        assertTrue(Experiments.train(experiment, 2).updates.get(1).valueFit().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"learner.policy_gradient={}", "learner.ppo={epochs: 2}"})
    void aSharedTrunkTrainsWithEveryLearnerThatStepsAlongOneGradient(String learner) {
        Experiment experiment = Experiments.cartPole(
                "estimator.shared_value_function={}", "estimator.entropy_coefficient=0.01", learner);
        assertMoves(experiment);
        Update update = Experiments.train(experiment, 2).updates.get(1);
        assertTrue(update.valueFit().orElseThrow().loss() > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "estimator.shared_value_function={coefficient: 0.001}|policy.mlp={}",
                "estimator.action_value={advantage: true function {optimizer {adam {learning_rate: 5e-3}"
                        + " max_gradient_norm: 0.5}}}|estimator.no_baseline={}"
            })
    void sharedTrunksAndActionValuesLearn(String overrides) {
        Experiment experiment = Experiments.cartPole(overrides.split("\\|", -1));
        List<Episode> episodes = Experiments.train(experiment, 60).episodes;
        double last = episodes.subList(episodes.size() - 20, episodes.size()).stream()
                .mapToDouble(Episode::episodeReturn)
                .average()
                .orElseThrow();
        assertTrue(last > 50, "A random policy's mean return is about 20, found " + last);
    }

    @Test
    void temporalDifferenceAndMonteCarloAreGaesEnds() {
        assertArrayEquals(
                parameters(Experiments.cartPole("estimator.gae.lambda=0")),
                parameters(Experiments.cartPole("estimator.td={}")));
        assertArrayEquals(
                parameters(Experiments.cartPole("estimator.gae.lambda=1")),
                parameters(Experiments.cartPole("estimator.monte_carlo={}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd={learning_rate: 0.1}",
                "momentum={learning_rate: 0.01}",
                "rms_prop={learning_rate: 1e-3}",
                "rms_prop={learning_rate: 1e-3 epsilon: 1e-5 epsilon_placement: RMS_PROP_EPSILON_INSIDE_ROOT}"
            })
    void everyOptimiserTrainsPolicyAndValueFunction(String optimizer) {
        Experiment experiment =
                Experiments.cartPole("optimizer." + optimizer, "estimator.value_function.optimizer." + optimizer);
        double[] before =
                Experiments.train(experiment, 0).training.policy().parameters().toDoubles();
        assertFalse(Arrays.equals(before, parameters(experiment)));
        double rate = Experiments.train(experiment, 1).updates.get(0).step().learningRate();
        assertEquals(Double.parseDouble(optimizer.replaceAll(".*learning_rate: ([0-9.e-]+).*", "$1")), rate);
    }

    @ParameterizedTest
    @ValueSource(strings = {"estimator.gae={}", "estimator.reward_to_go={}"})
    void ppoMakesMoreOfABatchThanOneStep(String weights) {
        Experiment experiment = Experiments.cartPole(
                weights,
                weights.contains("gae") ? "rollout.steps=64" : "rollout.episodes=16",
                "learner.ppo={epochs: 4 target_kl: 0.5}",
                "estimator.value_function.clip=0.2");
        assertMoves(experiment);
        Update second = Experiments.train(experiment, 2).updates.get(1);
        assertTrue(second.step().approximateKl() > 0);
        assertTrue(second.step().clipFraction() >= 0 && second.step().clipFraction() < 1);
        assertEquals(
                Double.NaN,
                Experiments.train(Experiments.cartPole(), 1)
                        .updates
                        .get(0)
                        .step()
                        .clipFraction());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{divergence: 0.02 damping: 0.01 iterations: 5 line_search: {}}"})
    void aNaturalGradientStaysNearItsDivergence(String settings) {
        Experiment experiment =
                Experiments.cartPole("learner.natural_gradient=" + settings, "optimizer={sgd: {learning_rate: 1}}");
        assertMoves(experiment);
        double divergence =
                Experiments.train(experiment, 2).updates.get(1).step().approximateKl();
        assertTrue(divergence > 0 && divergence < 0.05, "KL " + divergence);
    }

    private static void assertMoves(Experiment experiment) {
        Experiments.Log log = Experiments.train(experiment, 2);
        assertEquals(2, log.progress.updates());
        assertTrue(log.updates.stream().allMatch(update -> update.step().gradientNorm() > 0));
    }

    private static double[] parameters(Experiment experiment) {
        return Experiments.train(experiment, 2).training.policy().parameters().toDoubles();
    }
}

package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.v1.Experiment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trains on the native cart-pole. */
class TrainingTest {
    private static final int MANY = Integer.MAX_VALUE;

    @Test
    void endsWithTheRolloutThatReachesTheEnvironmentSteps() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole("environment.copies=4", "rollout.steps=50", "stop.max_env_steps=401"), MANY);
        assertEquals(600, log.progress.envSteps());
        assertEquals(3, log.progress.updates());
        assertEquals(3, log.updates.size());
        assertEquals(1, log.progress.fraction());
        assertTrue(log.progress.solvedAtEnvSteps().isEmpty());

        log = Experiments.train(
                Experiments.cartPole("environment.copies=4", "rollout.steps=50", "stop.max_env_steps=400"), MANY);
        assertEquals(400, log.progress.envSteps());
    }

    @Test
    void endsWithTheRolloutThatReachesTheEpisodes() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole("rollout.episodes=8", "estimator.reward_to_go={}", "stop.max_episodes=20"), MANY);
        assertEquals(24, log.progress.episodes());
        assertEquals(3, log.progress.updates());
        assertEquals("max_episodes", log.progress.stopReason().orElseThrow());

        log = Experiments.train(
                Experiments.cartPole("rollout.episodes=8", "estimator.reward_to_go={}", "stop.max_episodes=16"), MANY);
        assertEquals(16, log.progress.episodes());
    }

    @Test
    void isSolvedAtTheFirstEpisodeWhoseWindowReachesTheMean() {
        int window = 7;
        double target = 30;
        Experiments.Log log = Experiments.train(
                Experiments.cartPole(
                        "stop.solved.mean_return=" + target, "stop.solved.episodes=" + window, "rollout.steps=256"),
                MANY);
        double[] returns =
                log.episodes.stream().mapToDouble(Episode::episodeReturn).toArray();
        int solvedAt = window - 1;
        while (Arrays.stream(returns, solvedAt - window + 1, solvedAt + 1).sum() / window < target) {
            solvedAt++;
        }
        assertEquals(
                log.episodes.get(solvedAt).envSteps(),
                log.progress.solvedAtEnvSteps().orElseThrow());
        assertTrue(solvedAt < returns.length - 1, "the rollout under way is finished");
        assertEquals(log.episodes.size(), log.progress.episodes());
        assertTrue(log.progress.solvedAtSeconds().orElseThrow() <= log.progress.wallSeconds());
    }

    @Test
    void learnsFromLanesThatResetInTheNextStep() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole(
                        "environment.autoreset_mode=AUTORESET_MODE_NEXT_STEP",
                        "stop.solved.mean_return=100",
                        "stop.solved.episodes=20"),
                MANY);
        assertTrue(log.progress.solvedAtEnvSteps().isPresent());
        long lengths = log.episodes.stream().mapToLong(Episode::length).sum();
        long underWay = log.progress.envSteps() - lengths;
        assertTrue(underWay >= 0 && underWay <= 8 * 500, "resets are no steps: " + underWay);
    }

    @Test
    void isNotSolvedBeforeTheWindowIsFull() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole(
                        "stop.solved.mean_return=1", "stop.solved.episodes=100000", "stop.max_env_steps=2000"),
                MANY);
        assertTrue(log.episodes.size() > 10);
        assertTrue(log.progress.solvedAtEnvSteps().isEmpty());
    }

    @Test
    void anInterruptionEndsItBetweenTwoUpdates() {
        Experiments.Log log = Experiments.train(Experiments.cartPole(), 2);
        assertEquals(2, log.progress.updates());
        assertEquals(2 * 8 * 64, log.progress.envSteps());
        Experiments.Log none = Experiments.train(Experiments.cartPole(), 0);
        assertEquals(0, none.progress.envSteps());
        assertTrue(Double.isNaN(none.progress.meanReturn()));
    }

    @Test
    void reportsTheMeanOfTheLastHundredEpisodesWhateverTheStopConditionLooksAt() {
        Experiments.Log log =
                Experiments.train(Experiments.cartPole("stop.solved.episodes=3", "stop.solved.mean_return=1e6"), 8);
        List<Episode> last = log.episodes.subList(log.episodes.size() - 100, log.episodes.size());
        assertEquals(last.stream().mapToDouble(Episode::episodeReturn).sum() / 100, log.progress.meanReturn(), 1e-9);
        assertEquals(last.stream().mapToInt(Episode::length).sum() / 100.0, log.progress.meanLength(), 1e-9);
    }

    @Test
    void theLearningRateFallsWithTheEnvironmentStepsBeforeTheRollout() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole(
                        "optimizer.linear={final_fraction: 0.5}",
                        "stop.max_env_steps=2048",
                        "estimator.value_function.epochs=1"),
                MANY);
        assertArrayEquals(
                new double[] {5e-3, 5e-3 * 0.875, 5e-3 * 0.75, 5e-3 * 0.625},
                log.updates.stream()
                        .mapToDouble(update -> update.step().learningRate())
                        .toArray(),
                1e-15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "learner.policy_gradient={}",
                "learner.ppo={epochs: 2}",
                "learner.natural_gradient={}|optimizer={sgd {learning_rate: 1}}"
            })
    void aRunOfOneRolloutLearnsTheSameWithALinearScheduleAsWithoutOne(String overrides) {
        List<String> constant = new ArrayList<>(List.of(overrides.split("\\|", -1)));
        constant.add("stop.max_env_steps=512");
        List<String> linear = new ArrayList<>(constant);
        linear.add("optimizer.linear={final_fraction: 0}");
        linear.add("estimator.value_function.optimizer.linear={final_fraction: 0}");
        Experiments.Log expected = Experiments.train(Experiments.cartPole(constant.toArray(String[]::new)), MANY);
        Experiments.Log actual = Experiments.train(Experiments.cartPole(linear.toArray(String[]::new)), MANY);
        assertEquals(1, actual.updates.size());
        assertEquals(
                expected.training.checkpoint().getPolicyList(),
                actual.training.checkpoint().getPolicyList());
        assertEquals(
                expected.training.checkpoint().getValueFunctionList(),
                actual.training.checkpoint().getValueFunctionList());
    }

    @Test
    void theLastUpdateOfALinearScheduleThatEndsAtZeroStillMovesThePolicy() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole("optimizer.linear={final_fraction: 0}", "stop.max_env_steps=1537"), MANY);
        assertEquals(4, log.updates.size());
        assertEquals(5e-3 * (1 - 1536.0 / 1537), log.updates.get(3).step().learningRate(), 1e-15);
    }

    @ParameterizedTest
    @CsvSource({
        "total_return, no_baseline, DISCOUNTING_FROM_ACTION, AVERAGING_PER_STEP",
        "total_return, batch_mean, DISCOUNTING_FROM_START, AVERAGING_PER_TRAJECTORY",
        "reward_to_go, no_baseline, DISCOUNTING_FROM_START, AVERAGING_SUM",
        "reward_to_go, batch_mean, DISCOUNTING_FROM_ACTION, AVERAGING_PER_TRAJECTORY"
    })
    void everyKindOfReinforceMovesThePolicy(String weights, String baseline, String discounting, String averaging) {
        for (String policy : List.of("linear_logistic", "linear_softmax")) {
            Experiments.Log log = Experiments.train(
                    Experiments.cartPole(
                            "policy." + policy + "={}",
                            "rollout.episodes=16",
                            "estimator." + weights + "={}",
                            "estimator." + baseline + "={}",
                            "estimator.discounting=" + discounting,
                            "estimator.averaging=" + averaging,
                            "optimizer.sgd={learning_rate: 1e-3}"),
                    3);
            assertEquals(48, log.episodes.size());
            double[] parameters = log.training.policy().parameters().toDoubles();
            assertTrue(Arrays.stream(parameters).anyMatch(value -> value != 0), Arrays.toString(parameters));
            assertTrue(Arrays.stream(parameters).allMatch(Double::isFinite), Arrays.toString(parameters));
            assertTrue(log.updates.stream().allMatch(update -> update.step().gradientNorm() > 0));
            assertTrue(log.updates.stream().allMatch(update -> update.valueFit().isEmpty()));
        }
    }

    @Test
    void reinforceWithAStateValueBaselineFitsIt() {
        Experiments.Log log = Experiments.train(
                Experiments.cartPole(
                        "rollout.episodes=16",
                        "estimator.reward_to_go={}",
                        "estimator.value_function.epochs=20",
                        "estimator.value_function.minibatches=4"),
                6);
        List<ValueFit> fits = log.updates.stream()
                .map(update -> update.valueFit().orElseThrow())
                .toList();
        assertTrue(
                fits.get(5).explainedVariance() > fits.get(0).explainedVariance() + 0.2,
                "the fit gets better: " + fits);
        assertFalse(fits.get(5).explainedVariance() > 1);
    }

    @Test
    void theMainExperimentLearnsToBalanceWithinThirtyThousandSteps() {
        Experiment experiment = Experiments.nativeMain("seed=4", "stop.solved={mean_return: 150 episodes: 100}");
        int stepsPerUpdate = experiment.getEnvironment().getCopies()
                * experiment.getRollout().getSteps();
        Experiments.Log log = Experiments.train(experiment, 30_000 / stepsPerUpdate);
        assertTrue(
                log.progress.solvedAtEnvSteps().isPresent(),
                "mean return after %d steps: %s".formatted(log.progress.envSteps(), log.progress.meanReturn()));
    }

    @Test
    void actionsAreThoseOfThePolicyThatIsImproved() {
        // Under the policy that acted, −log π(a|s) is the entropy on average. The first update is large: a policy of
        // before
        // it would be surprised by what the new one finds likely.
        Experiment experiment = Experiments.cartPole(
                "policy.linear_softmax={}", "optimizer.sgd={learning_rate: 2000}", "rollout.steps=200");
        Experiments.Log log = Experiments.train(experiment, 2);
        assertEquals(Math.log(2), log.updates.get(0).step().entropy(), 1e-6);
        assertTrue(log.updates.get(1).step().entropy() < 0.5);
        for (int i = 0; i < 2; i++) {
            assertEquals(log.updates.get(i).step().entropy(), -log.meanLogProbs.get(i), 0.05);
        }
    }
}

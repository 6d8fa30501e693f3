package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that change over a run, on the native cart-pole: two updates of 512 steps, a checkpoint after each. */
class SchedulesTest {
    private static Experiment experiment(String overrides, String... more) {
        Stream<String> all = Stream.of(
                        Stream.of(
                                "environment.native.cart_pole.max_episode_steps=50",
                                "checkpoint.every_updates=1",
                                "stop.max_env_steps=1024"),
                        Arrays.stream(overrides.split("; ", -1)),
                        Arrays.stream(more))
                .flatMap(each -> each);
        return Experiments.cartPole(all.toArray(String[]::new));
    }

    // Half-way, x · (1 + 1/2 · (1/2 − 1)) = 3/4 x.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        estimator.entropy_coefficient=0.5              | estimator.entropy_schedule={final_fraction: 0.5} | estimator.entropy_coefficient=0.375
        learner.ppo={}; learner.ppo.clip=0.03125       | learner.ppo.clip_schedule={final_fraction: 0.5}  | learner.ppo.clip=0.0234375
        learner.ppo={}; optimizer.adam.learning_rate=1 | optimizer.linear={final_fraction: 0.5}           | optimizer.adam.learning_rate=0.75
        """)
    void theSecondOfTwoUpdatesHasThreeQuartersOfASettingThatFallsToAHalf(
            String constant, String schedule, String threeQuarters) {
        Experiment falling = experiment(constant, schedule.strip());
        Checkpoint first = Experiments.train(falling, 1).training.checkpoint();
        assertEquals(
                Experiments.train(experiment(constant), 1).training.checkpoint().getPolicyList(),
                first.getPolicyList());

        Checkpoint second = Experiments.resume(falling, first, 1).training.checkpoint();
        assertEquals(
                Experiments.resume(experiment(constant, threeQuarters), first, 1)
                        .training
                        .checkpoint()
                        .getPolicyList(),
                second.getPolicyList());
        assertNotEquals(
                Experiments.resume(experiment(constant), first, 1)
                        .training
                        .checkpoint()
                        .getPolicyList(),
                second.getPolicyList());
    }

    @Test
    void aRateThatAdaptsGoesOnFromACheckpoint() {
        Experiment experiment = experiment(
                "optimizer.kl_adaptive={target_kl: 1e-9 factor: 2 min_learning_rate: 1e-4}", "stop.max_env_steps=2048");
        Experiments.Log whole = Experiments.train(experiment, 4);
        assertArrayEquals(new double[] {5e-3, 2.5e-3, 1.25e-3, 6.25e-4}, rates(whole));
        Checkpoint half = Experiments.train(experiment, 2).training.checkpoint();
        Experiments.Log rest = Experiments.resume(experiment, half, 2);
        assertArrayEquals(new double[] {1.25e-3, 6.25e-4}, rates(rest));
        assertEquals(
                whole.training.checkpoint().getPolicyList(),
                rest.training.checkpoint().getPolicyList());
    }

    @Test
    void aFloorChangesTheUpdateOnlyWhereItIsAboveTheDeviation() {
        String[] settings = {"estimator.normalization_floor=0", "estimator.normalization_floor=1e-3"};
        List<?>[] policies = Stream.of(settings[0], settings[1], "estimator.normalization_floor=1e3")
                .map(floor -> Experiments.train(experiment(floor, "optimizer.sgd={learning_rate: 1}"), 1)
                        .training
                        .checkpoint()
                        .getPolicyList())
                .toArray(List<?>[]::new);
        assertEquals(policies[0], policies[1]);
        assertNotEquals(policies[0], policies[2]);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        estimator.entropy_schedule={}                                 | estimator.entropy_schedule: expected estimator.entropy_coefficient > 0 with it, found 0
        estimator.normalization_floor=1; estimator.normalize_advantages=false | estimator.normalization_floor: expected estimator.normalize_advantages or learner.ppo.normalize_minibatches with it, found neither
        optimizer.kl_adaptive={max_learning_rate: 1e-3}               | optimizer.kl_adaptive: expected the optimizer's learning_rate between min_learning_rate (1.0E-5) and max_learning_rate (0.001), found 0.005
        optimizer={sgd {learning_rate: 1e-3} kl_adaptive {}}; learner.natural_gradient={} | optimizer.kl_adaptive: expected constant or linear with learner.natural_gradient
        estimator.value_function.optimizer.kl_adaptive={}             | estimator.value_function.optimizer.kl_adaptive: expected constant or linear, because a value function's fit
        """)
    void settingsThatWouldHaveNoEffectOrNoMeaningAreRefused(String overrides, String expected) {
        ExperimentException refused = assertThrows(ExperimentException.class, () -> experiment(overrides));
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    private static double[] rates(Experiments.Log log) {
        return log.updates.stream()
                .mapToDouble(update -> update.step().learningRate())
                .toArray();
    }
}

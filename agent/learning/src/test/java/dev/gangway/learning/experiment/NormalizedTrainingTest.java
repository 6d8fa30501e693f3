package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.inference.checkpoint.CheckpointTensors;
import dev.gangway.inference.configuration.ObservationMoments;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.learning.rollout.Rollout;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trains with normalised observations and rewards on the native cart-pole. */
class NormalizedTrainingTest {
    private static Experiment experiment(String... more) {
        List<String> overrides =
                new ArrayList<>(List.of("policy.normalize_observations={clip: 3}", "estimator.normalize_rewards={}"));
        overrides.addAll(List.of(more));
        return Experiments.cartPole(overrides.toArray(String[]::new));
    }

    /** The mean entropy over a rollout, of the policy as it acted, beside what the update saw. */
    private static final class Watcher implements TrainingObserver {
        final Training training;
        final List<Double> acted = new ArrayList<>();
        final List<Double> learned = new ArrayList<>();

        Watcher(Training training) {
            this.training = training;
        }

        @Override
        public void started(Progress progress) {}

        @Override
        public void rolledOut(Rollout rollout, Progress progress) {
            TrajectoryBatch batch = rollout.batch();
            int[] rows = IntStream.range(0, batch.rows()).toArray();
            float[] outputs = new float[batch.rows() * 2];
            PolicySnapshot policy = training.policy().snapshot();
            policy.network().forward(batch.features(), batch.rows(), outputs);
            double[] wide = IntStream.range(0, outputs.length)
                    .mapToDouble(i -> outputs[i])
                    .toArray();
            acted.add(IntStream.of(rows)
                    .mapToDouble(row -> policy.distribution().entropy(wide, row * 2))
                    .average()
                    .orElseThrow());
        }

        @Override
        public void updated(Update update, Progress progress) {
            learned.add(update.step().entropy());
        }
    }

    @Test
    void theGradientSeesTheFeaturesThatWereActedOn() {
        Experiment experiment = experiment();
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none())) {
            Training training = ExperimentTraining.of(experiment, lanes);
            Watcher watcher = new Watcher(training);
            Progress unused = training.run(watcher, () -> watcher.learned.size() >= 4);
            for (int i = 0; i < 4; i++) {
                assertEquals(watcher.acted.get(i), watcher.learned.get(i), 1e-6, "update " + i);
            }
        }
    }

    /** In rollouts of episodes and in NEXT_STEP mode, columns are filled up with rows that are no steps. */
    @ParameterizedTest
    @ValueSource(
            strings = {"rollout.steps=64", "rollout.episodes=16", "environment.autoreset_mode=AUTORESET_MODE_NEXT_STEP"
            })
    void theMomentsAreThoseOfEveryObservationActedOnAndOfNothingElse(String setting) {
        Experiments.Log log = Experiments.train(experiment(setting), 3);
        Checkpoint checkpoint = log.training.checkpoint();
        Map<String, double[]> observations = CheckpointTensors.state(checkpoint.getObservationNormalizationList());
        double steps = log.updates.stream()
                .mapToInt(update -> update.rollout().batch().validRows())
                .sum();
        double[] mean = new double[4];
        boolean padded = false;
        for (Update update : log.updates) {
            TrajectoryBatch batch = update.rollout().batch();
            for (int row = 0; row < batch.rows(); row++) {
                padded |= !batch.valid()[row];
                for (int i = 0; batch.valid()[row] && i < mean.length; i++) {
                    mean[i] += batch.features()[row * mean.length + i] / steps;
                }
            }
        }
        assertEquals(!setting.equals("rollout.steps=64"), padded);
        assertArrayEquals(new double[] {steps}, observations.get("count"));
        assertArrayEquals(mean, observations.get("mean"), 1e-9);
        Map<String, double[]> returns = CheckpointTensors.state(checkpoint.getRewardNormalizationList());
        assertArrayEquals(new double[] {steps}, returns.get("count"));
    }

    @Test
    void aCheckpointsPolicyIsTheTrainedOneWithItsMomentsFrozen() {
        Experiments.Log log = Experiments.train(experiment(), 3);
        Checkpoint checkpoint = log.training.checkpoint();
        PolicySnapshot trained = log.training.policy().snapshot();
        PolicySnapshot read =
                Checkpoints.policy(checkpoint, log.training.spec()).snapshot();
        SplittableRandom random = new SplittableRandom(1);
        float[] features = new float[4 * 100];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-2, 2);
        }
        float[] expected = outputs(trained, features);
        assertArrayEquals(expected, outputs(read, features));
        assertArrayEquals(expected, outputs(read, features), "acting leaves the moments alone");
        assertEquals(
                checkpoint.getObservationNormalizationList(),
                log.training.checkpoint().getObservationNormalizationList());

        Checkpoint without =
                checkpoint.toBuilder().clearObservationNormalization().build();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Checkpoints.policy(without, log.training.spec()))
                .getMessage();
        assertTrue(message.contains("Expected running moments"), message);
    }

    @Test
    void returnsAreReportedInTheRewardsAsTheyAre() {
        Experiments.Log log = Experiments.train(experiment(), 5);
        assertTrue(log.episodes.size() > 20);
        log.episodes.forEach(episode -> assertEquals(episode.length(), episode.episodeReturn()));
        // Learning sees them scaled: cart-pole's R_t varies by about ten.
        double largest = log.updates.stream()
                .flatMapToDouble(
                        update -> java.util.Arrays.stream(update.weights().valueTargets()))
                .max()
                .orElseThrow();
        assertTrue(largest < 10, () -> "value target " + largest);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheFieldsName() {
        EnvSpec cartPole = Experiments.train(experiment(), 0).training.spec();
        EnvSpec discrete = new EnvSpec(
                cartPole.id(),
                Discrete.of(3),
                cartPole.actionSpace(),
                cartPole.maxEpisodeSteps(),
                cartPole.rewardThreshold(),
                cartPole.nondeterministic(),
                cartPole.renderModes(),
                cartPole.renderFps());
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> ObservationMoments.of(experiment().getPolicy(), discrete.observationSpace()))
                .getMessage();
        assertTrue(message.startsWith("policy.normalize_observations: Expected a Box"), message);
    }

    private static float[] outputs(PolicySnapshot policy, float[] features) {
        float[] outputs = new float[2 * 100];
        policy.network().forward(features, 100, outputs);
        return outputs;
    }
}

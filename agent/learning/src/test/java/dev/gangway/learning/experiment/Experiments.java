package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.Rollout;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The experiments of the checkout, and what happens in a training of one. */
final class Experiments {
    private static final Path DIRECTORY =
            Path.of(System.getProperty("gangway.home")).resolve("experiments");

    private Experiments() {}

    /** Returns the description of an environment of which nothing is known but its spaces. */
    static EnvSpec spec(Space observations, Space actions) {
        return new EnvSpec(
                "Test-v0",
                observations,
                actions,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                OptionalDouble.empty());
    }

    /** Returns every experiment of the checkout by its file's name, resolved. */
    static Map<String, Experiment> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".textproto"))
                    .collect(java.util.stream.Collectors.toMap(
                            file -> file.getFileName().toString(),
                            file -> ExperimentFile.load(file, List.of()),
                            (a, b) -> a,
                            java.util.TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the native main experiment with changes. */
    static Experiment nativeMain(String... overrides) {
        return ExperimentFile.load(DIRECTORY.resolve("cartpole-native.textproto"), List.of(overrides));
    }

    /** Returns an actor-critic of 8 copies × 64 steps an update on the native cart-pole, with changes. */
    static Experiment cartPole(String... overrides) {
        return ExperimentFile.parse("""
            environment { native { cart_pole {} } copies: 8 }
            rollout { steps: 64 }
            policy { mlp {} }
            estimator {
              gae {}
              value_function { optimizer { adam { learning_rate: 5e-3 } max_gradient_norm: 0.5 } }
              normalize_advantages: true
            }
            optimizer { adam { learning_rate: 5e-3 } max_gradient_norm: 0.5 }
            stop { max_env_steps: 200000 }
            """, "test.textproto", List.of(overrides));
    }

    /** Trains on native environments until the stop condition, or for at most {@code updates} updates. */
    static Log train(Experiment experiment, int updates) {
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none())) {
            return train(experiment, lanes, updates);
        }
    }

    /** As above, on these lanes. */
    static Log train(Experiment experiment, Lanes lanes, int updates) {
        Training training = ExperimentTraining.of(experiment, lanes);
        Log log = new Log(training);
        log.progress = training.run(log, () -> log.updates.size() >= updates);
        return log;
    }

    /** Trains on native environments until {@code interrupted}, which is asked before each step, or the stop condition. */
    static Log train(Experiment experiment, BooleanSupplier interrupted) {
        return use(experiment, training -> {
            Log log = new Log(training);
            log.progress = training.run(log, interrupted);
            return log;
        });
    }

    /** Returns what {@code use} makes of a training on native environments that has not begun. */
    static <T> T use(Experiment experiment, Function<Training, T> use) {
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none())) {
            return use.apply(ExperimentTraining.of(experiment, lanes));
        }
    }

    /** Goes on from a checkpoint on native environments for at most {@code updates} more updates. */
    static Log resume(Experiment experiment, Checkpoint checkpoint, int updates) {
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none())) {
            Training training = ExperimentTraining.of(experiment, lanes);
            training.restore(checkpoint);
            Log log = new Log(training);
            log.progress = training.run(log, () -> log.updates.size() >= updates);
            return log;
        }
    }

    /** What an observer hears. */
    static final class Log implements TrainingObserver {
        final Training training;
        final List<Episode> episodes = new ArrayList<>();
        final List<Update> updates = new ArrayList<>();
        final List<Evaluation> evaluations = new ArrayList<>();
        /** Of each rollout's actions under the policy before its update. */
        final List<Double> meanLogProbs = new ArrayList<>();

        Progress progress;

        Log(Training training) {
            this.training = training;
        }

        @Override
        public void started(Progress progress) {}

        @Override
        public void rolledOut(Rollout rollout, Progress soFar) {
            episodes.addAll(rollout.episodes());
            TrajectoryBatch batch = rollout.batch();
            int[] rows = IntStream.range(0, batch.rows())
                    .filter(row -> batch.valid()[row])
                    .toArray();
            meanLogProbs.add(Arrays.stream(training.policy().logProb(batch.decisions(), rows))
                    .average()
                    .orElseThrow());
        }

        @Override
        public void evaluated(Evaluation evaluation, Progress soFar) {
            evaluations.add(evaluation);
        }

        @Override
        public void updated(Update update, Progress soFar) {
            updates.add(update);
        }
    }
}

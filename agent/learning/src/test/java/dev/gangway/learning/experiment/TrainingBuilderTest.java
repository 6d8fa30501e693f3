package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.learning.estimator.Baseline;
import dev.gangway.learning.estimator.CriticFactory;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.EstimatorFactory;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.learner.LearnerFactory;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.optimizer.Stateful;
import dev.gangway.learning.policy.PolicyFactory;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that a program puts together. */
class TrainingBuilderTest {
    private static final int COPIES = 4;
    private static final int STEPS = 100;

    @TempDir
    private Path scratch;

    private static VectorEnv pole() {
        return new NativeCartPole(COPIES, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD.withMaxEpisodeSteps(STEPS));
    }

    /** An actor-critic whose numbers are few. */
    private static TrainingBuilder actorCritic() {
        return Training.builder()
                .environment(TrainingBuilderTest::pole)
                .rollout(new RolloutLength.Steps(STEPS))
                .policy(PolicyFactory.mlp(8))
                .estimator(parts -> new Gae(0.99, 0.95, Discounting.FROM_ACTION, parts.stateValue()))
                .critic(CriticFactory.stateValue(ArchitectureFactory.mlp(1, 8), adam(5e-3), 4))
                .learner(LearnerFactory.policyGradient())
                .normalizeAdvantages(true)
                .optimizer(adam(5e-3))
                .stop(StopRules.afterSteps(6 * COPIES * STEPS))
                .checkpoints(new CheckpointRule(2, true))
                .seed(3);
    }

    private static ScheduledOptimizer adam(double rate) {
        return new ScheduledOptimizer(Adam.standard(), new Schedule.Constant(rate), 0.5);
    }

    @Test
    void partsGiveTheNumbersOfTheExperimentThatNamesThem() {
        Checkpoint fromParts;
        try (Training training = actorCritic().build()) {
            training.run();
            fromParts = training.checkpoint();
        }
        Checkpoint fromFile = Experiments.train(
                        Experiments.cartPole(
                                "environment.copies=" + COPIES,
                                "environment.native.cart_pole.max_episode_steps=" + STEPS,
                                "rollout.steps=" + STEPS,
                                "policy.mlp.hidden=8",
                                "estimator.value_function.hidden=8",
                                "stop.max_env_steps=" + 6 * COPIES * STEPS,
                                "checkpoint.every_updates=2",
                                "seed=3"),
                        Integer.MAX_VALUE)
                .training
                .checkpoint();
        assertEquals(fromFile.getPolicyList(), fromParts.getPolicyList());
        assertEquals(fromFile.getValueFunctionList(), fromParts.getValueFunctionList());
        assertEquals(fromFile.getOptimizerList(), fromParts.getOptimizerList());
        assertEquals(fromFile.getRandomStreamsList(), fromParts.getRandomStreamsList());
    }

    @Test
    void anEnvironmentIsAllThatHasToBeGiven() {
        String missing = assertThrows(
                        IllegalArgumentException.class, () -> Training.builder().build())
                .getMessage();
        assertTrue(missing.contains("call environments(…)"), missing);
        try (Training training = Training.builder()
                .environment(TrainingBuilderTest::pole)
                .stop(StopRules.afterSteps(2000))
                .build()) {
            Progress progress = training.run();
            assertEquals("max_env_steps", progress.stopReason().orElseThrow());
            assertEquals(4, progress.updates());
        }
    }

    @Test
    void lanesAreOpenedByTheirPlaceAndClosedWithTheTraining() {
        List<Integer> opened = new ArrayList<>();
        List<Integer> closed = new ArrayList<>();
        try (Training training = actorCritic()
                .environments(3, lane -> {
                    opened.add(lane);
                    return closing(pole(), () -> closed.add(lane));
                })
                .build()) {
            assertEquals(List.of(0, 1, 2), opened);
            assertEquals(List.of(), closed);
            assertEquals("CartPole-v1", training.spec().id());
        }
        assertEquals(List.of(0, 1, 2), closed);

        closed.clear();
        TrainingBuilder impossible = actorCritic()
                .environments(2, lane -> closing(pole(), () -> closed.add(lane)))
                .withoutCritic();
        String message =
                assertThrows(IllegalArgumentException.class, impossible::build).getMessage();
        assertTrue(message.contains("Expected a critic"), message);
        assertEquals(List.of(0, 1), closed, "what was opened for a training that cannot be made is closed");
    }

    private static VectorEnv closing(VectorEnv env, Runnable heard) {
        return (VectorEnv) java.lang.reflect.Proxy.newProxyInstance(
                VectorEnv.class.getClassLoader(), new Class<?>[] {VectorEnv.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        heard.run();
                    }
                    try {
                        return method.invoke(env, arguments);
                    } catch (java.lang.reflect.InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    /** Metrics, without columns that measure time. */
    private static List<String> metrics(Path run) throws IOException {
        List<String> lines = Files.readAllLines(run.resolve("metrics.csv"));
        List<String> names = List.of(lines.get(0).split(",", -1));
        return lines.stream()
                .map(line -> {
                    String[] cells = line.split(",", -1);
                    return java.util.stream.IntStream.range(0, cells.length)
                            .filter(i -> !names.get(i).contains("second"))
                            .mapToObj(i -> cells[i])
                            .collect(Collectors.joining(","));
                })
                .toList();
    }

    /** Trains into a directory until {@code updates} updates are done, or to the end. */
    private static void train(TrainingBuilder builder, long updates) {
        try (Training training = builder.build()) {
            BooleanSupplier enough = () -> training.progress().updates() >= updates;
            training.run(TrainingObserver.none(), enough);
        }
    }

    @Test
    void aRunThatIsStoppedAndResumedHasTheMetricsOfOneThatWasNot() throws IOException {
        Path whole = scratch.resolve("whole");
        train(counting().runDirectory(whole), Long.MAX_VALUE);
        Path parts = scratch.resolve("parts");
        train(counting().runDirectory(parts), 3);
        assertEquals(4, metrics(parts).size());
        train(counting().resume(parts), 5);
        train(counting().resume(parts), Long.MAX_VALUE);
        assertEquals(7, metrics(whole).size());
        assertEquals(metrics(whole), metrics(parts));

        List<String> before = metrics(parts);
        train(counting().resume(parts), Long.MAX_VALUE);
        assertEquals(before, metrics(parts), "a run that was trained to its end stays as it is");
    }

    /** As {@link #actorCritic}, with an estimator that remembers something. */
    private static TrainingBuilder counting() {
        EstimatorFactory estimator =
                parts -> new Fading(new Gae(0.99, 0.95, Discounting.FROM_ACTION, parts.stateValue()));
        return actorCritic().estimator(estimator);
    }

    /** Weights that become smaller with each batch: only an estimator that goes on counting gives the same ones. */
    private static final class Fading implements GradientEstimator, Stateful {
        private final GradientEstimator estimator;
        private double batches;

        Fading(GradientEstimator estimator) {
            this.estimator = estimator;
        }

        @Override
        public Weights weights(TrajectoryBatch batch) {
            Weights weights = estimator.weights(batch);
            double factor = 1 / ++batches;
            return new Weights(
                    weights.rows(),
                    weights.trajectories(),
                    Arrays.stream(weights.psi()).map(psi -> factor * psi).toArray(),
                    weights.valueTargets());
        }

        @Override
        public Map<String, double[]> exportState() {
            return Map.of("batches", new double[] {batches});
        }

        @Override
        public void importState(Map<String, double[]> state) {
            batches = state.get("batches")[0];
        }
    }

    @Test
    void aCheckpointNamesWhatMadeIt() {
        try (Training training = counting().build()) {
            String made = training.checkpoint().getExperiment().toString();
            assertTrue(made.contains("CartPole-v1") && made.contains(Fading.class.getName()), made);
            assertFalse(training.checkpoint().getExperiment().getEnvironment().hasNative(), made);
        }
    }

    @Test
    void aRunIsNotResumedWithOtherParts() {
        Path run = scratch.resolve("run");
        train(counting().runDirectory(run), 3);
        TrainingBuilder other = actorCritic().resume(run);
        String message =
                assertThrows(IllegalArgumentException.class, other::build).getMessage();
        assertTrue(
                message.contains("Expected the estimator with which " + run)
                        && message.contains(Fading.class.getName())
                        && message.contains(Gae.class.getName()),
                message);
        message = assertThrows(
                        IllegalArgumentException.class,
                        () -> counting().seed(4).resume(run).build())
                .getMessage();
        assertTrue(message.contains("Expected the seed") && message.contains("found 4"), message);
        message = assertThrows(
                        IllegalArgumentException.class,
                        () -> counting().runDirectory(run).build())
                .getMessage();
        assertTrue(message.contains("new or empty directory"), message);
    }

    @Test
    void anExperimentFileCannotHoldWhatAProgramPutTogether() throws IOException {
        Path run = scratch.resolve("run");
        train(counting().runDirectory(run), 1);
        String message = assertThrows(
                        ExperimentException.class, () -> ExperimentFile.loadResolved(RunDirectory.experimentOf(run)))
                .getMessage();
        assertTrue(message.contains("program: expected an experiment, found the parts of a training"), message);
    }

    @Test
    void aRecorderCutsOffWhatCameAfterTheUpdateThatTrainingGoesBackTo() throws IOException {
        Path whole = scratch.resolve("whole");
        train(actorCritic().runDirectory(whole), Long.MAX_VALUE);
        Path rewound = scratch.resolve("rewound");
        try (Training training = actorCritic().build();
                RunDirectory run = RunDirectory.create(rewound)) {
            run.start("");
            RunRecorder recorder = new RunRecorder(run, training, List.of(), note -> {});
            training.run(recorder, () -> training.progress().updates() >= 5);
            Checkpoint fourth =
                    dev.gangway.inference.checkpoint.CheckpointStore.readExactly(RunDirectory.checkpointOf(rewound));
            assertEquals(4, fourth.getCounters().getUpdates());
            assertFalse(recorder.rewoundTo(3), "no checkpoint is of update 3");
            try (Training again = actorCritic().build()) {
                again.restore(fourth);
                RunRecorder goesOn = new RunRecorder(run, again, List.of(), note -> {});
                assertTrue(recorder.rewoundTo(4));
                again.run(goesOn, () -> false);
            }
        }
        assertEquals(metrics(whole), metrics(rewound));
    }

    @Test
    void anObserverHearsOfTheResumptionBeforeTheStart() {
        Path run = scratch.resolve("run");
        train(actorCritic().runDirectory(run), 3);
        List<String> heard = new ArrayList<>();
        train(
                actorCritic().resume(run).observer(new TrainingObserver() {
                    @Override
                    public boolean rewoundTo(long updates) {
                        return heard.add("rewound to " + updates);
                    }

                    @Override
                    public void started(Progress progress) {
                        heard.add("started at " + progress.updates());
                    }
                }),
                4);
        assertEquals(List.of("rewound to 2", "started at 2"), heard);
    }

    @Test
    void evaluationsPlayInEnvironmentsOfTheirOwn() {
        try (Training training = actorCritic()
                .evaluation(new EvaluationRule(1000, 3, 7), TrainingBuilderTest::pole)
                .build()) {
            training.run();
            assertTrue(training.isComplete());
            assertEquals(
                    3, training.bestPolicy().orElseThrow().score().orElseThrow().episodes());
        }
    }

    @Test
    void reinforceNeedsNoCritic() {
        double[] trained;
        try (Training training = actorCritic()
                .rollout(new RolloutLength.Episodes(8))
                .estimator(parts -> new RewardToGo(0.99, Discounting.FROM_START, new Baseline.None()))
                .withoutCritic()
                .policy(PolicyFactory.linearSoftmax())
                .optimizer(new Sgd(), 0.01)
                .build()) {
            Progress progress = training.run(
                    TrainingObserver.none(), () -> training.progress().updates() >= 2);
            assertEquals(16, progress.episodes());
            trained = training.policy().parameters().toDoubles();
        }
        assertTrue(Arrays.stream(trained).anyMatch(weight -> weight != 0));
        assertEquals(10, trained.length);
    }
}

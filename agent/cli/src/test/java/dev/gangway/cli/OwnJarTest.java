package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A jar of somebody else's, compiled here from its text against public types alone: an estimator, a baseline, a network, an
 * environment, a learner, an optimizer, a schedule, a decorator and a recorder, named by an experiment.
 */
@Tag("process")
@DisabledOnOs(OS.WINDOWS)
class OwnJarTest {
    private static final String[] TIMES = {"wall_seconds", "env_steps_per_second"};

    private static final Map<String, String> SOURCES = Map.of(
            "own.OwnEstimator",
            """
            package own;

            import dev.gangway.learning.estimator.*;
            import dev.gangway.learning.optimizer.Stateful;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;
            import dev.gangway.learning.rollout.TrajectoryBatch;
            import java.util.Map;

            /** Returns in units of a running scale, less the baseline; the scale is state. */
            public final class OwnEstimator implements AdvantageProvider {
                @Override public String name() { return "scaled"; }
                @Override public String version() { return "VERSION"; }

                @Override public EstimatorFactory create(Settings settings) {
                    double memory = settings.number("memory", 0, 1, 0.9);
                    return parts -> new Scaled(memory, parts);
                }

                private static final class Scaled implements GradientEstimator, Stateful {
                    private final double memory;
                    private final LearningParts parts;
                    private double scale = 1;

                    Scaled(double memory, LearningParts parts) { this.memory = memory; this.parts = parts; }

                    @Override public Weights weights(TrajectoryBatch batch) {
                        Weights plain = new RewardToGo(parts.discount(), parts.discounting(), parts.baseline())
                                .weights(batch);
                        scale = memory * scale + (1 - memory) * Math.max(1e-3, plain.deviation());
                        double[] psi = plain.psi().clone();
                        for (int row : plain.rows()) {
                            psi[row] /= scale;
                        }
                        return new Weights(plain.rows(), plain.trajectories(), psi, plain.valueTargets());
                    }

                    @Override public Map<String, double[]> exportState() {
                        return Map.of("scale", new double[] {scale});
                    }

                    @Override public void importState(Map<String, double[]> state) { scale = state.get("scale")[0]; }
                }
            }
            """,
            "own.OwnBaseline",
            """
            package own;

            import dev.gangway.learning.estimator.*;
            import dev.gangway.learning.optimizer.Stateful;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;
            import java.util.Arrays;
            import java.util.Map;

            /** The mean of all earlier batches. */
            public final class OwnBaseline implements BaselineProvider {
                @Override public String name() { return "earlier mean"; }
                @Override public String version() { return "1"; }
                @Override public BaselineFactory create(Settings settings) { return parts -> new Earlier(); }

                private static final class Earlier implements Baseline, Stateful {
                    private double sum;
                    private double count;

                    @Override public double[] values(Outcomes outcomes) {
                        double[] values = new double[outcomes.values().length];
                        Arrays.fill(values, count == 0 ? 0 : sum / count);
                        for (int row : outcomes.rows()) {
                            sum += outcomes.values()[row];
                            count++;
                        }
                        return values;
                    }

                    @Override public Map<String, double[]> exportState() {
                        return Map.of("sum", new double[] {sum}, "count", new double[] {count});
                    }

                    @Override public void importState(Map<String, double[]> state) {
                        sum = state.get("sum")[0];
                        count = state.get("count")[0];
                    }
                }
            }
            """,
            "own.OwnNetwork",
            """
            package own;

            import dev.gangway.inference.network.*;
            import dev.gangway.inference.policy.*;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;
            import java.util.List;

            /** Two towers on the same features, then a layer. */
            public final class OwnNetwork implements NetworkProvider {
                @Override public String name() { return "narrow"; }
                @Override public String version() { return "1"; }

                @Override public ArchitectureFactory create(Settings settings) {
                    int units = (int) settings.integer("units", 1, 64);
                    return observations -> {
                        int features = new ObservationEncoder(observations).size();
                        NetworkPlan trunk = new NetworkPlan.Dense(
                                List.of(features, units), Activation.RELU, true, new Gains(1, 1));
                        return outputs -> new NetworkPlan.Sequential(
                                trunk,
                                NetworkPlan.Dense.mlp(units, List.of(8), outputs, Activation.TANH, new Gains(1, 0.1)));
                    };
                }
            }
            """,
            "own.OwnEnvironment",
            """
            package own;

            import dev.gangway.environment.*;
            import dev.gangway.environment.local.*;
            import dev.gangway.environment.provider.*;
            import java.util.*;
            import java.util.random.RandomGenerator;

            /** A corridor whose length is an argument. */
            public final class OwnEnvironment implements EnvironmentProvider {
                @Override public String id() { return "Corridor-v7"; }
                @Override public String version() { return "7"; }
                @Override public Set<String> arguments() { return Set.of("length"); }

                @Override public VectorEnv make(EnvironmentRequest request) {
                    int length = ((Long) request.arguments().getOrDefault("length", 6L)).intValue();
                    return SingleVectorEnv.of(id(), () -> new Corridor(length), request.copies(),
                            request.autoresetMode(), OptionalLong.of(request.maxEpisodeSteps().orElse(40)));
                }

                private static final class Corridor implements SingleEnvironment {
                    private final int length;
                    private int cell;

                    Corridor(int length) { this.length = length; }
                    @Override public Space observationSpace() { return Discrete.of(length); }
                    @Override public Space actionSpace() { return Discrete.of(2); }

                    @Override public Start reset(RandomGenerator random, Map<String, Object> options) {
                        cell = random.nextInt(length - 1);
                        return Start.of(Tensor.ofLongs(new int[] {}, cell));
                    }

                    @Override public Step step(Value action) {
                        cell = Math.max(0, cell + (action.asTensor().getLong(0) == 1 ? 1 : -1));
                        boolean out = cell == length - 1;
                        return Step.of(Tensor.ofLongs(new int[] {}, cell), out ? 1 : -0.1, out);
                    }
                }
            }
            """,
            "own.OwnOptimizer",
            """
            package own;

            import dev.gangway.inference.network.ParameterVector;
            import dev.gangway.learning.optimizer.*;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;
            import java.util.Map;

            /** Steps by the sign of the gradient's running mean. */
            public final class OwnOptimizer implements OptimizerProvider {
                @Override public String name() { return "sign"; }
                @Override public String version() { return "1"; }

                @Override public Optimizer create(Settings settings) {
                    return new Optimizer() {
                        private double[] mean = {};

                        @Override public void ascend(ParameterVector parameters, double[] gradient, double rate) {
                            mean = mean.length == 0 ? new double[gradient.length] : mean;
                            double[] theta = parameters.toDoubles();
                            for (int i = 0; i < theta.length; i++) {
                                mean[i] = 0.5 * mean[i] + 0.5 * gradient[i];
                                theta[i] += rate * Math.signum(mean[i]);
                            }
                            parameters.assign(theta);
                        }

                        @Override public Map<String, double[]> exportState() { return Map.of("mean", mean.clone()); }
                        @Override public void importState(Map<String, double[]> state) {
                            mean = state.get("mean").clone();
                        }
                    };
                }
            }
            """,
            "own.OwnSchedule",
            """
            package own;

            import dev.gangway.learning.optimizer.*;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;

            /** Half of the rate in the second half. */
            public final class OwnSchedule implements ScheduleProvider {
                @Override public String name() { return "halved"; }
                @Override public String version() { return "1"; }
                @Override public ScheduleFactory create(Settings settings) {
                    return initial -> progress -> progress < 0.5 ? initial : initial / 2;
                }
            }
            """,
            "own.OwnLearner",
            """
            package own;

            import dev.gangway.learning.learner.*;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;

            /** Two steps along the same batch's estimate. */
            public final class OwnLearner implements LearnerProvider {
                @Override public String name() { return "twice"; }
                @Override public String version() { return "1"; }
                @Override public LearnerFactory create(Settings settings) {
                    return parts -> (batch, weights, progress, random) -> {
                        Learner once = new PolicyGradient(parts.objective(progress), parts.optimizer());
                        PolicyStep unused = once.improve(batch, weights, progress, random);
                        return once.improve(batch, weights, progress, random);
                    };
                }
            }
            """,
            "own.OwnDecorator",
            """
            package own;

            import dev.gangway.environment.*;
            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;
            import dev.gangway.learning.rollout.EnvironmentDecorator;

            /** Doubles every reward. */
            public final class OwnDecorator implements DecoratorProvider {
                @Override public String name() { return "twice the reward"; }
                @Override public String version() { return "1"; }

                @Override public EnvironmentDecorator create(Settings settings) {
                    double factor = settings.number("factor", 0, 10);
                    return (env, lane) -> new VectorEnv() {
                        @Override public EnvSpec spec() { return env.spec(); }
                        @Override public int copies() { return env.copies(); }
                        @Override public AutoresetMode autoresetMode() { return env.autoresetMode(); }
                        @Override public ResetResult reset(ResetRequest request) { return env.reset(request); }
                        @Override public void send(Value actions) { env.send(actions); }
                        @Override public Tensor render(int copy) { return env.render(copy); }
                        @Override public void close() { env.close(); }

                        @Override public StepResult receive() {
                            StepResult step = env.receive();
                            double[] rewards = step.rewards().clone();
                            for (int i = 0; i < rewards.length; i++) {
                                rewards[i] *= factor;
                            }
                            return new StepResult(step.observations(), rewards, step.terminated(), step.truncated(),
                                    step.infos(), step.finals());
                        }
                    };
                }
            }
            """,
            "own.OwnRecorder",
            """
            package own;

            import dev.gangway.inference.provider.*;
            import dev.gangway.learning.provider.*;
            import dev.gangway.learning.record.*;
            import java.io.*;
            import java.nio.file.*;
            import java.util.*;

            /** One line for each update; goes back by leaving later lines out. */
            public final class OwnRecorder implements RecorderProvider {
                @Override public String name() { return "lines"; }
                @Override public String version() { return "1"; }

                @Override public RecorderFactory create(Settings settings) {
                    return run -> new Recorder() {
                        private final Path file = run.resolve("lines.txt");

                        @Override public boolean rewoundTo(long updates) {
                            try {
                                Files.write(file, Files.readAllLines(file).subList(0, (int) updates));
                                return true;
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }

                        @Override public void update(UpdateMetrics metrics) {
                            try {
                                Files.writeString(file, metrics.update() + " " + metrics.envSteps() + "\\n",
                                        StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    };
                }
            }
            """);

    private static final Map<String, String> SERVICES = Map.of(
            "dev.gangway.learning.provider.AdvantageProvider", "own.OwnEstimator",
            "dev.gangway.learning.provider.BaselineProvider", "own.OwnBaseline",
            "dev.gangway.inference.provider.NetworkProvider", "own.OwnNetwork",
            "dev.gangway.learning.provider.OptimizerProvider", "own.OwnOptimizer",
            "dev.gangway.learning.provider.ScheduleProvider", "own.OwnSchedule",
            "dev.gangway.learning.provider.LearnerProvider", "own.OwnLearner",
            "dev.gangway.learning.provider.DecoratorProvider", "own.OwnDecorator",
            "dev.gangway.learning.provider.RecorderProvider", "own.OwnRecorder",
            "dev.gangway.environment.provider.EnvironmentProvider", "own.OwnEnvironment");

    private static final String EXPERIMENT = """
            environment {
              custom { provider: "Corridor-v7" settings { key: "length" value { integer: 8 } } }
              decorators { provider: "twice the reward" settings { key: "factor" value { floating: 2 } } }
              copies: 4
            }
            rollout { episodes: 8 }
            policy { custom { provider: "narrow" settings { key: "units" value { integer: 6 } } } }
            estimator {
              custom { provider: "scaled" settings { key: "memory" value { floating: 0.5 } } }
              custom_baseline { provider: "earlier mean" }
            }
            learner { custom { provider: "twice" } }
            optimizer { custom { provider: "sign" learning_rate: 0.002 } custom_schedule { provider: "halved" } }
            record { recorders { provider: "lines" } }
            stop { max_env_steps: 1000000 max_episodes: 2400 }
            checkpoint { every_updates: 20 }
            """;

    @TempDir
    private Path directory;

    private Path jar;
    private Path file;

    @BeforeEach
    void compile() throws IOException {
        jar = jar("own.jar", "3");
        file = directory.resolve("own.textproto");
        Files.writeString(file, EXPERIMENT);
    }

    private Path jar(String name, String version) throws IOException {
        Path classes = Files.createDirectory(directory.resolve(name + ".classes"));
        List<JavaFileObject> sources = SOURCES.entrySet().stream()
                .<JavaFileObject>map(entry ->
                        new SimpleJavaFileObject(
                                URI.create("string:///" + entry.getKey().replace('.', '/') + ".java"),
                                JavaFileObject.Kind.SOURCE) {
                            @Override
                            public CharSequence getCharContent(boolean ignored) {
                                return entry.getValue().replace("VERSION", version);
                            }
                        })
                .toList();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
        var compiler = ToolProvider.getSystemJavaCompiler();
        assertTrue(compiler.getTask(said, null, null, options, null, sources).call(), said::toString);
        Path made = directory.resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(made));
                Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                out.write(Files.readAllBytes(each));
            }
            for (Map.Entry<String, String> service : SERVICES.entrySet()) {
                out.putNextEntry(new JarEntry("META-INF/services/" + service.getKey()));
                out.write(service.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return made;
    }

    private static Gangway.Result run(String... arguments) {
        return Gangway.run(arguments);
    }

    @Test
    void whatAJarOffersTrainsIsKilledGoesOnAndIsEvaluated() throws IOException {
        Path whole = directory.resolve("whole");
        Gangway.Result trained =
                run("train", file.toString(), "--jar", jar.toString(), "--out", whole.toString(), "--quiet");
        assertEquals(0, trained.exitCode(), trained::err);
        assertTrue(trained.out().startsWith("Corridor-v7: not solved"), trained::out);

        Path killed = directory.resolve("killed");
        String[] begin = {"train", file.toString(), "--jar", jar.toString(), "--out", killed.toString(), "--quiet"};
        try (Child child = new Child(directory, List.of(), begin)) {
            child.awaitLines(killed.resolve("metrics.csv"), 45);
            child.signal("KILL");
            child.awaitExit(Duration.ofSeconds(60));
        }
        assertFalse(Files.exists(killed.resolve("summary.json")), "it was quicker than the kill");
        Gangway.Result resumed = run("train", "--resume", killed.toString(), "--jar", jar.toString(), "--quiet");
        assertEquals(0, resumed.exitCode(), resumed::err);
        assertEquals(
                Gangway.table(whole.resolve("metrics.csv"), TIMES),
                Gangway.table(killed.resolve("metrics.csv"), TIMES));
        assertEquals(Files.readAllLines(whole.resolve("lines.txt")), Files.readAllLines(killed.resolve("lines.txt")));

        Gangway.Result played = run("eval", killed.toString(), "--jar", jar.toString(), "--episodes", "20");
        assertEquals(0, played.exitCode(), played::err);
        assertTrue(played.out().startsWith("Corridor-v7, 20 episodes, greedy: return 1."), played::out);
        Gangway.Result exported = run("export", killed.toString(), "--jar", jar.toString(), "--format", "onnx");
        assertEquals(0, exported.exitCode(), exported::err);
        assertTrue(Files.size(killed.resolve("policy.onnx")) > 100);
    }

    @Test
    void theGradientLabTakesAnEstimatorAndABaselineOfAJar() {
        Gangway.Result table =
                run("gradients", file.toString(), "--jar", jar.toString(), "--batches", "4", "--episodes", "4");
        assertEquals(0, table.exitCode(), table::err);
        assertTrue(table.out().contains("| scaled |"), table::out);
        assertTrue(table.out().contains("| reward-to-go − earlier mean |"), table::out);
    }

    @Test
    void aMissingJarIsSaidBeforeThereIsARunDirectory() {
        Path out = directory.resolve("run");
        Gangway.Result none = run("train", file.toString(), "--out", out.toString());
        assertEquals(2, none.exitCode());
        assertTrue(
                none.err()
                        .contains("policy.custom.provider: expected one of [same_diff], or a jar with it (--jar FILE),"
                                + " found 'narrow'"),
                none::err);
        assertFalse(Files.exists(out));
        Gangway.Result other = run(
                "train",
                file.toString(),
                "--jar",
                jar.toString(),
                "--set",
                "policy.custom.provider=wide",
                "--out",
                out.toString());
        assertEquals(2, other.exitCode());
        assertTrue(other.err().contains("expected one of [narrow, same_diff], or a jar with it"), other::err);
        assertFalse(Files.exists(out));
    }

    @Test
    void settingsAreRefusedByPathFoundAndAllowed() {
        assertRefused(
                "policy.custom.settings={key: 'units' value {integer: 65}}",
                "policy.custom.settings.units: expected an integer from 1 to 64, found 65");
        assertRefused(
                "policy.custom={provider: 'narrow'}",
                "policy.custom.settings.units: expected an integer from 1 to 64, found nothing");
        assertRefused(
                "estimator.custom={provider: 'scaled' settings {key: 'depth' value {integer: 1}}}",
                "estimator.custom.settings.depth: expected one of the settings [memory], found this one");
        assertRefused(
                "environment.custom={provider: 'Corridor-v7' settings {key: 'width' value {integer: 1}}}",
                "environment.custom.settings.width: expected one of the settings [length], found this one");
    }

    private void assertRefused(String setting, String problem) {
        Path out = directory.resolve("run");
        Gangway.Result refused =
                run("train", file.toString(), "--jar", jar.toString(), "--set", setting, "--out", out.toString());
        assertEquals(2, refused.exitCode(), refused::err);
        assertTrue(refused.err().contains(problem), refused::err);
        assertFalse(Files.exists(out));
    }

    @Test
    void aRunGoesOnWithNoOtherVersion() throws IOException {
        Path out = directory.resolve("run");
        String few = "stop.max_env_steps=300";
        Gangway.Result trained = run(
                "train", file.toString(), "--jar", jar.toString(), "--set", few, "--out", out.toString(), "--quiet");
        assertEquals(0, trained.exitCode(), trained::err);
        Files.delete(out.resolve("summary.json"));
        Path newer = jar("newer.jar", "4");
        Gangway.Result resumed = run("train", "--resume", out.toString(), "--jar", newer.toString());
        assertEquals(1, resumed.exitCode());
        assertTrue(
                resumed.err()
                        .contains(
                                "estimator.custom: expected version 3 of the provider 'scaled', with which the run was"
                                        + " trained, found version 4"),
                resumed::err);
        Gangway.Result played = run("eval", out.toString(), "--jar", newer.toString(), "--episodes", "2");
        assertEquals(0, played.exitCode(), "an estimator has no part in playing: " + played.err());
        Gangway.Result none = run("eval", out.toString(), "--episodes", "2");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("provider: expected a jar with it (--jar FILE), found"), none::err);
    }
}

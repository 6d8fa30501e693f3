package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.client.SessionRequests;
import dev.gangway.cli.Gangway;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of an experiment has an effect where it should, and none where it should not: see {@link FieldEffects}. */
@Tag("process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldEffectsTest {
    private static final int UPDATES = 3;
    private static final String TABLE = "agent/cli/src/test/java/dev/gangway/learning/experiment/FieldEffects.java";

    private final Map<String, Trace> traces = new HashMap<>();

    @TempDir
    Path directory;

    @Test
    void everyFieldHasARowAndEveryRowAField() {
        TreeSet<String> fields = new TreeSet<>(ExperimentFields.paths(Experiment.getDescriptor()));
        fields.removeIf(path -> ExperimentFields.isOnlyChoice(Experiment.getDescriptor(), path));
        TreeSet<String> rows = new TreeSet<>();
        FieldEffects.all().forEach(effect -> rows.add(effect.path()));
        TreeSet<String> missing = new TreeSet<>(fields);
        missing.removeAll(rows);
        FieldEffects.all().stream()
                .filter(effect -> effect.shows().equals(FieldEffects.REFUSED))
                .forEach(effect -> missing.removeIf(path -> path.startsWith(effect.path() + ".")));
        assertTrue(
                missing.isEmpty(),
                () -> "Expected a row for every field of an experiment in " + TABLE
                        + ", whose comment says how to add one, found none for " + missing);
        rows.removeAll(fields);
        assertTrue(rows.isEmpty(), () -> "Expected fields of an experiment in " + TABLE + ", found rows for " + rows);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#environments")
    void environmentsDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#runs")
    void runsDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#policies")
    void policiesDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#estimators")
    void estimatorsDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#valueFunctions")
    void valueFunctionsDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#optimizers")
    void optimizersDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    @ParameterizedTest
    @MethodSource("dev.gangway.learning.experiment.FieldEffects#learners")
    void learnersDoWhatTheirFieldsSay(FieldEffect effect) {
        check(effect);
    }

    /** A field changed alone changes what it should, and nothing before it; what concerns learning changes what is learnt. */
    private void check(FieldEffect effect) {
        if (effect.shows().equals(FieldEffects.REFUSED)) {
            ExperimentException refused = assertThrows(ExperimentException.class, effect::after, effect::toString);
            assertTrue(refused.getMessage().contains(effect.path()), refused::getMessage);
            return;
        }
        Trace before = traces.computeIfAbsent(
                effect.base() + " with " + effect.given(), name -> trace(effect.base(), effect.before()));
        Trace after = trace(effect.base(), effect.after());
        assertEquals(Optional.of(effect.shows()), before.firstDifference(after), effect::toString);
        if (effect.shows().matches("(start|\\d) .*")) {
            List<String> all = before.differences(after);
            assertTrue(
                    all.contains(UPDATES + " policy") || all.contains(UPDATES + " critic"),
                    () -> effect + ": expected other parameters after update " + UPDATES + ", found differences in "
                            + all);
        }
    }

    private Trace trace(BaseExperiment base, Experiment experiment) {
        return switch (base.kind()) {
            case NATIVE -> train(experiment, Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none()));
            case RANDOM ->
                train(experiment, base.randomLanes(experiment.getEnvironment().getCopies()));
            case REMOTE -> session(experiment);
            case PROGRAM -> program(experiment);
        };
    }

    private static Trace train(Experiment experiment, Lanes lanes) {
        try (lanes) {
            return Trace.of(ExperimentTraining.of(experiment, lanes), UPDATES);
        }
    }

    private static Trace session(Experiment experiment) {
        List<CreateSessionRequest> requests = new ArrayList<>();
        Lanes.open(experiment.getEnvironment(), (environment, copies, autoreset, renderMode) -> {
                    requests.add(SessionRequests.of(environment, copies, autoreset, renderMode));
                    return new NativeCartPole(copies, autoreset, CartPoleOptions.STANDARD);
                })
                .close();
        Trace trace = new Trace();
        trace.add("session", requests);
        return trace;
    }

    private Trace program(Experiment experiment) {
        try {
            Path file = Files.createTempFile(directory, "experiment", ".textproto");
            Path run = Files.createTempDirectory(directory, "run");
            Files.writeString(file, ExperimentFile.print(experiment));
            Gangway.Result result = Gangway.run("train", file.toString(), "--out", run.toString(), "--quiet");
            Trace trace = new Trace();
            trace.add("exit code", result.exitCode());
            if (result.exitCode() != 0) {
                return trace;
            }
            trace.add("metrics", Gangway.table(run.resolve("metrics.csv"), "wall_seconds", "env_steps_per_second"));
            trace.add("episodes", Gangway.table(run.resolve("episodes.csv"), "wall_seconds"));
            Path evaluations = run.resolve("evaluation.csv");
            trace.add("evaluations", Files.exists(evaluations) ? Files.readAllLines(evaluations) : List.of());
            trace.add("films", names(run.resolve("videos")));
            trace.add("checkpoints", List.of(updates(run, "checkpoint.pb"), updates(run, "checkpoint-previous.pb")));
            trace.add(
                    "summary",
                    Files.readAllLines(run.resolve("summary.json")).stream()
                            .filter(line -> !line.contains("second"))
                            .toList());
            return trace;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static long updates(Path run, String name) throws IOException {
        return Checkpoint.parseFrom(dev.gangway.v1.CheckpointFile.parseFrom(Files.readAllBytes(run.resolve(name)))
                        .getCheckpoint())
                .getCounters()
                .getUpdates();
    }
}

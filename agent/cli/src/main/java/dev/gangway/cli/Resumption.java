package dev.gangway.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.gangway.learning.experiment.Checkpoints;
import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.record.CheckpointStore;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * From where a run that was stopped goes on.
 *
 * @param file the checkpoint's
 * @param checkpoint what it holds
 */
record Resumption(Path file, Checkpoint checkpoint) {

    /**
     * Returns the experiment of a run directory.
     *
     * @throws UsageException when it is none
     */
    static Experiment experiment(Path run) {
        if (Files.isRegularFile(run)) {
            throw new UsageException(
                    "--resume: expected a run directory, found the file " + run
                            + "; training goes on from the checkpoint.pb of a run directory, while its best.pb is a policy"
                            + " that can be used but not trained further",
                    null);
        }
        Path file = RunDirectory.experimentOf(run);
        if (!Files.exists(file)) {
            throw new UsageException("--resume: expected a run directory, found no " + file, null);
        }
        return ExperimentFile.loadResolved(file);
    }

    /** Returns how a run ended, if its training reached its stop condition: there is nothing to resume then. */
    static Optional<String> finished(Path run) {
        Path file = RunDirectory.summaryOf(run);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonObject summary = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            String reason = summary.get("stop_reason").getAsString();
            return List.of("interrupted", "failed").contains(reason)
                    ? Optional.empty()
                    : Optional.of("%s after %,d environment steps"
                            .formatted(
                                    reason.equals("solved") ? "solved" : "not solved",
                                    summary.get("env_steps").getAsLong()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        } catch (JsonSyntaxException | IllegalStateException | NullPointerException e) {
            throw new UsageException(
                    "--resume: expected the summary of a run in " + file + ", found something else", e);
        }
    }

    /**
     * Returns the newest checkpoint that training can go on from and that the run's tables reach up to; without one, the
     * newest that training can go on from; or none when a run was stopped before its first.
     *
     * @param refused hears why a newer checkpoint is not used
     * @throws IllegalArgumentException when there are checkpoints but none can be used
     * @throws UsageException when the run's experiment has been changed
     */
    static Optional<Resumption> find(Path run, Experiment experiment, Consumer<String> refused) {
        Path newest = RunDirectory.checkpointOf(run);
        List<String> problems = new ArrayList<>();
        Optional<Resumption> withGap = Optional.empty();
        for (Path file : List.of(newest, CheckpointStore.previous(newest))) {
            if (!Files.exists(file)) {
                continue;
            }
            Checkpoint checkpoint;
            try {
                checkpoint = CheckpointStore.readExactly(file);
                Checkpoints.requireTrainingState(checkpoint, file.toString());
            } catch (IllegalArgumentException | UncheckedIOException e) {
                problems.add(e.getMessage());
                continue;
            }
            requireUnchanged(run, experiment, checkpoint);
            Resumption found = new Resumption(file, checkpoint);
            if (!Checkpoints.canResume(checkpoint)) {
                continue;
            }
            if (RunDirectory.tablesReach(run, checkpoint)) {
                found.tell(problems, refused);
                return Optional.of(found);
            }
            problems.add("Expected tables in %s that reach up to update %,d of %s, found ones that end before"
                    .formatted(run, checkpoint.getCounters().getUpdates(), file.getFileName()));
            withGap = withGap.or(() -> Optional.of(found));
        }
        if (withGap.isPresent()) {
            withGap.get().tell(problems, refused);
            return withGap;
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return Optional.empty();
    }

    private void tell(List<String> problems, Consumer<String> refused) {
        problems.forEach(problem -> refused.accept(problem + "; going on from " + file.getFileName()));
    }

    private static void requireUnchanged(Path run, Experiment found, Checkpoint checkpoint) {
        String trained = ExperimentFile.print(checkpoint.getExperiment());
        Iterator<String> expected = ExperimentFile.print(ExperimentFile.parseResolved(trained, "the checkpoint"))
                .lines()
                .iterator();
        Iterator<String> actual = ExperimentFile.print(found).lines().iterator();
        while (expected.hasNext() || actual.hasNext()) {
            String left = expected.hasNext() ? expected.next().strip() : "its end";
            String right = actual.hasNext() ? actual.next().strip() : "its end";
            if (!left.equals(right)) {
                throw new UsageException(
                        "--resume: expected " + RunDirectory.experimentOf(run)
                                + " as the run was trained with, there \"" + left + "\", found \"" + right
                                + "\"; undo the change, or train a new run",
                        null);
            }
        }
    }
}

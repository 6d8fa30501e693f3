package dev.gangway.cli;

import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.experiment.Resumption;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/** Reads the run directory that {@code train --resume} continues. */
final class StoppedRun {
    private StoppedRun() {}

    /**
     * Returns the experiment of a run directory.
     *
     * @throws UsageException when the directory is not one of a training
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

    /**
     * Returns how a training ended if it reached its stop condition, because there is nothing to resume then; empty
     * otherwise.
     *
     * @throws UsageException when the summary of the run cannot be read
     */
    static Optional<String> finished(Path run) {
        try {
            return Resumption.finished(run);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--resume: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that the experiment of a run is the one with which its checkpoint was written.
     *
     * @throws UsageException when the experiment has been changed
     */
    static void requireUnchanged(Path run, Experiment found, Checkpoint checkpoint) {
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

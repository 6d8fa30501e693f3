package dev.gangway.learning.experiment;

import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Counters;
import dev.gangway.v1.Experiment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The run directory of a training that a program put together. */
final class Recording implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Recording.class.getName());

    private final RunDirectory run;
    private final RunRecorder recorder;
    private final TrainingEnd end;
    private final boolean finished;

    private Recording(RunDirectory run, Training training, Counters before, boolean finished) {
        this.run = run;
        this.finished = finished;
        recorder = new RunRecorder(run, training, List.of(), Recording::note);
        end = new TrainingEnd(training.description(), run, before, (file, title, points, evaluations, target) -> {});
        end.willBeOf(training, null);
    }

    private static void note(String text) {
        LOG.log(System.Logger.Level.WARNING, text);
    }

    /**
     * Begins a run directory.
     *
     * @throws IllegalArgumentException when it exists and is not an empty directory
     */
    static Recording begin(Path path, Training training) {
        RunDirectory run = RunDirectory.create(path);
        try {
            run.start(ExperimentFile.print(training.description()));
            return new Recording(run, training, Counters.getDefaultInstance(), false);
        } catch (RuntimeException | Error failed) {
            run.close();
            run.removeUnlessTrained();
            throw failed;
        }
    }

    /**
     * Opens a run directory and puts the training into the state of its last checkpoint. A run that has been trained to its
     * end stays as it is.
     *
     * @throws IllegalArgumentException when it is none, or its run was trained with other parts
     */
    static Recording resume(Path path, Training training) {
        if (!Files.exists(RunDirectory.experimentOf(path))) {
            throw new IllegalArgumentException(
                    "Expected a run directory to resume, found no " + RunDirectory.experimentOf(path));
        }
        Experiment description = training.description();
        RunDirectory run = RunDirectory.open(path);
        Consumer<Checkpoint> check =
                checkpoint -> ProgramDescription.requireSame(checkpoint.getExperiment(), description, path.toString());
        try {
            if (Resumption.finished(path).isPresent()) {
                Checkpoint last = CheckpointStore.read(RunDirectory.checkpointOf(path));
                check.accept(last);
                training.restore(last);
                return new Recording(run, training, last.getCounters(), true);
            }
            Optional<Resumption> from = Resumption.find(path, check, Recording::note);
            if (from.isPresent()) {
                run.resume(from.get().file(), from.get().checkpoint(), Recording::note);
                training.restore(from.get().checkpoint());
            } else {
                run.restart();
            }
            Counters before =
                    from.map(found -> found.checkpoint().getCounters()).orElse(Counters.getDefaultInstance());
            return new Recording(run, training, before, false);
        } catch (RuntimeException | Error failed) {
            run.close();
            throw failed;
        }
    }

    /** Records a training while it runs, and how it ends. */
    Progress run(Training training, Function<TrainingObserver, Progress> body) {
        if (finished) {
            return training.progress();
        }
        Progress progress;
        try {
            progress = body.apply(recorder);
        } catch (RuntimeException | Error failure) {
            try {
                end(Optional.of(failure));
            } catch (RuntimeException further) {
                failure.addSuppressed(further); // the first failure is the cause that is told
            }
            throw failure;
        }
        end(Optional.empty());
        return progress;
    }

    private void end(Optional<Throwable> failure) {
        if (recorder.hasStarted()) {
            recorder.lastCheckpoint();
            Optional<String> unused = end.ended(failure);
        }
    }

    /** Closes the run directory. */
    @Override
    public void close() {
        run.close();
    }
}

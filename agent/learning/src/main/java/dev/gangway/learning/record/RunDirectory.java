package dev.gangway.learning.record;

import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Counters;
import dev.gangway.v1.EvaluationRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The directory that a training run writes:
 *
 * <pre>
 * experiment.textproto   the experiment, every default written out
 * metrics.csv            one row per update, see {@link UpdateMetrics}
 * episodes.csv           one row per finished episode, see {@link Episode}
 * evaluation.csv         one row per evaluation, if the experiment asks for them, see {@link Evaluation}
 * best.pb                the best policy by these evaluations
 * tensorboard/           the same metrics as TensorBoard events
 * checkpoint.pb          the newest checkpoint
 * checkpoint-previous.pb the one before
 * learning-curve.png     written at the end
 * summary.json           written at the end, see {@link RunSummary}
 * videos/                films of training episodes, if the experiment asks for them
 * server.log             the private environment server's log, if there was one
 * </pre>
 */
public final class RunDirectory implements AutoCloseable {
    private final Path root;
    private final boolean isNew;
    private CurveOutline curve = new CurveOutline();
    private final List<Evaluation> evaluations = new ArrayList<>();
    private long episodes;
    private CsvFile metrics;
    private CsvFile episodesFile;
    private CsvFile evaluationsFile;
    private TensorBoardFile tensorBoard;
    private RunLock lock;

    private RunDirectory(Path root, boolean isNew) {
        this.root = root;
        this.isNew = isNew;
    }

    /**
     * Makes a new run directory.
     *
     * @throws IllegalArgumentException when it exists and is not an empty directory
     */
    public static RunDirectory create(Path root) {
        try {
            if (Files.exists(root)) {
                if (!Files.isDirectory(root)) {
                    throw new IllegalArgumentException(
                            "Expected " + root + " to be a new or empty directory, found a file; choose another --out");
                }
                try (Stream<Path> entries = Files.list(root)) {
                    if (entries.findAny().isPresent()) {
                        throw new IllegalArgumentException("Expected " + root
                                + " to be a new or empty directory, found files in it; choose another --out");
                    }
                }
            }
            Files.createDirectories(root);
            WholeFile.syncDirectory(root.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the run directory " + root + ": " + e.getMessage(), e);
        }
        return new RunDirectory(root, true);
    }

    /**
     * Opens the directory of a run that has been started. Columns that an earlier version of Gangway has written under
     * other names get their names of now.
     *
     * @throws IllegalArgumentException when another program is still writing it
     */
    public static RunDirectory open(Path root) {
        RunDirectory run = new RunDirectory(root, false);
        run.lock = RunLock.of(experimentOf(root));
        CsvFile.renameColumns(metricsOf(root), UpdateMetrics.formerNames());
        return run;
    }

    /** Returns the directory. */
    public Path path() {
        return root;
    }

    /** Returns where films of training episodes go, see {@link FilmedEnv}. */
    public Path videos() {
        return root.resolve("videos");
    }

    /** Returns where the private environment server's log goes. */
    public Path serverLog() {
        return root.resolve("server.log");
    }

    /** Returns where the newest checkpoint of a run is. */
    public static Path checkpointOf(Path run) {
        return CheckpointStore.newestOf(run);
    }

    /** Returns where the best policy of a run is, if its experiment asks for evaluations. */
    public static Path bestOf(Path run) {
        return CheckpointStore.bestOf(run);
    }

    /** Returns where the experiment of a run is. */
    public static Path experimentOf(Path run) {
        return run.resolve("experiment.textproto");
    }

    /** Returns where the summary of a run is, once it has ended. */
    public static Path summaryOf(Path run) {
        return run.resolve("summary.json");
    }

    /** Writes the experiment and begins the tables. */
    public void start(String experiment) {
        write(experimentOf(root), experiment);
        lock = RunLock.of(experimentOf(root));
        beginTables();
    }

    /** Begins the tables of an opened run anew, which has no checkpoint yet. */
    public void restart() {
        remove(summaryOf(root));
        resumeEvaluations(EvaluationRecord.getDefaultInstance(), note -> {});
        beginTables();
    }

    /**
     * Returns whether a run's tables hold all that came before a checkpoint. They do unless their ends were lost: a
     * checkpoint is written after they are synced.
     */
    public static boolean tablesReach(Path run, Checkpoint checkpoint) {
        Counters counters = checkpoint.getCounters();
        return CsvFile.reaches(metricsOf(run), UpdateMetrics.names(), counters.getUpdates())
                && CsvFile.reaches(episodesOf(run), EpisodeRow.COLUMNS, counters.getEpisodes())
                && CsvFile.reaches(
                        evaluationsOf(run),
                        Evaluation.COLUMNS,
                        checkpoint.getEvaluation().getEvaluations())
                && TensorBoardFile.reaches(tensorBoardOf(run), counters.getEnvSteps());
    }

    /**
     * Goes on with the tables of an opened run from one of its checkpoints: what was written later is cut off, and later
     * checkpoints are removed.
     *
     * @param checkpoint in this directory
     * @param content of the checkpoint
     * @param note hears what a table lacks that does not reach up to the checkpoint
     * @throws IllegalArgumentException when a table has other columns
     */
    public void resume(Path checkpoint, Checkpoint content, Consumer<String> note) {
        Counters counters = content.getCounters();
        remove(summaryOf(root));
        metrics = CsvFile.resume(metricsOf(root), UpdateMetrics.names(), counters.getUpdates(), row -> {}, note);
        episodesFile = CsvFile.resume(
                episodesOf(root),
                EpisodeRow.COLUMNS,
                counters.getEpisodes(),
                row -> curve.add(EpisodeRow.parse(row)),
                note);
        episodes = counters.getEpisodes();
        makeTensorBoardDirectory();
        tensorBoard = TensorBoardFile.resume(tensorBoardOf(root), counters.getEnvSteps(), note);
        resumeEvaluations(content.getEvaluation(), note);
        try {
            if (!checkpoint.equals(checkpointOf(root))) {
                WholeFile.publish(checkpoint, checkpointOf(root));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot rename " + checkpoint + ": " + e.getMessage(), e);
        }
    }

    /**
     * Cuts the tables of this run, which are being written, off behind one of its checkpoints, and removes later ones.
     *
     * @param updates that the checkpoint was written after
     * @param note hears what a table lacks that does not reach up to the checkpoint
     * @return false when the run has no such checkpoint; then nothing changes
     */
    public boolean rewind(long updates, Consumer<String> note) {
        for (Path file : List.of(checkpointOf(root), CheckpointStore.previous(checkpointOf(root)))) {
            if (Files.exists(file)) {
                Checkpoint content = CheckpointStore.readExactly(file);
                if (content.getCounters().getUpdates() == updates) {
                    closeTables();
                    curve = new CurveOutline();
                    evaluations.clear();
                    evaluationsFile = null;
                    resume(file, content, note);
                    return true;
                }
            }
        }
        return false;
    }

    private void resumeEvaluations(EvaluationRecord record, Consumer<String> note) {
        if (record.getEvaluations() == 0) {
            remove(evaluationsOf(root));
            remove(bestOf(root));
            return;
        }
        evaluationsFile = CsvFile.resume(
                evaluationsOf(root),
                Evaluation.COLUMNS,
                record.getEvaluations(),
                row -> evaluations.add(Evaluation.parse(row)),
                note);
        best(record.getBest());
    }

    private void beginTables() {
        makeTensorBoardDirectory();
        metrics = CsvFile.create(metricsOf(root), UpdateMetrics.names());
        episodesFile = CsvFile.create(episodesOf(root), EpisodeRow.COLUMNS);
        tensorBoard = TensorBoardFile.create(tensorBoardOf(root));
        WholeFile.syncDirectory(tensorBoardOf(root).getParent());
    }

    private void makeTensorBoardDirectory() {
        Path directory = tensorBoardOf(root).getParent();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Path metricsOf(Path run) {
        return run.resolve("metrics.csv");
    }

    private static Path episodesOf(Path run) {
        return run.resolve("episodes.csv");
    }

    private static Path evaluationsOf(Path run) {
        return run.resolve("evaluation.csv");
    }

    private static Path tensorBoardOf(Path run) {
        return run.resolve("tensorboard").resolve("events.out.tfevents.gangway");
    }

    /** Records finished episodes. */
    public void episodes(List<Episode> episodes) {
        List<List<Object>> rows = new ArrayList<>();
        for (Episode episode : episodes) {
            curve.add(episode);
            this.episodes++;
            rows.add(EpisodeRow.of(this.episodes, episode));
        }
        episodesFile.rows(rows);
    }

    /** Records an update. */
    public void update(UpdateMetrics update) {
        Map<String, Number> columns = update.columns();
        metrics.row(columns.values());
        Map<String, Number> scalars = new LinkedHashMap<>(columns);
        scalars.remove("env_steps");
        tensorBoard.scalars(update.envSteps(), scalars);
    }

    /** Records an evaluation. */
    public void evaluation(Evaluation evaluation) {
        if (evaluationsFile == null) {
            evaluationsFile = CsvFile.create(evaluationsOf(root), Evaluation.COLUMNS);
        }
        evaluations.add(evaluation);
        evaluationsFile.row(evaluation.cells());
    }

    /** Replaces the best policy. */
    public void best(Checkpoint policy) {
        CheckpointWriter.writePolicy(bestOf(root), policy);
    }

    /** Replaces the checkpoint, after all that came before it is safe in the tables. */
    public void checkpoint(Checkpoint checkpoint) {
        metrics.sync();
        episodesFile.sync();
        if (evaluationsFile != null) {
            evaluationsFile.sync();
        }
        tensorBoard.sync();
        CheckpointWriter.write(checkpointOf(root), checkpoint);
    }

    /**
     * Writes the summary and draws the learning curve.
     *
     * @param target the return at which the task counts as solved
     */
    public void finish(RunSummary summary, OptionalDouble target, LearningCurve chart) {
        String title = "%s, seed %d".formatted(summary.envId(), summary.seed());
        try {
            chart.draw(root.resolve("learning-curve.png"), title, curve.points(), evaluations, target);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot draw the learning curve in " + root + ": " + e.getMessage(), e);
        } finally { // last: where it is, nothing comes after it; a curve that cannot be drawn must not take it along
            summarize(summary);
        }
    }

    /** Writes the summary alone, of a run that is cut off. */
    public void summarize(RunSummary summary) {
        write(summaryOf(root), Json.pretty(summary.toJson()) + "\n");
    }

    /** Removes what this object, closed by now, has made in a new directory, unless training came to a checkpoint. */
    public void removeUnlessTrained() {
        if (isNew && !Files.exists(checkpointOf(root))) {
            for (Path file : List.of(
                    experimentOf(root),
                    metricsOf(root),
                    episodesOf(root),
                    evaluationsOf(root),
                    bestOf(root),
                    tensorBoardOf(root),
                    tensorBoardOf(root).getParent(),
                    serverLog(),
                    root)) {
                remove(file);
            }
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (DirectoryNotEmptyException someoneElsesFiles) {
            // Theirs to remove.
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + file + ": " + e.getMessage(), e);
        }
    }

    /** Closes the tables. */
    @Override
    public void close() {
        closeTables();
        close(lock);
    }

    private void closeTables() {
        close(metrics, episodesFile, evaluationsFile, tensorBoard);
    }

    private void close(AutoCloseable... files) {
        for (AutoCloseable file : files) {
            try {
                if (file != null) {
                    file.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException("Cannot close the files in " + root, e);
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}

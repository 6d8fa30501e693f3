package dev.gangway.record;

import dev.gangway.rollout.Episode;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The directory that a training run writes:
 *
 * <pre>
 * experiment.textproto   the experiment, every default written out
 * metrics.csv            one row per update, see {@link UpdateMetrics}
 * episodes.csv           one row per finished episode, see {@link Episode}
 * tensorboard/           the same metrics as TensorBoard events
 * checkpoint.pb          the newest checkpoint
 * learning-curve.png     written at the end
 * summary.json           written at the end, see {@link RunSummary}
 * server.log             the private environment server's log, if there was one
 * </pre>
 */
public final class RunDirectory implements AutoCloseable {
    private static final List<String> EPISODE_COLUMNS =
            List.of("episode", "env_steps", "copy", "return", "length", "terminated", "truncated");

    private final Path root;
    private final List<Episode> episodes = new ArrayList<>();
    private CsvFile metrics;
    private CsvFile episodesFile;
    private TensorBoardFile tensorBoard;

    private RunDirectory(Path root) {
        this.root = root;
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
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the run directory " + root + ": " + e.getMessage(), e);
        }
        return new RunDirectory(root);
    }

    /** Returns the directory. */
    public Path path() {
        return root;
    }

    /** Returns where the private environment server's log goes. */
    public Path serverLog() {
        return root.resolve("server.log");
    }

    /** Returns where the newest checkpoint of a run is. */
    public static Path checkpointOf(Path run) {
        return run.resolve("checkpoint.pb");
    }

    /** Writes the experiment and opens the tables. */
    public void start(String experiment) {
        write("experiment.textproto", experiment);
        metrics = new CsvFile(root.resolve("metrics.csv"), UpdateMetrics.names());
        episodesFile = new CsvFile(root.resolve("episodes.csv"), EPISODE_COLUMNS);
        try {
            Files.createDirectories(root.resolve("tensorboard"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + root.resolve("tensorboard") + ": " + e.getMessage(), e);
        }
        tensorBoard = new TensorBoardFile(root.resolve("tensorboard").resolve("events.out.tfevents.gangway"));
    }

    /** Records a finished episode. */
    public void episode(Episode episode) {
        episodes.add(episode);
        episodesFile.row(List.of(
                episodes.size(),
                episode.envSteps(),
                episode.copy(),
                episode.episodeReturn(),
                episode.length(),
                episode.terminated(),
                episode.truncated()));
    }

    /** Records an update. */
    public void update(UpdateMetrics update) {
        Map<String, Number> columns = update.columns();
        metrics.row(columns.values());
        Map<String, Number> scalars = new LinkedHashMap<>(columns);
        scalars.remove("env_steps");
        tensorBoard.scalars(update.envSteps(), scalars);
    }

    /** Replaces the checkpoint. */
    public void checkpoint(Checkpoint checkpoint) {
        CheckpointStore.write(checkpointOf(root), checkpoint);
    }

    /** Writes the summary and draws the learning curve; {@code target} is the return at which it counts as solved. */
    public void finish(RunSummary summary, OptionalDouble target) {
        write("summary.json", Json.pretty(summary.toJson()) + "\n");
        String title = "%s, seed %d".formatted(summary.envId(), summary.seed());
        try {
            LearningCurve.draw(root.resolve("learning-curve.png"), title, episodes, target);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot draw the learning curve in " + root + ": " + e.getMessage(), e);
        }
    }

    /** Closes the tables. */
    @Override
    public void close() {
        for (AutoCloseable file : new AutoCloseable[] {metrics, episodesFile, tensorBoard}) {
            try {
                if (file != null) {
                    file.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException("Cannot close the files in " + root, e);
            }
        }
    }

    private void write(String name, String text) {
        try {
            Files.writeString(root.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + root.resolve(name) + ": " + e.getMessage(), e);
        }
    }
}

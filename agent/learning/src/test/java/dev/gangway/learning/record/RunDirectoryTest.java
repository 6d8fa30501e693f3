package dev.gangway.learning.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.EpisodeStatistics;
import dev.gangway.v1.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final BestPolicy BEST =
            new BestPolicy(3000, 490, Optional.of(new EpisodeStatistics(20, 480.5, 12.5, 400, 500, 480.5)));
    private static final RunSummary SOLVED = new RunSummary(
            "CartPole-v1",
            "cartpole",
            7,
            5000,
            40,
            10,
            2.5,
            "solved",
            null,
            4711L,
            2.25,
            475.5,
            BEST,
            "0.1.0",
            "1.2.3");
    private static final RunSummary UNSOLVED = new RunSummary(
            "CartPole-v1", "cartpole", 7, 0, 0, 0, 0.0, "interrupted", null, null, null, null, null, "0.1.0", null);

    @TempDir
    private Path temporary;

    private static UpdateMetrics metrics(long update, double valueLoss) {
        return new UpdateMetrics(
                update, 512, 12, 21.5, 22.5, 500, 0.69, 0.125, 1.5, 2.5, valueLoss, 0.75, 5e-3, 0.25, 0.01, 0.5, 1024);
    }

    private String refusal(Path root) {
        return assertThrows(IllegalArgumentException.class, () -> RunDirectory.create(root))
                .getMessage();
    }

    private static JsonObject summary(Path root) throws IOException {
        return JsonParser.parseString(Files.readString(root.resolve("summary.json")))
                .getAsJsonObject();
    }

    private static void drawNothing(
            Path file,
            String title,
            List<CurveOutline.Point> points,
            List<Evaluation> evaluations,
            OptionalDouble target)
            throws IOException {
        Files.createFile(file);
    }

    @Test
    void anEmptyDirectoryAndANewOneInNewOnesAreTaken() throws IOException {
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        RunDirectory.create(empty).close();
        Path nested = temporary.resolve("a").resolve("b");
        RunDirectory.create(nested).close();
        assertTrue(Files.isDirectory(nested));
    }

    @Test
    void aDirectoryWithAnythingInItIsRefusedAndLeftAlone() throws IOException {
        Path hidden = Files.writeString(temporary.resolve(".keep"), "mine");
        assertEquals(
                "Expected " + temporary + " to be a new or empty directory, found files in it; choose another --out",
                refusal(temporary));
        assertEquals("mine", Files.readString(hidden));
    }

    @Test
    void aFileIsRefused() throws IOException {
        Path file = Files.writeString(temporary.resolve("run"), "mine");
        assertEquals(
                "Expected " + file + " to be a new or empty directory, found a file; choose another --out",
                refusal(file));
        assertTrue(assertThrows(UncheckedIOException.class, () -> RunDirectory.create(file.resolve("below")))
                .getMessage()
                .startsWith("Cannot make the run directory " + file.resolve("below")));
    }

    @Test
    void aWholeRunLeavesEveryFileThatIsDocumented() throws IOException {
        Path root = temporary.resolve("run");
        try (RunDirectory run = RunDirectory.create(root)) {
            run.start("seed: 7\n");
            run.episodes(List.of(new Episode(12, 1, 12.25, 12, true, false)));
            run.update(metrics(1, Double.NaN));
            run.evaluation(new Evaluation(1, 0, 0, new EpisodeStatistics(2, 9.5, 0.5, 9, 10, 9.5), true));
            run.best(Checkpoint.newBuilder()
                    .setFormatVersion(1)
                    .setPolicyOnly(true)
                    .build());
            run.checkpoint(Checkpoint.newBuilder().setFormatVersion(1).build());
            run.finish(SOLVED, OptionalDouble.of(475), RunDirectoryTest::drawNothing);
        }
        try (Stream<Path> files = Files.walk(root)) {
            assertEquals(
                    new TreeSet<>(List.of(
                            "best.pb",
                            "checkpoint.pb",
                            "episodes.csv",
                            "evaluation.csv",
                            "experiment.textproto",
                            "learning-curve.png",
                            "metrics.csv",
                            "summary.json",
                            "tensorboard/events.out.tfevents.gangway")),
                    files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString().replace('\\', '/'))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        assertEquals("seed: 7\n", Files.readString(root.resolve("experiment.textproto")));
        assertEquals(
                "episode,env_steps,copy,return,length,terminated,truncated\n1,12,1,12.25,12,true,false\n",
                Files.readString(root.resolve("episodes.csv")));
        assertEquals("""
                evaluation,env_steps,updates,episodes,mean_return,std_return,min_return,max_return,mean_length,best
                1,0,0,2,9.5,0.5,9.0,10.0,9.5,true
                """, Files.readString(root.resolve("evaluation.csv")));
        assertEquals(
                "update,env_steps,episodes,mean_return_last_100,mean_length_last_100,batch_steps,entropy,"
                        + "gradient_norm,advantage_mean,advantage_std,value_loss,explained_variance,learning_rate,"
                        + "clip_fraction,approximate_kl,"
                        + "wall_seconds,env_steps_per_second\n"
                        + "1,512,12,21.5,22.5,500,0.69,0.125,1.5,2.5,,0.75,0.005,0.25,0.01,0.5,1024.0\n",
                Files.readString(root.resolve("metrics.csv")));
        assertEquals(1, CheckpointStore.read(RunDirectory.checkpointOf(root)).getFormatVersion());
    }

    @Test
    void theTablesOfARunThatIsKilledAreThere() throws IOException {
        Path root = temporary.resolve("run");
        try (RunDirectory run = RunDirectory.create(root)) {
            run.start("seed: 7\n");
            assertEquals(1, Files.readAllLines(root.resolve("metrics.csv")).size());
            run.episodes(List.of(new Episode(12, 1, 12.25, 12, true, false)));
            run.update(metrics(1, 0.5));
            assertEquals(2, Files.readAllLines(root.resolve("metrics.csv")).size());
            assertEquals(2, Files.readAllLines(root.resolve("episodes.csv")).size());
        }
    }

    @Test
    void theSummaryHasExactlyTheDocumentedKeys() throws IOException {
        Path root = temporary.resolve("run");
        try (RunDirectory run = RunDirectory.create(root)) {
            run.start("seed: 7\n");
            run.finish(SOLVED, OptionalDouble.empty(), RunDirectoryTest::drawNothing);
        }
        JsonObject summary = summary(root);
        assertEquals(
                List.of(
                        "env_id",
                        "experiment",
                        "seed",
                        "env_steps",
                        "episodes",
                        "updates",
                        "wall_seconds",
                        "env_steps_per_second",
                        "stop_reason",
                        "failure",
                        "solved",
                        "solved_at_env_steps",
                        "solved_at_seconds",
                        "mean_return_last_100",
                        "best_policy",
                        "gangway_version",
                        "gymnasium_version"),
                List.copyOf(summary.keySet()));
        assertEquals("CartPole-v1", summary.get("env_id").getAsString());
        assertEquals(7, summary.get("seed").getAsLong());
        assertEquals(2000, summary.get("env_steps_per_second").getAsDouble());
        assertTrue(summary.get("solved").getAsBoolean());
        assertEquals(4711, summary.get("solved_at_env_steps").getAsLong());
        assertEquals(2.25, summary.get("solved_at_seconds").getAsDouble());
        assertEquals(475.5, summary.get("mean_return_last_100").getAsDouble());
        assertEquals("1.2.3", summary.get("gymnasium_version").getAsString());
        assertEquals(
                "{\"env_steps\":3000,\"selection_mean_return\":490.0,\"mean_return\":480.5,\"std_return\":12.5,"
                        + "\"episodes\":20}",
                summary.get("best_policy").toString());
    }

    @Test
    void aRunWithoutAnEpisodeHasNullsInItsSummaryAndACurve() throws IOException {
        Path root = temporary.resolve("run");
        try (RunDirectory run = RunDirectory.create(root)) {
            run.start("seed: 7\n");
            run.finish(UNSOLVED, OptionalDouble.of(475), RunDirectoryTest::drawNothing);
        }
        JsonObject summary = summary(root);
        assertEquals(17, summary.size());
        assertEquals(false, summary.get("solved").getAsBoolean());
        for (String key : List.of(
                "failure",
                "solved_at_env_steps",
                "solved_at_seconds",
                "mean_return_last_100",
                "best_policy",
                "gymnasium_version")) {
            assertTrue(summary.get(key).isJsonNull(), key);
        }
        assertEquals(0, summary.get("env_steps_per_second").getAsDouble());
        assertTrue(Files.exists(root.resolve("learning-curve.png")));
    }

    @Test
    void aWindowLooksAtTheLastEpisodesOnly() {
        ReturnWindow window = new ReturnWindow(3);
        assertTrue(Double.isNaN(window.meanReturn()));
        assertTrue(Double.isNaN(window.meanLength()));
        for (int i = 1; i <= 3; i++) {
            assertEquals(false, window.isFull());
            window.add(new ReturnWindow.Entry(i, 10 * i));
        }
        assertTrue(window.isFull());
        assertEquals(2, window.meanReturn());
        window.add(new ReturnWindow.Entry(7, 100));
        assertEquals(4, window.meanReturn());
        assertEquals(50, window.meanLength());
    }

    @Test
    void jsonWritesNullsAndStringsForNumbersThatItDoesNotHave() {
        assertEquals("[null,0.1]", Json.line(java.util.Arrays.asList(null, 0.1)));
        assertEquals(
                "[\"NaN\",\"Infinity\",\"-Infinity\",1.0E308]",
                Json.line(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308)));
    }

    @Test
    void aSummaryHoldsTheCauseOfAFailureAndNumbersThatJsonDoesNotHave() throws IOException {
        Path root = temporary.resolve("run");
        try (RunDirectory run = RunDirectory.create(root)) {
            run.start("experiment");
            run.episodes(List.of(
                    new Episode(10, 0, Double.NaN, 10, true, false),
                    new Episode(20, 0, 1e308, 10, true, false),
                    new Episode(30, 0, Double.NEGATIVE_INFINITY, 10, true, false)));
            run.finish(
                    new RunSummary(
                            "Odd-v0", "odd", 0, 30, 3, 0, 1, "failed", "why", null, null, Double.NaN, null, "1", null),
                    OptionalDouble.empty(),
                    RunDirectoryTest::drawNothing);
        }
        assertEquals("why", summary(root).get("failure").getAsString());
        assertEquals("NaN", summary(root).get("mean_return_last_100").getAsString());
        assertTrue(Files.exists(root.resolve("learning-curve.png")));
    }

    @Test
    void aSummaryIsWrittenEvenIfTheCurveCannotBeDrawn() throws IOException {
        Path root = temporary.resolve("run");
        try (RunDirectory run = RunDirectory.create(root)) {
            run.start("experiment");
            LearningCurve broken = (file, title, points, evaluations, target) -> {
                throw new IOException("the disk is full");
            };
            assertThrows(UncheckedIOException.class, () -> run.finish(UNSOLVED, OptionalDouble.empty(), broken));
        }
        assertEquals("interrupted", summary(root).get("stop_reason").getAsString());
    }
}

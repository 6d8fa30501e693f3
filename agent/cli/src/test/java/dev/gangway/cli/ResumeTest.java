package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.learning.record.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is stopped, by whatever, goes on as if it had not been. Kills are real ones of real processes. */
@Tag("process")
class ResumeTest {
    private static final String NATIVE = "native { cart_pole { max_episode_steps: 40 } }";
    private static final String REMOTE = "gymnasium { id: 'CartPole-v1' max_episode_steps: 40 }";
    private static final int EVERY_UPDATES = 20;

    @TempDir
    private Path directory;

    private Path run;

    @BeforeEach
    void nameTheRun() {
        run = directory.resolve("run");
    }

    /** Draws from every random stream, and keeps state in both optimisers. */
    private Path experiment(String environment, int updates) throws IOException {
        return experiment(environment, updates, """
                value_function {
                  hidden: [8]
                  optimizer { adam { learning_rate: 5e-3 } }
                  epochs: 2
                  minibatches: 2
                }
                """);
    }

    private Path experiment(String environment, int updates, String critic) throws IOException {
        return Files.writeString(
                directory.resolve("small.textproto"), """
                environment { %s copies: 2 lanes: 2 }
                rollout { steps: 5 }
                policy { mlp { hidden: [8] } }
                estimator {
                  gae {}
                  %s
                }
                optimizer { momentum { learning_rate: 0.01 } }
                stop { max_env_steps: %d }
                checkpoint { every_updates: %d }
                seed: 11
                """.formatted(environment, critic, updates * 10, EVERY_UPDATES));
    }

    private static List<List<String>> metrics(Path of) {
        return Gangway.table(of.resolve("metrics.csv"), "wall_seconds", "env_steps_per_second");
    }

    private static void assertSameRun(Path expected, Path actual) throws IOException {
        assertEquals(metrics(expected), metrics(actual));
        assertEquals(
                Files.readString(expected.resolve("episodes.csv")), Files.readString(actual.resolve("episodes.csv")));
        assertEquals(
                CheckpointStore.read(expected.resolve("checkpoint.pb")).getPolicyList(),
                CheckpointStore.read(actual.resolve("checkpoint.pb")).getPolicyList());
        assertTrue(Files.exists(actual.resolve("summary.json")));
    }

    /** Trains to the end in this process. */
    private Path whole(Path experiment) {
        Path whole = directory.resolve("whole");
        Gangway.done("train", experiment.toString(), "--quiet", "--out", whole.toString());
        return whole;
    }

    private Gangway.Result resume(String... more) {
        return Gangway.run(Gangway.join(List.of("train", "--resume", run.toString()), more));
    }

    /** Makes the run in this process as a kill just before its end would leave it, two checkpoints old. */
    private Path cut(int updates) throws IOException {
        Path whole = whole(experiment(NATIVE, updates));
        try (var files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                Files.copy(file, run.resolve(whole.relativize(file).toString()));
            }
        }
        Files.delete(run.resolve("summary.json"));
        return whole;
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 700", "2, 2, 250"})
    @DisabledOnOs(OS.WINDOWS)
    void aRunThatIsKilledAgainAndAgainEndsLikeOneThatIsNot(int seed, int kills, int updates) throws IOException {
        Path experiment = experiment(seed == 1 ? NATIVE : REMOTE, updates);
        SplittableRandom random = new SplittableRandom(seed);
        String[] begin = {"train", experiment.toString(), "--quiet", "--out", run.toString()};
        String[] goOn = {"train", "--resume", run.toString(), "--quiet"};
        int done = 0;
        for (int kill = 0; kill < kills; kill++) {
            done += 1 + random.nextInt((updates - done) / 2);
            try (Child child = new Child(directory, List.of(), kill == 0 ? begin : goOn)) {
                child.awaitLines(run.resolve("metrics.csv"), 1 + done);
                child.signal("KILL");
                child.awaitExit(Duration.ofSeconds(60));
            }
            assertFalse(Files.exists(run.resolve("summary.json")), "it was quicker than the kill");
        }
        Gangway.done(goOn);
        assertSameRun(whole(experiment), run);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aKilledRunWithASharedTrunkPpoAndMovingMomentsGoesOn() throws IOException {
        Path experiment = experiment(NATIVE, 200, "shared_value_function {} normalize_rewards {}");
        Files.writeString(experiment, "learner { ppo { epochs: 2 minibatches: 2 } }", StandardOpenOption.APPEND);
        Files.writeString(
                experiment, Files.readString(experiment).replace("policy {", "policy { normalize_observations {}"));
        String[] begin = {"train", experiment.toString(), "--quiet", "--out", run.toString()};
        try (Child child = new Child(directory, List.of(), begin)) {
            child.awaitLines(run.resolve("metrics.csv"), 70);
            child.signal("KILL");
            child.awaitExit(Duration.ofSeconds(60));
        }
        assertFalse(Files.exists(run.resolve("summary.json")), "it was quicker than the kill");
        Gangway.done("train", "--resume", run.toString(), "--quiet");
        assertSameRun(whole(experiment), run);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aKilledRunRepeatsItsEvaluationsAndItsBestPolicy() throws IOException {
        Path experiment = experiment(NATIVE, 300);
        Files.writeString(experiment, "evaluation { every_env_steps: 130 episodes: 4 }", StandardOpenOption.APPEND);
        String[] begin = {"train", experiment.toString(), "--quiet", "--out", run.toString()};
        String[] goOn = {"train", "--resume", run.toString(), "--quiet"};
        for (int evaluations : new int[] {4, 12}) {
            try (Child child = new Child(directory, List.of(), evaluations == 4 ? begin : goOn)) {
                child.awaitLines(run.resolve("evaluation.csv"), 1 + evaluations);
                child.signal("KILL");
                child.awaitExit(Duration.ofSeconds(60));
            }
            assertFalse(Files.exists(run.resolve("summary.json")), "it was quicker than the kill");
        }
        Files.writeString(run.resolve("best.pb"), "of an evaluation that is not repeated");
        Gangway.done(goOn);
        Path whole = whole(experiment);
        assertSameRun(whole, run);
        assertEquals(
                Files.readString(whole.resolve("evaluation.csv")), Files.readString(run.resolve("evaluation.csv")));
        assertEquals(
                CheckpointStore.readBest(whole.resolve("best.pb")), CheckpointStore.readBest(run.resolve("best.pb")));
        assertEquals(best(whole), best(run));
    }

    private static JsonObject best(Path of) throws IOException {
        return JsonParser.parseString(Files.readString(of.resolve("summary.json")))
                .getAsJsonObject()
                .getAsJsonObject("best_policy");
    }

    @Test
    void aRunThatIsKilledBeforeItsFirstCheckpointBeginsAnew() throws IOException {
        Path whole = cut(60);
        Files.delete(run.resolve("checkpoint.pb"));
        Files.delete(run.resolve("checkpoint-previous.pb"));
        Files.delete(run.resolve("metrics.csv"));
        assertEquals(0, resume().exitCode());
        assertSameRun(whole, run);
    }

    @Test
    void aRunThatWasInterruptedBetweenTwoCheckpointsGoesOnFromTheOneBefore() throws IOException {
        Path whole = cut(70);
        assertEquals(
                70,
                CheckpointStore.read(RunDirectory.checkpointOf(run))
                        .getCounters()
                        .getUpdates());
        Files.writeString(run.resolve("summary.json"), "{\"stop_reason\": \"interrupted\", \"env_steps\": 700}");
        Files.writeString(run.resolve("metrics.csv"), "a torn row", StandardOpenOption.APPEND);
        assertEquals(0, resume().exitCode());
        assertSameRun(whole, run);
    }

    @Test
    void aTornCheckpointIsRefusedWithTheReasonAndTheOneBeforeIsUsed() throws IOException {
        Path whole = cut(60);
        Files.write(run.resolve("checkpoint.pb"), new byte[] {1, 2, 3});
        Gangway.Result resumed = resume("--quiet");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(
                "gangway: Expected a checkpoint in " + run.resolve("checkpoint.pb")
                        + ", found another kind of file; going on from checkpoint-previous.pb",
                resumed.err().strip());
        assertSameRun(whole, run);
    }

    @Test
    void withoutAnyGoodCheckpointNothingIsTouched() throws IOException {
        cut(60);
        Files.write(run.resolve("checkpoint.pb"), new byte[] {1, 2, 3});
        Files.copy(
                run.resolve("checkpoint.pb"),
                run.resolve("checkpoint-previous.pb"),
                StandardCopyOption.REPLACE_EXISTING);
        String metrics = Files.readString(run.resolve("metrics.csv"));
        Gangway.Result refused = resume();
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains(run.resolve("checkpoint.pb") + ", found another kind"), refused.err());
        assertTrue(refused.err().contains(run.resolve("checkpoint-previous.pb") + ", found"), refused.err());
        assertEquals(metrics, Files.readString(run.resolve("metrics.csv")));
    }

    /** As a loss of power leaves a table: short, with zeros for what was not written, or not there at all. */
    private void damage(String table, int lines) throws IOException {
        Path file = run.resolve(table);
        byte[] bytes = Files.readAllBytes(file);
        int end = 0;
        for (int line = 0; line < lines && end < bytes.length; end++) {
            line += bytes[end] == '\n' ? 1 : 0;
        }
        if (lines == 0) {
            Files.delete(file);
        } else {
            Files.write(file, Arrays.copyOf(Arrays.copyOf(bytes, end), end + 100));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"metrics.csv", "episodes.csv"})
    void aTableThatEndsBeforeTheCheckpointLetsTheRunGoBackToTheOneBefore(String table) throws IOException {
        Path whole = cut(60);
        damage(table, Files.readAllLines(whole.resolve(table)).size() - 1);
        Gangway.Result resumed = resume("--quiet");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(
                "gangway: Expected tables in " + run + " that reach up to update 60 of checkpoint.pb, found ones that"
                        + " end before; going on from checkpoint-previous.pb",
                resumed.err().strip());
        assertSameRun(whole, run);
    }

    @Test
    void pointsOfTensorBoardThatWereLostAreMadeAgainFromTheCheckpointBefore() throws IOException {
        Path whole = cut(60);
        Path points = Path.of("tensorboard", "events.out.tfevents.gangway");
        byte[] bytes = Files.readAllBytes(run.resolve(points));
        Files.write(run.resolve(points), Arrays.copyOf(Arrays.copyOf(bytes, bytes.length - 40), bytes.length));
        Gangway.Result resumed = resume("--quiet");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.err().contains("going on from checkpoint-previous.pb"), resumed.err());
        assertSameRun(whole, run);
        assertEquals(bytes.length, Files.size(run.resolve(points)), "as many points, of the same size");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30})
    void rowsThatNoCheckpointReachesAreDeclaredMissingAndTheRunGoesOn(int lines) throws IOException {
        Path whole = cut(80);
        Files.delete(run.resolve("checkpoint.pb")); // so that there is only the one of update 60
        damage("metrics.csv", lines);
        Gangway.Result resumed = resume("--quiet");
        assertEquals(0, resumed.exitCode(), resumed.err());
        long last = Math.max(0, lines - 1);
        assertEquals(
                List.of(
                        "gangway: Expected tables in " + run + " that reach up to update 60 of checkpoint-previous.pb,"
                                + " found ones that end before; going on from checkpoint-previous.pb",
                        "gangway: " + run.resolve("metrics.csv") + " ends with row " + last + ": rows " + (last + 1)
                                + " to 60 are missing"),
                resumed.err().strip().lines().toList());
        List<List<String>> expected = new ArrayList<>(metrics(whole));
        expected.subList((int) last + 1, 61).clear();
        assertEquals(expected, metrics(run));
        assertEquals(Files.readString(whole.resolve("episodes.csv")), Files.readString(run.resolve("episodes.csv")));
        Files.delete(run.resolve("summary.json"));
        assertEquals("", resume("--quiet").err(), "a gap that is known is no reason to go back");
        assertEquals(expected, metrics(run));
    }

    @Test
    void episodesGoOnCountingAfterAGap() throws IOException {
        Path whole = cut(80);
        Files.delete(run.resolve("checkpoint.pb"));
        damage("episodes.csv", 3);
        Gangway.Result resumed = resume("--quiet");
        assertTrue(resumed.err().contains(run.resolve("episodes.csv") + " ends with row 2: rows 3 to"), resumed.err());
        List<String> all = Files.readAllLines(whole.resolve("episodes.csv"));
        List<String> found = Files.readAllLines(run.resolve("episodes.csv"));
        assertTrue(found.size() < all.size() && all.containsAll(found), found::toString);
        assertEquals(all.get(all.size() - 1), found.get(found.size() - 1));
    }

    /** Until 0.1.0 what multiplies the scores was called a weight. */
    @Test
    void aRunOfAnEarlierVersionGoesOnUnderTheNamesOfNow() throws IOException {
        Path whole = cut(60);
        for (String file : List.of("metrics.csv", "experiment.textproto")) {
            String today = Files.readString(run.resolve(file));
            String earlier = today.replace("advantage_mean,advantage_std", "weight_mean,weight_std")
                    .replace("normalize_advantages: false", "normalize_weights: false");
            assertNotEquals(today, earlier);
            Files.writeString(run.resolve(file), earlier);
        }
        Gangway.Result resumed = resume("--quiet");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertSameRun(whole, run);
        assertEquals(0, Gangway.run("eval", run.toString(), "--episodes", "1").exitCode());
    }

    @Test
    void aTableOfOtherColumnsIsRefused() throws IOException {
        cut(60);
        Files.writeString(run.resolve("metrics.csv"), "t,return\n1,2\n");
        Gangway.Result refused = resume();
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("found t,return; this Gangway cannot go on with it"), refused.err());
    }

    @Test
    void aPolicyIsUsedFromTheCheckpointBeforeWhereTheNewestIsTorn() throws IOException {
        cut(60);
        byte[] whole = Files.readAllBytes(run.resolve("checkpoint.pb"));
        Files.write(run.resolve("checkpoint.pb"), Arrays.copyOf(whole, whole.length / 2));
        Gangway.Result used = Gangway.run("eval", run.toString(), "--episodes", "1");
        assertEquals(0, used.exitCode(), used.err());
        assertTrue(used.err().contains("; using checkpoint-previous.pb, of update 40"), used.err());
    }

    @Test
    void aRunThatCameToItsEndHasNothingToResume() throws IOException {
        Path whole = whole(experiment(NATIVE, 60));
        Gangway.Result again = Gangway.run("train", "--resume", whole.toString());
        assertEquals(0, again.exitCode());
        assertEquals(
                "gangway: " + whole
                        + " has been trained to its end, not solved after 600 environment steps: nothing to resume",
                again.err().strip());
    }

    @Test
    void aChangedExperimentIsRefusedWithTheChange() throws IOException {
        cut(60);
        Path file = run.resolve("experiment.textproto");
        Files.writeString(file, Files.readString(file).replace("discount: 0.99", "discount: 0.9"));
        Gangway.Result refused = resume();
        assertEquals(2, refused.exitCode());
        assertEquals(
                "gangway: --resume: expected " + file + " as the run was trained with, there \"discount: 0.99\", found"
                        + " \"discount: 0.9\"; undo the change, or train a new run",
                refused.err().strip());
    }

    @ParameterizedTest
    @CsvSource({"--set, seed=3", "--seed, 3", "--out, elsewhere"})
    void whatTheRunDirectoryHoldsCannotBeSetAnew(String option, String value) throws IOException {
        Gangway.Result refused = resume(option, value);
        assertEquals(2, refused.exitCode());
        assertTrue(
                refused.err().contains("expected neither FILE nor --set, --argument, --seed or --out"), refused.err());
    }

    @Test
    void aDirectoryThatIsNoRunIsWrongUsage() {
        Gangway.Result refused = resume();
        assertEquals(2, refused.exitCode());
        assertEquals(
                "gangway: --resume: expected a run directory, found no " + run.resolve("experiment.textproto"),
                refused.err().strip());
    }

    @Test
    void aRunThatIsStillBeingWrittenIsRefused() throws IOException {
        cut(60);
        try (RunDirectory other = RunDirectory.open(run)) {
            Gangway.Result refused = resume();
            assertEquals(1, refused.exitCode());
            assertEquals(
                    "gangway: Expected a run that has ended in " + other.path()
                            + ", found one that another program is still writing",
                    refused.err().strip());
        }
    }

    @Test
    void withoutResetsEpisodesGoOnOverACheckpointAndARunIsResumedWhereItEnded() throws IOException {
        String[] setting = {
            "train",
            experiment(NATIVE, 1000).toString(),
            "--quiet",
            "--set",
            "stop={max_env_steps: 300}",
            "--set",
            "checkpoint={every_updates: 1 reset_environments: false}",
            "--out"
        };
        Gangway.done(Gangway.join(List.of(setting), run.toString()));
        assertTrue(Gangway.column(run.resolve("episodes.csv"), "length")[0] > 5, "longer than a rollout");
        Files.delete(run.resolve("summary.json"));
        assertEquals(0, resume().exitCode());
        assertEquals(31, metrics(run).size());
    }

    @Test
    void aCheckpointIntervalInWhichNoEpisodeCanEndIsRefused() throws IOException {
        Gangway.Result refused = Gangway.run(
                "train",
                experiment(NATIVE, 60).toString(),
                "--set",
                "checkpoint.every_updates=7",
                "--out",
                run.toString());
        assertEquals(2, refused.exitCode());
        assertEquals(
                "gangway: CartPole-v1: checkpoint.every_updates: expected at least 8, so that an episode of up to 40"
                        + " steps fits between two checkpoints (with rollout.steps of 5), or"
                        + " checkpoint.reset_environments: false, found 7",
                refused.err().strip());
        assertFalse(Files.exists(run), "a run directory was left");
    }

    @Test
    void aServerThatCannotBeReachedLeavesNoRunDirectory() throws IOException {
        Gangway.Result failed = Gangway.run(
                "train",
                experiment(REMOTE, 60).toString(),
                "--server",
                "unix:" + directory.resolve("nobody"),
                "--out",
                run.toString());
        assertEquals(1, failed.exitCode(), failed.err());
        assertFalse(Files.exists(run), "a run directory was left");
    }

    @ParameterizedTest
    @CsvSource({"--server, unix:nobody", "--import, nothing"})
    void aNativeRunRefusesTheOptionsOfAServer(String option, String value) throws IOException {
        Gangway.Result refused =
                Gangway.run("train", experiment(NATIVE, 60).toString(), option, value, "--out", run.toString());
        assertEquals(2, refused.exitCode());
        assertEquals(
                "gangway: " + option
                        + ": expected only with a Gymnasium environment, found a native one, which needs no server",
                refused.err().strip());
        assertFalse(Files.exists(run));
    }
}

package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.inference.TrainedPolicy;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that can do without a server, on the native cart-pole. */
@Tag("process")
class NativeCommandsTest {
    private static final int SOLVED_EPISODES = 20;
    private static final double SOLVED_MEAN = 40;

    @TempDir
    private static Path shared;

    @TempDir
    private Path directory;

    private static Path run;
    private static Gangway.Result trained;

    @BeforeAll
    static void train() {
        run = shared.resolve("run");
        trained = Gangway.done(train(
                run,
                "--seed",
                "3",
                "--set",
                "stop.solved={mean_return: " + SOLVED_MEAN + " episodes: " + SOLVED_EPISODES + "}"));
    }

    private static String[] train(Path out, String... more) {
        return Gangway.join(
                List.of("train", Gangway.experiment("cartpole-native.textproto"), "--out", out.toString()), more);
    }

    @Test
    void trainSolvesAtExactlyTheEpisodeThatTheTableOfEpisodesShows() throws IOException {
        JsonObject summary = JsonParser.parseString(Files.readString(run.resolve("summary.json")))
                .getAsJsonObject();
        double[] returns = Gangway.column(run.resolve("episodes.csv"), "return");
        double[] steps = Gangway.column(run.resolve("episodes.csv"), "env_steps");
        int at = SOLVED_EPISODES - 1;
        while (Arrays.stream(returns, at + 1 - SOLVED_EPISODES, at + 1)
                        .average()
                        .orElseThrow()
                < SOLVED_MEAN) {
            at++;
        }
        assertEquals((long) steps[at], summary.get("solved_at_env_steps").getAsLong());
        assertEquals("solved", summary.get("stop_reason").getAsString());
        assertTrue(summary.get("solved").getAsBoolean());
        assertEquals(returns.length, summary.get("episodes").getAsLong());
        assertEquals("cartpole-native", summary.get("experiment").getAsString());
        assertEquals(3, summary.get("seed").getAsLong());
        assertTrue(summary.get("gymnasium_version").isJsonNull());
        assertEquals(
                Arrays.stream(returns, Math.max(0, returns.length - 100), returns.length)
                        .average()
                        .orElseThrow(),
                summary.get("mean_return_last_100").getAsDouble(),
                1e-9);
        double[] updates = Gangway.column(run.resolve("metrics.csv"), "env_steps");
        assertEquals(updates[updates.length - 1], summary.get("env_steps").getAsDouble());
        assertEquals(updates.length, summary.get("updates").getAsInt());
    }

    @Test
    void trainWritesTheResolvedExperimentWhichTrainsTheSameAgain() throws IOException {
        assertTrue(Files.readString(run.resolve("experiment.textproto")).contains("seed: 3"));
        Path again = directory.resolve("again");
        Gangway.done("train", run.resolve("experiment.textproto").toString(), "--out", again.toString(), "--quiet");
        assertEquals(metrics(run), metrics(again));
    }

    @Test
    void trainReportsProgressOnStandardErrorAndTheEndOnStandardOutput() {
        assertTrue(trained.err().contains(" steps/s  "), trained.err());
        assertFalse(trained.err().contains("run directory"), trained.err());
        assertEquals(1, trained.lines().size(), trained.out());
        assertTrue(trained.out().startsWith("CartPole-v1: solved after "), trained.out());
        assertTrue(trained.out().strip().endsWith("run directory " + run), trained.out());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sameSeedSameMetricsOtherSeedOthers(int lanes) {
        String[] setting = {
            "--quiet", "--set", "environment.lanes=" + lanes, "--set", "stop={max_env_steps: 1500}", "--seed"
        };
        for (String name : List.of("5", "5-again", "6")) {
            Gangway.done(Gangway.join(List.of(train(directory.resolve(name), setting)), name.substring(0, 1)));
        }
        assertEquals(metrics(directory.resolve("5")), metrics(directory.resolve("5-again")));
        assertEquals(
                Gangway.table(directory.resolve("5/episodes.csv")),
                Gangway.table(directory.resolve("5-again/episodes.csv")));
        assertNotEquals(metrics(directory.resolve("5")), metrics(directory.resolve("6")));
        assertTrue(metrics(directory.resolve("5")).size() > 5);
    }

    private static List<List<String>> metrics(Path of) {
        return Gangway.table(of.resolve("metrics.csv"), "wall_seconds", "env_steps_per_second");
    }

    @Test
    void theCheckpointIsThatOfTheLastUpdateWhateverTheInterval() {
        Path out = directory.resolve("odd");
        Gangway.done(train(
                out,
                "--set",
                "checkpoint={every_updates: 2 reset_environments: false}",
                "--set",
                "rollout.steps=10",
                "--set",
                "environment.copies=1",
                "--set",
                "stop={max_env_steps: 50}"));
        assertEquals(
                5,
                CheckpointStore.read(out.resolve("checkpoint.pb")).getCounters().getUpdates());
    }

    @Test
    void quietTrainingSaysOnlyHowItEndedAndWhere() {
        Gangway.Result result =
                Gangway.done(train(directory.resolve("quiet"), "--quiet", "--set", "stop={max_env_steps: 1}"));
        assertEquals("", result.err());
        assertTrue(
                result.out()
                        .strip()
                        .matches("CartPole-v1: not solved after [0-9,]+ environment steps, .* run directory "
                                + directory.resolve("quiet")),
                result.out());
    }

    @Test
    void theBestPolicyByEvaluationIsScoredKeptAndUsed() throws IOException {
        Path evaluated = directory.resolve("evaluated");
        Gangway.Result result = Gangway.done(train(
                evaluated,
                "--quiet",
                "--set",
                "stop={max_env_steps: 4000}",
                "--set",
                "evaluation={every_env_steps: 1000 episodes: 15 seed: 4}"));
        List<List<String>> table = Gangway.table(evaluated.resolve("evaluation.csv"));
        assertEquals(
                "[evaluation, env_steps, updates, episodes, mean_return, std_return, min_return, max_return, mean_length,"
                        + " best]",
                table.get(0).toString());
        double[] steps = Gangway.column(evaluated.resolve("evaluation.csv"), "env_steps");
        double[] means = Gangway.column(evaluated.resolve("evaluation.csv"), "mean_return");
        assertArrayEquals(new double[] {0, 1024, 2048, 3072, 4096}, steps);
        int highest = 0;
        for (int i = 1; i < means.length; i++) {
            highest = means[i] > means[highest] ? i : highest;
        }
        JsonObject summary = JsonParser.parseString(Files.readString(evaluated.resolve("summary.json")))
                .getAsJsonObject();
        JsonObject best = summary.getAsJsonObject("best_policy");
        assertEquals(steps[highest], best.get("env_steps").getAsDouble());
        assertEquals(means[highest], best.get("selection_mean_return").getAsDouble());
        assertEquals(15, best.get("episodes").getAsInt());

        String[] eval = {"eval", evaluated.toString(), "--json", "--episodes", "15", "--seed", "4"};
        JsonObject again = Gangway.done(Gangway.join(List.of(eval), "--best")).json();
        assertEquals(again.get("mean_return"), best.get("mean_return"));
        assertEquals(again.get("std_return"), best.get("std_return"));
        assertTrue(
                result.out()
                        .contains("; best policy after %,d steps, return %.1f ± "
                                .formatted(
                                        (int) steps[highest],
                                        best.get("mean_return").getAsDouble())),
                result.out());
        assertTrue(highest == 4 || !again.equals(Gangway.done(eval).json()), "the last policy is another");

        Gangway.done("export", evaluated.toString(), "--format", "onnx", "--best");
        assertTrue(Gangway.done("watch", evaluated.toString(), "--gif", evaluated + "/film.gif", "--best")
                .out()
                .startsWith("CartPole-v1: return "));

        Path file = RunDirectory.bestOf(evaluated);
        Gangway.Result resumed = Gangway.run("train", "--resume", file.toString());
        assertEquals(2, resumed.exitCode());
        assertTrue(resumed.err().contains("found the file " + file + "; training goes on from the"), resumed.err());
        Files.delete(evaluated.resolve("summary.json"));
        Files.delete(CheckpointStore.previous(RunDirectory.checkpointOf(evaluated)));
        Files.copy(file, RunDirectory.checkpointOf(evaluated), StandardCopyOption.REPLACE_EXISTING);
        Gangway.Result policyOnly = Gangway.run("train", "--resume", evaluated.toString());
        assertEquals(1, policyOnly.exitCode());
        assertTrue(policyOnly.err().contains("found a policy alone, as best.pb holds it"), policyOnly.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "watch", "export"})
    void withoutEvaluationsThereIsNoBestPolicyWhichIsSaid(String command) {
        String[] more = switch (command) {
            case "watch" -> new String[] {"--gif", directory.resolve("film.gif").toString()};
            case "export" -> new String[] {"--format", "onnx"};
            default -> new String[0];
        };
        Gangway.Result refused = Gangway.run(Gangway.join(List.of(command, run.toString(), "--best"), more));
        assertEquals(1, refused.exitCode());
        assertEquals(
                "gangway: Expected a best policy in " + run.resolve("best.pb")
                        + ", found no such file; a run has one if its experiment says evaluation { every_env_steps: … }",
                refused.err().strip());
    }

    @Test
    void anOutThatIsNotEmptyIsRefusedAsWrongUsage() {
        Gangway.Result result = Gangway.run(train(run));
        assertEquals(2, result.exitCode());
        assertEquals(
                "gangway: --out: Expected " + run
                        + " to be a new or empty directory, found files in it; choose another --out",
                result.err().strip());
    }

    @ParameterizedTest
    @CsvSource({
        "--set, policy.mpl={}, 'unknown field policy.mpl; allowed here: linear_logistic, linear_softmax, mlp'",
        "--set, estimator.discount=1.5, estimator.discount",
        "--set, seed, 'expected field.path=value'",
        "--seed, -1, seed",
        "--seed, one, 'is not a long'",
        "--unknown, 1, 'Unknown option'",
        "--server, nowhere, '--server: Expected a server'"
    })
    void whatCannotBeIsWrongUsageAndLeavesNoRunDirectory(String option, String value, String said) {
        Path out = directory.resolve("never");
        Gangway.Result result = Gangway.run(train(out, option, value));
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().contains(said), result.err());
        assertFalse(result.err().contains("\tat "), result.err());
        assertFalse(Files.exists(out), "a run directory was made");
    }

    @Test
    void aMissingExperimentIsWrongUsage() {
        Gangway.Result result =
                Gangway.run("train", directory.resolve("none.textproto").toString());
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("expected an experiment file, found no such file"), result.err());
    }

    @Test
    void helpAndVersionAreThereAndNoCommandIsWrongUsage() {
        for (String command : List.of("train", "eval", "rollout", "watch", "export", "gradients", "envs", "describe")) {
            assertTrue(Gangway.done("--help").out().contains("  " + command + " "), command);
            assertTrue(Gangway.done(command, "--help").out().startsWith("Usage: gangway " + command), command);
        }
        assertTrue(Gangway.done("--version").out().startsWith("gangway "));
        assertEquals(2, Gangway.run().exitCode());
        assertEquals(2, Gangway.run("trian").exitCode());
    }

    @Test
    void evalPrintsExactlyTheDocumentedKeysAndTheSameNumbersEachTime() {
        String[] command = {"eval", run.toString(), "--episodes", "12", "--json"};
        JsonObject result = Gangway.done(command).json();
        assertEquals(
                List.of("episodes", "mean_return", "std_return", "min_return", "max_return", "mean_length"),
                List.copyOf(result.keySet()));
        assertEquals(12, result.get("episodes").getAsInt());
        double mean = result.get("mean_return").getAsDouble();
        assertTrue(result.get("min_return").getAsDouble() <= mean
                && mean <= result.get("max_return").getAsDouble());
        assertEquals(mean, result.get("mean_length").getAsDouble(), 1e-9, "each step earns 1");
        assertEquals(result, Gangway.done(command).json());
        assertNotEquals(
                result,
                Gangway.done(Gangway.join(List.of(command), "--seed", "1")).json());
    }

    @Test
    void evalOfOneEpisodeHasNoSpread() {
        JsonObject result = Gangway.done("eval", run.toString(), "--episodes", "1", "--json")
                .json();
        assertEquals(0, result.get("std_return").getAsDouble());
        assertEquals(result.get("min_return"), result.get("max_return"));
    }

    @Test
    void samplingDiffersFromGreedyAndIsRepeatable() {
        String[] greedy = {"eval", run.toString(), "--episodes", "10", "--json"};
        String[] sampled = Gangway.join(List.of(greedy), "--sample");
        assertNotEquals(Gangway.done(greedy).out(), Gangway.done(sampled).out());
        assertEquals(Gangway.done(sampled).out(), Gangway.done(sampled).out());
        assertTrue(Gangway.done("eval", run.toString(), "--sample")
                .out()
                .startsWith("CartPole-v1, 100 episodes, sampled"));
    }

    @Test
    void evalWithoutACheckpointSaysWhatToName() {
        Gangway.Result result = Gangway.run("eval", directory.toString());
        assertEquals(1, result.exitCode());
        assertEquals(
                "gangway: Expected a run directory with a checkpoint, found no " + directory.resolve("checkpoint.pb")
                        + "; name the --out of a training run",
                result.err().strip());
        assertEquals(2, Gangway.run("eval", run.toString(), "--episodes", "0").exitCode());
    }

    @Test
    void exportWritesAModelThatFindsTheSameProbabilities() throws IOException {
        Path model = directory.resolve("policy.onnx");
        String[] command = {"export", run.toString(), "--format", "onnx", "--out", model.toString()};
        assertEquals(model.toString(), Gangway.done(command).out().strip());
        float[] features = {0.1f, -0.2f, 0.03f, 0.4f};
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(features);
        Path file = Files.write(directory.resolve("features"), data.array());
        double[] found = PythonScript.arrays("onnx_outputs.py", file.toString(), model.toString())
                .get("0:probabilities")
                .toDoubles();
        float[] logits = new float[2];
        TrainedPolicy.load(run).snapshot().network().forward(features, 1, logits);
        assertEquals(1 / (1 + Math.exp((double) logits[1] - logits[0])), found[0], 1e-5);
        assertEquals(1 - found[0], found[1], 1e-5);
        assertEquals(
                2, Gangway.run("export", run.toString(), "--format", "torch").exitCode());
        assertEquals(
                1,
                Gangway.run("export", directory.toString(), "--format", "onnx").exitCode());
    }

    @Test
    void gradientsWritesATableAndAPicture() throws IOException {
        Path out = directory.resolve("lab");
        Gangway.Result result = Gangway.done(
                "gradients",
                Gangway.experiment("cartpole-native.textproto"),
                "--set",
                "environment.native={cart_pole: {max_episode_steps: 15}}",
                "--run",
                run.toString(),
                "--batches",
                "2",
                "--out",
                out.toString());
        assertTrue(result.lines().get(0).startsWith("CartPole-v1, after "), result.out());
        assertEquals(3 + 2 * 19, result.lines().size());
        assertEquals(2 * 19, Gangway.column(out.resolve("gradients.csv"), "variance").length);
        assertEquals(960, ImageIO.read(out.resolve("gradients.png").toFile()).getHeight());
        assertEquals(
                2,
                Gangway.run("gradients", Gangway.experiment("cartpole-native.textproto"), "--batches", "1")
                        .exitCode());
    }

    @Test
    void watchFilmsAnEpisode() throws IOException {
        Path gif = directory.resolve("film.gif");
        Gangway.Result result = Gangway.done("watch", run.toString(), "--gif", gif.toString(), "--seed", "2");
        assertTrue(result.out().startsWith("CartPole-v1: return "), result.out());
        Films.assertFilm(gif, 600, 400);
    }

    @Test
    void whatDrawsNoTextSaysSo() {
        for (Gangway.Result result : List.of(
                Gangway.run("watch", run.toString(), "--text"),
                Gangway.run("rollout", "CartPole-v1", "--native", "--seed=1", "--actions=0", "--text"))) {
            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains("Expected an environment that renders text (ansi)"), result.err());
        }
    }

    @Test
    void trainingThatDivergesSaysSoInOneLine() {
        Gangway.Result result = Gangway.run(
                train(directory.resolve("diverged"), "--quiet", "--set", "optimizer.sgd={learning_rate: 1e300}"));
        assertEquals(1, result.exitCode());
        assertTrue(result.err().startsWith("gangway: Expected finite outputs of the policy network"), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    @Test
    void watchLeavesADirectoryWhereItsFileShouldGo() {
        Gangway.Result result = Gangway.run("watch", run.toString(), "--gif", directory.toString());
        assertEquals(2, result.exitCode());
        assertTrue(Files.isDirectory(directory));
    }

    @Test
    void watchThatCannotWriteSaysSo() {
        Path gif = directory.resolve("missing").resolve("film.gif");
        Gangway.Result result = Gangway.run("watch", run.toString(), "--gif", gif.toString());
        assertEquals(1, result.exitCode());
        assertTrue(result.err().startsWith("gangway: Cannot write " + gif), result.err());
    }

    @Test
    void rolloutPrintsTheResetAndEveryStepUpToTheEnd() {
        List<String> lines = Gangway.done("rollout", "CartPole-v1", "--native", "--seed", "42", "--actions", "0,1,1")
                .lines();
        try (NativeCartPole env = new NativeCartPole(1, AutoresetMode.DISABLED, CartPoleOptions.STANDARD)) {
            Tensor observation =
                    env.reset(ResetRequest.seeded(42, 1)).observations().asTensor();
            assertEquals(
                    "{\"t\":0,\"observation\":" + numbers(observation)
                            + ",\"reward\":null,\"terminated\":null,\"truncated\":null}",
                    lines.get(0));
            long[] cycle = {0, 1, 1};
            for (int t = 1; t < lines.size(); t++) {
                StepResult step = env.step(Tensor.ofLongs(new int[] {1}, cycle[(t - 1) % 3]));
                assertEquals(
                        "{\"t\":%d,\"observation\":%s,\"reward\":1.0,\"terminated\":%s,\"truncated\":false}"
                                .formatted(t, numbers(step.observations().asTensor()), step.terminated()[0]),
                        lines.get(t));
                assertEquals(t == lines.size() - 1, step.terminated()[0], "step " + t);
            }
        }
    }

    private static String numbers(Tensor observation) {
        return Arrays.toString(observation.toDoubles()).replace(" ", "");
    }

    @Test
    void rolloutStopsAfterKSteps() {
        String[] command = {"rollout", "CartPole-v1", "--native", "--seed", "42", "--actions", "0,1", "--steps"};
        assertEquals(
                6, Gangway.done(Gangway.join(List.of(command), "5")).lines().size());
        assertEquals(
                1, Gangway.done(Gangway.join(List.of(command), "0")).lines().size());
    }

    @ParameterizedTest
    @CsvSource({
        "CartPole-v1, 0, '0,2', 'Expected actions of Discrete(2) in --actions, found 2 in step 1'",
        "CartPole-v1, 0, '0,,1', 'Expected an integer in --actions for Discrete(2), found \"\" in step 1'",
        "CartPole-v1, 0, 'left', 'Expected an integer in --actions for Discrete(2), found \"left\" in step 0'",
        "CartPole-v1, 0, '0.5', 'Expected an integer in --actions for Discrete(2), found \"0.5\" in step 0'",
        "CartPole-v1, -1, '0', '--seed: expected an integer ≥ 0, found -1'",
        "Acrobot-v1, 0, '0', '--native: expected CartPole-v1, found Acrobot-v1'"
    })
    void aRolloutThatCannotBeIsWrongUsage(String id, String seed, String actions, String said) {
        Gangway.Result result = Gangway.run("rollout", id, "--native", "--seed=" + seed, "--actions", actions);
        assertEquals(2, result.exitCode());
        assertEquals("gangway: " + said, result.err().strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--set=environment.gymnasium.max_episode_steps=3",
                "--argument=sutton_barto_reward=true",
                "--wrapper=clip_reward { min_reward: -1 }"
            })
    void aRolloutOfTheNativeEnvironmentTakesNoChangesOfAGymnasiumOne(String change) {
        Gangway.Result result = Gangway.run("rollout", "CartPole-v1", "--native", "--seed=1", "--actions=0", change);
        assertEquals(2, result.exitCode());
        assertTrue(
                result.err().startsWith("gangway: --native: expected none of --set, --argument and --wrapper with it"),
                result.err());
    }
}

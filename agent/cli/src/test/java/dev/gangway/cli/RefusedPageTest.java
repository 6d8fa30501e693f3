package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/refused.md} says word for word what commands, experiment files and the Java server refuse; its first part is the
 * Python server's. With GANGWAY_WRITE_PAGES in the environment, the test writes its part anew instead.
 */
@Tag("process")
class RefusedPageTest {
    private static final Path HOME = Path.of(System.getProperty("gangway.home"));
    private static final Path PAGE = HOME.resolve("docs").resolve("refused.md");
    private static final String TITLE = "\n# What commands and experiment files refuse\n";
    private static final String HEAD = TITLE + """

            A command that is refused prints one line for each thing that is wrong. It ends with exit code 2, or with 1 where the
            command itself was right. `RefusedPageTest` writes this part and keeps it true. `F` is `experiments/cartpole-native.textproto`.
            """;
    private static final String JAVA_SERVER = """

            # What the Java server refuses

            These are the refusals of `gangway serve-native`, beside those of every server. The same test writes this part and keeps it true.
            """;
    private static final String EXPERIMENT = Gangway.experiment("cartpole-native.textproto");
    private static final String ERROR = "gangway: ";

    @TempDir
    private Path directory;

    private static Map<String, String> refused() {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("A command that there is not", "trian");
        commands.put("An experiment that is not there", "train NO.textproto");
        commands.put("Neither an experiment nor a run", "train");
        commands.put("Changing an experiment while resuming it", "train --resume RUN --seed 1");
        commands.put("Resuming what is no run", "train --resume RUN");
        commands.put("A field that there is not", "train F --set rollout.step=1");
        commands.put("A value of another type", "train F --set environment.copies=many");
        commands.put("A value out of range", "train F --set estimator.discount=1.5");
        commands.put("A setting without a value", "train F --set seed");
        commands.put("A choice left open", "train F --set environment.native={}");
        commands.put("A choice that is none", "train F --set estimator.averaging=MEAN");
        commands.put("Several at once", "train F --set rollout.steps=0 --set optimizer.adam.learning_rate=0");
        commands.put("Lanes that the copies cannot be shared among", "train F --set environment.lanes=3");
        commands.put("An estimator that needs complete episodes", "train F --set estimator.reward_to_go={}");
        commands.put("An estimator without the baseline that it needs", "train F --set estimator.batch_mean={}");
        commands.put(
                "Training where ended copies are never reset",
                "train F --set environment.autoreset_mode=AUTORESET_MODE_DISABLED");
        commands.put(
                "Masks where the environment gives none",
                "train F --set policy.action_mask=ACTION_MASK_INFO --out RUN");
        commands.put("Checkpoints too close for an episode", "train F --set checkpoint.every_updates=2 --out RUN");
        commands.put("A server for an environment that needs none", "train F --server unix:/tmp/x --out RUN");
        commands.put("Importing into somebody else's server", "envs --server unix:/tmp/x --import module");
        commands.put("An address that is none", "envs --server here");
        commands.put("An argument in Python's spelling", "describe CartPole-v1 --argument config=None");
        commands.put("An argument that begins like JSON", "describe CartPole-v1 --argument config={1}");
        commands.put("A setting of an experiment where there is none", "describe CartPole-v1 --set seed=3");
        commands.put("A wrapper that there is not", "describe CartPole-v1 --wrapper skip{}");
        commands.put("Another environment as the native one", "rollout Pendulum-v1 --native --seed 0 --actions 0");
        commands.put("Overwriting a run", "train F --out USED");
        commands.put("Evaluating what is no run", "eval RUN");
        commands.put("Serving to other machines without a word", "serve-native --listen 0.0.0.0:0");
        commands.put("A jar that is not there", "serve-native --jar NO.jar");
        return commands;
    }

    /** Returns the errors of a command, which must be refused. */
    private String errors(String command) throws IOException {
        Path here = Files.createTempDirectory(directory, "command");
        Files.createFile(Files.createDirectory(here.resolve("USED")).resolve("file"));
        List<String> arguments = Stream.of(command.split(" "))
                .map(argument -> switch (argument) {
                    case "F" -> EXPERIMENT;
                    case "RUN", "USED", "NO.textproto", "NO.jar" ->
                        here.resolve(argument).toString();
                    default -> argument;
                })
                .toList();
        Gangway.Result result = Gangway.run(arguments.toArray(String[]::new));
        assertNotEquals(0, result.exitCode(), command);
        String said = result.err()
                .lines()
                .filter(line -> line.startsWith(ERROR))
                .map(line -> line.substring(ERROR.length()))
                .collect(Collectors.joining("\n    "));
        String text = said.isEmpty() ? result.err().lines().findFirst().orElseThrow() : said;
        return text.replace(EXPERIMENT, "F").replace(here + "/", "");
    }

    @Test
    void thePageSaysWhatTheCommandsSay() throws IOException {
        StringBuilder part = new StringBuilder(HEAD);
        for (Map.Entry<String, String> each : refused().entrySet()) {
            String command = each.getValue();
            part.append("\n## %s\n\n`gangway %s`\n\n    %s\n".formatted(each.getKey(), command, errors(command)));
        }
        part.append(JAVA_SERVER);
        JavaServerRefusals.all()
                .forEach((title, error) -> part.append("\n## %s\n\n`%s`\n\n    %s\n"
                        .formatted(title, error.reason().name().replace("FAILURE_REASON_", ""), error.getMessage())));
        String page = Files.readString(PAGE);
        String first = page.split(TITLE, 2)[0];
        if (System.getenv("GANGWAY_WRITE_PAGES") != null) {
            Files.writeString(PAGE, first + part);
        }
        assertEquals(first + part, Files.readString(PAGE));
    }
}

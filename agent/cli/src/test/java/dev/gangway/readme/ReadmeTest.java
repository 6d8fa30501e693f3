package dev.gangway.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what the repository holds, and it runs. */
@Tag("process")
class ReadmeTest {
    private static final Path HOME = Path.of(System.getProperty("gangway.home"));
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");

    @TempDir
    private Path scratch;

    @Test
    void quotesTheJavaExampleWordForWord() throws IOException {
        assertTrue(readme().contains(Files.readString(HOME.resolve("examples/java/TrainCartPole.java"))));
    }

    /** The modules that acting needs, as folders or jars, and protobuf. */
    private static final String NEEDED_TO_ACT = ".*((environment|codec|inference|proto)/(target/)?classes"
            + "|gangway-(environment|codec|inference|proto)[^/]*[.]jar|protobuf-java-[0-9][^/]*)";

    @Test
    void quotesTheTestkitsExampleWordForWord() throws IOException {
        String example = Files.readString(HOME.resolve("testkit/src/test/java/dev/gangway/testkit/ExampleTest.java"));
        assertTrue(readme().contains(example.substring(example.indexOf("class ExampleTest"))));
    }

    @Test
    void quotesTheJavaEnvironmentWordForWord() throws IOException {
        String grid = Files.readString(HOME.resolve("testkit/src/test/java/dev/gangway/testkit/GridWorld.java"));
        assertTrue(readme().contains(grid.substring(grid.indexOf("\n/**\n") + 1)));
    }

    @Test
    void quotesTheUseOfATrainedPolicyWordForWord() throws IOException {
        assertTrue(readme().contains(Files.readString(HOME.resolve("examples/java/UseTrainedPolicy.java"))));
    }

    @Test
    void aTrainedPolicyActsWithNothingButProtobufOnTheClassPath() throws Exception {
        String all = System.getProperty("java.class.path");
        String run = scratch.resolve("run").toString();
        run(List.of(
                "-cp",
                all,
                "dev.gangway.cli.Main",
                "train",
                HOME.resolve("experiments/cartpole-native.textproto").toString(),
                "--quiet",
                "--set",
                "stop.max_env_steps=300",
                "--out",
                run));
        String lean = Stream.of(all.split(File.pathSeparator, -1))
                .filter(entry -> entry.matches(NEEDED_TO_ACT))
                .collect(Collectors.joining(File.pathSeparator));
        assertFalse(lean.contains("grpc-") || lean.contains("nd4j"), lean);
        String output = run(List.of(
                "-cp", lean, HOME.resolve("examples/java/UseTrainedPolicy.java").toString(), run));
        assertTrue(output.matches("(?s).*[01].*"), output);
    }

    @Test
    void quotesTheCustomEnvironmentWordForWord() throws IOException {
        assertTrue(readme().contains(Files.readString(HOME.resolve("examples/corridor/corridor.py"))));
        assertTrue(readme().contains(Files.readString(HOME.resolve("examples/corridor/corridor.textproto"))));
    }

    @Test
    void quotesTheTrainingLoopWordForWord() throws IOException {
        String training = Files.readString(
                HOME.resolve("agent/learning/src/main/java/dev/gangway/learning/experiment/Training.java"));
        int from = training.indexOf("        while (!progress.isDone()");
        String loop = training.substring(from, training.indexOf("\n        }\n", from) + 10);
        assertTrue(readme().contains(loop.stripIndent()), loop);
    }

    @Test
    void linksOnlyToFilesThatExist() throws IOException {
        Matcher link = LINK.matcher(readme());
        while (link.find()) {
            assertTrue(Files.exists(HOME.resolve(link.group(1))), link.group(1));
        }
    }

    @Test
    void theJavaExampleTrainsAndItsLibrariesPrintNothing() throws Exception {
        String output = run(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                HOME.resolve("examples/java/TrainCartPole.java").toString(),
                "stop.max_env_steps=2000"));
        assertTrue(output.matches("2048 steps, mean return [0-9.]+\\R"), output);
    }

    @Test
    void theCustomEnvironmentIsLearned() throws Exception {
        String output = run(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.gangway.cli.Main",
                "train",
                HOME.resolve("examples/corridor/corridor.textproto").toString(),
                "--out",
                scratch.resolve("run").toString()));
        assertTrue(output.contains("Corridor-v0: solved after"), output);
    }

    private String readme() throws IOException {
        return Files.readString(HOME.resolve("README.md"));
    }

    private String run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dgangway.home=" + HOME));
        command.addAll(arguments);
        Path output = scratch.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "still running: " + read(output));
            assertEquals(0, process.exitValue(), () -> read(output));
        } finally {
            process.destroyForcibly();
        }
        return read(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

package dev.gangway.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs of {@code docs/tutorial.md} run, learn, and hold the lines that the page quotes. */
class LadderTest {
    private static final Path HOME = Path.of(System.getProperty("gangway.home"));
    private static final Pattern PRINTED = Pattern.compile(
            "(\\d+) environment steps, (\\d+) updates, mean return of the last 100 episodes (-?[0-9.]+)\\R");
    private static final Pattern PROGRAM = Pattern.compile("\\.\\./examples/java/(Ladder\\w+)\\.java");

    @TempDir
    static Path classes;

    private static List<Path> programs() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("examples/java"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("Ladder"))
                    .sorted()
                    .toList();
        }
    }

    @BeforeAll
    static void compile() throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()));
        programs().forEach(program -> arguments.add(program.toString()));
        int exitCode = ToolProvider.getSystemJavaCompiler()
                .run(null, OutputStream.nullOutputStream(), null, arguments.toArray(String[]::new));
        assertEquals(0, exitCode);
    }

    private static String run(String program) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, LadderTest.class.getClassLoader())) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(program).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** A policy that knows nothing balances for 22 steps, and leaves the corridor after many. */
    @ParameterizedTest
    @CsvSource({
        "Ladder1Reinforce, 50",
        "Ladder2Causality, 50",
        "Ladder3Baseline, 50",
        "Ladder4Critic, 90",
        "Ladder5Ppo, 90",
        "Ladder6OwnEnvironment, 0.2",
        "Ladder7OwnNetwork, 0.2",
        "Ladder8OwnEstimator, 0.2"
    })
    void learnsAndPrintsOneLine(String program, double least) throws Exception {
        String printed = run(program);
        Matcher line = PRINTED.matcher(printed);
        assertTrue(line.matches(), printed);
        assertTrue(Double.parseDouble(line.group(3)) > least, printed);
    }

    @Test
    void theTutorialTellsEveryProgramAndQuotesItsLines() throws IOException {
        String page = Files.readString(HOME.resolve("docs/tutorial.md"));
        String[] sections = page.split("\n## ", -1);
        List<String> told = new ArrayList<>();
        for (String section : sections) {
            Matcher program = PROGRAM.matcher(section);
            if (!program.find()) {
                continue;
            }
            told.add(program.group(1));
            String source = Files.readString(HOME.resolve("examples/java/" + program.group(1) + ".java"));
            Matcher quoted =
                    Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(section);
            int quotes = 0;
            while (quoted.find()) {
                quotes++;
                for (String line : quoted.group(1).lines().map(String::strip).toList()) {
                    assertTrue(source.contains(line), () -> program.group(1) + " has no line " + line);
                }
            }
            assertTrue(quotes > 0, () -> "no line of " + program.group(1) + " is quoted");
            Matcher printed =
                    Pattern.compile("    (\\d+ environment steps.*\n)").matcher(section);
            assertTrue(printed.find() && PRINTED.matcher(printed.group(1)).matches(), section);
        }
        assertEquals(
                programs().stream()
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .toList(),
                told);
    }
}

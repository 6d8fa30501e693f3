package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Films of training episodes. */
@Tag("process")
class VideoTest {
    private static final Pattern NAME = Pattern.compile("(\\d{4})-episode-(\\d+)-return-(\\d+)\\.0\\.gif");
    private static final int COPIES = 8;

    @TempDir
    private Path directory;

    private Path train(String name, String... settings) {
        List<String> command = new ArrayList<>(List.of(
                "train",
                Gangway.experiment("cartpole-native.textproto"),
                "--quiet",
                "--out",
                directory.resolve(name).toString(),
                "--set",
                "environment={native {cart_pole {}} copies: 8 lanes: 2}",
                "--set",
                "stop.max_env_steps=3000"));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        var unused = Gangway.done(command.toArray(String[]::new));
        return directory.resolve(name);
    }

    private static List<Path> films(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run.resolve("videos"))) {
            return files.sorted(Comparator.comparing(Path::toString)).toList();
        }
    }

    private static Matcher name(Path film) {
        Matcher name = NAME.matcher(film.getFileName().toString());
        assertTrue(name.matches(), film::toString);
        return name;
    }

    @Test
    void filmsEveryThirdEpisodeOfTheFirstCopyAndChangesNothingElse() throws IOException {
        Path plain = train("plain");
        Path run = train("filmed", "record.video.every_episodes=3");
        assertEquals(
                Gangway.table(plain.resolve("metrics.csv"), "wall_seconds", "env_steps_per_second"),
                Gangway.table(run.resolve("metrics.csv"), "wall_seconds", "env_steps_per_second"));
        assertFalse(Files.exists(plain.resolve("videos")));

        double[] copies = Gangway.column(run.resolve("episodes.csv"), "copy");
        double[] lengths = Gangway.column(run.resolve("episodes.csv"), "length");
        List<Integer> ofFirst = new ArrayList<>();
        for (int i = 0; i < copies.length; i++) {
            if (copies[i] == 0) {
                ofFirst.add((int) lengths[i]);
            }
        }
        List<Path> films = films(run);
        assertTrue(films.size() >= 3, films::toString);
        for (int i = 0; i < films.size(); i++) {
            Matcher name = name(films.get(i));
            assertEquals(i + 1, Integer.parseInt(name.group(1)));
            assertEquals(3 * i + 1, Integer.parseInt(name.group(2)));
            if (3 * i < ofFirst.size()) {
                int length = ofFirst.get(3 * i);
                assertEquals(length, Integer.parseInt(name.group(3)), "the return of a cart-pole is its length");
                // 50 steps a second in frames of 4 hundredths: every other one of the states that were acted in.
                assertDecoded((length + 1) / 2, films.get(i));
            }
        }
    }

    @Test
    void filmsAfterSoManyStepsOfAllCopiesAndNoLongerThanAsked() throws IOException {
        Path run = train("timed", "record.video={every_env_steps: 1000 max_steps: 5}");
        List<Path> films = films(run);
        assertTrue(films.size() >= 2 && films.size() <= 3000 / 1000 + 1, films::toString);
        for (Path film : films) {
            assertDecoded(3, film); // of five steps
            assertEquals(5, Integer.parseInt(name(film).group(3)));
        }
    }

    @Test
    void aResumedTrainingGoesOnCountingAndOverwritesNothing() throws IOException {
        Path run = train(
                "resumed",
                "record.video={every_episodes: 2 max_steps: 5}",
                "checkpoint={every_updates: 2 reset_environments: false}");
        // As a kill after the last but one checkpoint leaves it, and somebody who tidies up.
        Files.delete(run.resolve("summary.json"));
        Files.move(
                run.resolve("checkpoint-previous.pb"),
                run.resolve("checkpoint.pb"),
                StandardCopyOption.REPLACE_EXISTING);
        List<Path> before = films(run);
        assertTrue(before.size() >= 4, before::toString);
        Files.delete(before.get(0));
        Files.delete(before.get(1));
        Files.write(run.resolve("videos").resolve("unfinished.gif"), new byte[] {1});
        List<Path> kept = before.subList(2, before.size());
        List<byte[]> bytes = new ArrayList<>();
        for (Path film : kept) {
            bytes.add(Files.readAllBytes(film));
        }

        Gangway.done("train", "--resume", run.toString(), "--quiet");

        List<Path> after = films(run);
        assertTrue(after.size() > kept.size(), after::toString);
        for (int i = 0; i < after.size(); i++) {
            assertEquals(3 + i, Integer.parseInt(name(after.get(i)).group(1)), after::toString);
        }
        for (int i = 0; i < kept.size(); i++) {
            assertEquals(kept.get(i), after.get(i));
            assertArrayEquals(bytes.get(i), Files.readAllBytes(kept.get(i)), "overwritten: " + kept.get(i));
        }
        assertDecoded(3, after.get(kept.size()));
    }

    @Test
    void filmsAGymnasiumEnvironment() throws IOException {
        Path run = directory.resolve("remote");
        Gangway.done(
                "train",
                Gangway.experiment("cartpole.textproto"),
                "--quiet",
                "--out",
                run.toString(),
                "--set",
                "stop.max_env_steps=500",
                "--set",
                "environment.copies=" + COPIES,
                "--set",
                "record.video={every_episodes: 1 max_steps: 9}");
        assertDecoded(5, films(run).get(0));
    }

    private static void assertDecoded(int frames, Path film) throws IOException {
        String decoded = new String(PythonScript.run("film.py", film.toString()), StandardCharsets.UTF_8).strip();
        assertEquals(frames + " 600 400", decoded, film::toString);
    }
}

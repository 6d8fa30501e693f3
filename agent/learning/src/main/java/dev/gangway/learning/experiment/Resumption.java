package dev.gangway.learning.experiment;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import com.google.protobuf.Message;
import dev.gangway.environment.Version;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.learning.record.RunDirectory;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * From where a run that was stopped goes on.
 *
 * @param file the checkpoint's
 * @param checkpoint what it holds
 */
public record Resumption(Path file, Checkpoint checkpoint) {

    /**
     * Returns how a run ended, if its training reached its stop condition: there is nothing to resume then.
     *
     * @throws IllegalArgumentException when its summary is none
     */
    public static Optional<String> finished(Path run) {
        Path file = RunDirectory.summaryOf(run);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonObject summary = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            String reason = summary.get("stop_reason").getAsString();
            return List.of("interrupted", "failed").contains(reason)
                    ? Optional.empty()
                    : Optional.of("%s after %,d environment steps"
                            .formatted(
                                    reason.equals("solved") ? "solved" : "not solved",
                                    summary.get("env_steps").getAsLong()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
        } catch (JsonSyntaxException | IllegalStateException | NullPointerException e) {
            throw new IllegalArgumentException(
                    "expected the summary of a run in " + file + ", found something else", e);
        }
    }

    /**
     * Returns the newest checkpoint that training can go on from and that the run's tables reach up to; without one, the
     * newest that training can go on from; or none when a run was stopped before its first.
     *
     * @param check throws what refuses a checkpoint of another training
     * @param refused hears why a newer checkpoint is not used
     * @throws IllegalArgumentException when there are checkpoints but none can be used
     */
    public static Optional<Resumption> find(Path run, Consumer<Checkpoint> check, Consumer<String> refused) {
        Path newest = RunDirectory.checkpointOf(run);
        List<String> problems = new ArrayList<>();
        Optional<Resumption> withGap = Optional.empty();
        for (Path file : List.of(newest, CheckpointStore.previous(newest))) {
            if (!Files.exists(file)) {
                continue;
            }
            Checkpoint checkpoint;
            try {
                checkpoint = CheckpointStore.readExactly(file);
                Checkpoints.requireTrainingState(checkpoint, file.toString());
            } catch (IllegalArgumentException | UncheckedIOException e) {
                problems.add(e.getMessage());
                continue;
            }
            check.accept(checkpoint);
            Resumption found = new Resumption(file, checkpoint);
            if (!Checkpoints.canResume(checkpoint)) {
                continue;
            }
            if (RunDirectory.tablesReach(run, checkpoint)) {
                found.tell(problems, refused);
                return Optional.of(found);
            }
            problems.add("Expected tables in %s that reach up to update %,d of %s, found ones that end before"
                    .formatted(run, checkpoint.getCounters().getUpdates(), file.getFileName()));
            withGap = withGap.or(() -> Optional.of(found));
        }
        if (withGap.isPresent()) {
            withGap.get().tell(problems, refused);
            return withGap;
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return Optional.empty();
    }

    /**
     * Says what is not as it was when the run was trained by another version of Gangway.
     *
     * @param experiment the run's, resolved by this version
     */
    public Optional<String> changes(Experiment experiment) {
        Map<String, Object> before = new LinkedHashMap<>();
        settings("", checkpoint.getExperiment(), before);
        Map<String, Object> added = new LinkedHashMap<>();
        settings("", experiment, added);
        added.keySet().removeAll(before.keySet());
        String version = checkpoint.getGangwayVersion();
        if (version.equals(Version.current()) && added.isEmpty()) {
            return Optional.empty();
        }
        String defaults = added.entrySet().stream()
                .map(setting -> setting.getKey() + ": " + setting.getValue())
                .collect(Collectors.joining(", "));
        return Optional.of(
                ("The run was trained with Gangway %s and goes on with %s%s. What else is computed otherwise, such as"
                                + " linear schedules and the entropy bonus, CHANGELOG.md says")
                        .formatted(
                                version,
                                Version.current(),
                                defaults.isEmpty() ? "" : ", which adds settings with their defaults: " + defaults));
    }

    private static void settings(String prefix, Message message, Map<String, Object> found) {
        message.getAllFields().forEach((field, value) -> {
            String path = prefix + field.getName();
            if (value instanceof Message part) {
                settings(path + ".", part, found);
            } else {
                found.put(path, value);
            }
        });
    }

    private void tell(List<String> problems, Consumer<String> refused) {
        problems.forEach(problem -> refused.accept(problem + "; going on from " + file.getFileName()));
    }
}

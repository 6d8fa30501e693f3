package dev.gangway.learning.record;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.VideoConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An environment in SAME_STEP mode that films episodes of its copy 0, and is otherwise the one that it was.
 *
 * <p>A film that is being made is {@code unfinished.gif}. A finished one has a number of its own, so that a resumed
 * training goes on counting, and says which episode of this copy and sitting it is and what the film's steps returned.
 */
public final class FilmedEnv implements VectorEnv {
    private static final Pattern NUMBER = Pattern.compile("(\\d{4,18})-episode-");

    private final VectorEnv env;
    private final VideoConfig config;
    private final long stepsPerStep;
    private final Path directory;
    private Film film;
    private long episode;
    private long envSteps;
    private long nextAtEnvSteps;
    private int filmed;
    private double filmedReturn;

    /**
     * Films an environment.
     *
     * @param config resolved
     * @param copies over all lanes
     * @param directory made if need be
     * @throws IllegalArgumentException when the environment renders no images
     */
    public FilmedEnv(VectorEnv env, VideoConfig config, int copies, Path directory) {
        if (!env.spec().renderModes().contains("rgb_array")) {
            throw new IllegalArgumentException("record.video: expected an environment that renders rgb_array, found "
                    + env.spec().id() + ", which renders " + env.spec().renderModes());
        }
        this.env = env;
        this.config = config;
        this.stepsPerStep = copies;
        this.directory = directory;
    }

    @Override
    public EnvSpec spec() {
        return env.spec();
    }

    @Override
    public int copies() {
        return env.copies();
    }

    @Override
    public AutoresetMode autoresetMode() {
        return env.autoresetMode();
    }

    @Override
    public ResetResult reset(ResetRequest request) {
        ResetResult result = env.reset(request);
        finish();
        begin();
        return result;
    }

    @Override
    public void send(Value actions) {
        env.send(actions);
    }

    @Override
    public StepResult receive() {
        StepResult result = env.receive();
        envSteps += stepsPerStep;
        boolean ended = result.terminated()[0] || result.truncated()[0];
        if (film != null) {
            filmedReturn += result.rewards()[0];
            filmed++;
        }
        if (ended || filmed == config.getMaxSteps()) {
            finish();
        }
        if (ended) {
            begin();
        } else if (film != null) {
            show();
        }
        return result;
    }

    @Override
    public Tensor render(int copy) {
        return env.render(copy);
    }

    @Override
    public void close() {
        try {
            finish();
        } finally {
            env.close();
        }
    }

    private void begin() {
        boolean due = config.hasEveryEpisodes() ? episode % config.getEveryEpisodes() == 0 : envSteps >= nextAtEnvSteps;
        episode++;
        if (due) {
            if (config.hasEveryEnvSteps()) {
                nextAtEnvSteps = (envSteps / config.getEveryEnvSteps() + 1) * config.getEveryEnvSteps();
            }
            film = new Film(unfinished(), env.spec().renderFps());
            filmed = 0;
            filmedReturn = 0;
            show();
        }
    }

    private void show() {
        try {
            Files.createDirectories(directory);
            film.show(() -> env.render(0), false);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + unfinished() + ": " + e.getMessage(), e);
        }
    }

    private void finish() {
        if (film == null) {
            return;
        }
        try {
            film.close();
            film = null;
            String name = String.format(
                    Locale.ROOT, "%04d-episode-%d-return-%.1f.gif", lastNumber() + 1, episode, filmedReturn);
            Files.move(unfinished(), directory.resolve(name)); // never onto another film
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot finish " + unfinished() + ": " + e.getMessage(), e);
        }
    }

    /** The largest number of a film in the directory, whichever sitting made it and whatever has been deleted since. */
    private long lastNumber() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> NUMBER.matcher(file.getFileName().toString()))
                    .filter(Matcher::lookingAt)
                    .mapToLong(matched -> Long.parseLong(matched.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    private Path unfinished() {
        return directory.resolve("unfinished.gif");
    }
}

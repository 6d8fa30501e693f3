package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.AutoresetMode;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.VectorizationMode;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An experiment's environment for trained policies that play whole episodes in it: one lane, stepped as in training, and
 * with a limit on the steps of an episode, because a policy that never ends an episode would play for ever.
 */
public final class EvaluationEnvironment {
    /** Steps after which episodes are cut where the environment has no limit. */
    public static final int DEFAULT_MAX_EPISODE_STEPS = 10_000;

    private static final int MAX_COPIES = 10;

    private final Function<EnvironmentConfig, Lanes> opener;
    private final Optional<Consumer<VectorEnv>> drawing;
    private final Consumer<String> note;
    private EnvironmentConfig config;

    private EvaluationEnvironment(
            EnvironmentConfig config,
            Function<EnvironmentConfig, Lanes> opener,
            Optional<Consumer<VectorEnv>> drawing,
            Consumer<String> note) {
        this.config = config;
        this.opener = opener;
        this.drawing = drawing;
        this.note = note;
    }

    /**
     * The environment for a number of episodes that are only counted: at most ten copies, in training's autoreset mode.
     * With VECTORIZATION_MODE_ASYNC, where each copy is a process, there are no more copies than a lane of the training has.
     *
     * @param training the environment as the policy was trained in it
     * @param opener opens environments, see {@link Lanes#open(EnvironmentConfig, GymnasiumOpener)}
     * @param note hears, in a sentence for the user, what is not as in training
     */
    public static EvaluationEnvironment of(
            EnvironmentConfig training,
            int episodes,
            Function<EnvironmentConfig, Lanes> opener,
            Consumer<String> note) {
        int copies = Math.min(episodes, MAX_COPIES);
        if (mode(training) == VectorizationMode.VECTORIZATION_MODE_ASYNC) {
            copies = Math.min(copies, training.getCopies() / training.getLanes());
        }
        EnvironmentConfig config =
                training.toBuilder().setCopies(copies).setLanes(1).build();
        return new EvaluationEnvironment(config, opener, Optional.empty(), note);
    }

    /**
     * The environment for one episode that is drawn: one copy, in NEXT_STEP mode if that is training's and otherwise in
     * DISABLED mode, because SAME_STEP resets the copy before its final state can be drawn. Where the copy cannot be drawn
     * in training's vectorisation, it is stepped by the server's loop.
     *
     * @param drawing draws copy 0; tried once before the episode
     */
    public static EvaluationEnvironment drawn(
            EnvironmentConfig training,
            Function<EnvironmentConfig, Lanes> opener,
            Consumer<VectorEnv> drawing,
            Consumer<String> note) {
        EnvironmentConfig.Builder config = training.toBuilder().setCopies(1).setLanes(1);
        if (training.getAutoresetMode() != AutoresetMode.AUTORESET_MODE_NEXT_STEP) {
            config.setAutoresetMode(AutoresetMode.AUTORESET_MODE_DISABLED);
        }
        return new EvaluationEnvironment(config.build(), opener, Optional.of(drawing), note);
    }

    /** Opens the environment anew; the caller closes it. Notes are given once, at the first opening. */
    public Lanes open() {
        Lanes lanes = drawing.isPresent() && isVectorized() ? openDrawn(drawing.get()) : opener.apply(config);
        if (lanes.spec().maxEpisodeSteps().isPresent()) {
            return lanes;
        }
        String id = lanes.spec().id();
        lanes.close();
        boolean ownVectors = mode(config) == VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT;
        if (ownVectors) {
            useLoop(); // a limit may mean nothing to the environment's own vector implementation
        }
        config = withLimit(config, DEFAULT_MAX_EPISODE_STEPS);
        note.accept(("%s has no limit of its own on the steps of an episode: episodes are cut after %,d steps%s;"
                        + " --max-episode-steps or max_episode_steps sets another limit")
                .formatted(
                        id,
                        DEFAULT_MAX_EPISODE_STEPS,
                        ownVectors ? ", and copies are stepped with VECTORIZATION_MODE_LOOP" : ""));
        return opener.apply(config);
    }

    /** Returns an environment with a limit on the steps of an episode in place of its own. */
    public static EnvironmentConfig withLimit(EnvironmentConfig environment, int steps) {
        EnvironmentConfig.Builder limited = environment.toBuilder();
        if (environment.hasGymnasium()) {
            limited.getGymnasiumBuilder().setMaxEpisodeSteps(steps);
        } else if (environment.hasCustom()) {
            limited.getCustomBuilder().setMaxEpisodeSteps(steps);
        } else {
            limited.getNativeBuilder().getCartPoleBuilder().setMaxEpisodeSteps(steps);
        }
        return limited.build();
    }

    private Lanes openDrawn(Consumer<VectorEnv> draw) {
        Optional<Lanes> opened = Optional.empty();
        try {
            opened = Optional.of(opener.apply(config));
            VectorEnv env = opened.get().envs().get(0);
            var unused = env.reset(ResetRequest.seeded(0, 1));
            draw.accept(env);
            return opened.get();
        } catch (EnvironmentException cannot) {
            opened.ifPresent(Lanes::close);
            note.accept("One copy of %s cannot be drawn with %s, so it is stepped with VECTORIZATION_MODE_LOOP: %s"
                    .formatted(config.getGymnasium().getId(), mode(config), cannot.getMessage()));
            useLoop();
            return opener.apply(config);
        }
    }

    private void useLoop() {
        EnvironmentConfig.Builder loop = config.toBuilder();
        loop.getGymnasiumBuilder().setVectorizationMode(VectorizationMode.VECTORIZATION_MODE_LOOP);
        config = loop.build();
    }

    private boolean isVectorized() {
        return config.hasGymnasium()
                && mode(config) != VectorizationMode.VECTORIZATION_MODE_LOOP
                && mode(config) != VectorizationMode.VECTORIZATION_MODE_UNSPECIFIED;
    }

    private static VectorizationMode mode(EnvironmentConfig config) {
        return config.getGymnasium().getVectorizationMode();
    }
}

package dev.gangway.environment;

/**
 * n ≥ 1 copies of an environment, stepped as a batch. A single environment is n = 1.
 *
 * <p>Order of use: {@link #reset}, then any number of {@link #send} followed by {@link #receive}, with further resets
 * between them; finally {@link #close}. A step is asynchronous so that a caller with several environments can keep all
 * of them busy: at most one step is in flight, and nothing else may be called until it has been received.
 *
 * <p>Errors: {@link EnvironmentException} when the environment refuses (a bad action, a step before the first reset) or
 * fails; after a refusal the environment stands and the copies have not been stepped. {@link IllegalStateException} when
 * the order of use is broken. Not thread-safe: one thread at a time.
 */
public interface VectorEnv extends AutoCloseable {

    /** Returns what each copy is. */
    EnvSpec spec();

    /** Returns the number of copies, n. */
    int copies();

    /** Returns when copies that ended are reset. */
    AutoresetMode autoresetMode();

    /**
     * Resets copies and returns their first observations.
     *
     * <p>A copy's first reset should seed it: without a seed, an implementation draws one from the operating system, so
     * that the run cannot be repeated, or refuses.
     *
     * @throws EnvironmentException when seeds, options or mask do not fit; no copy has then been reset
     */
    ResetResult reset(ResetRequest request);

    /**
     * Starts one step of every copy and returns at once.
     *
     * @param actions batch of n actions, of exactly the action space's type
     */
    void send(Value actions);

    /** Waits for the step in flight and returns its result. */
    StepResult receive();

    /** Steps every copy once: {@link #send}, then {@link #receive}. */
    default StepResult step(Value actions) {
        send(actions);
        return receive();
    }

    /**
     * Renders one copy as an RGB image.
     *
     * @return UINT8 tensor of shape [height, width, 3]
     * @throws EnvironmentException when the environment has no image or was not made for rendering
     */
    Tensor render(int copy);

    /**
     * Renders one copy as text: Gymnasium's render mode {@code ansi}.
     *
     * @throws EnvironmentException when the environment draws no text or was not made for it
     */
    default String renderText(int copy) {
        throw new EnvironmentException("Expected an environment that renders text (ansi), found " + spec().id()
                + ", which renders " + spec().renderModes());
    }

    /** Frees the environment; closing twice does nothing. */
    @Override
    void close();
}

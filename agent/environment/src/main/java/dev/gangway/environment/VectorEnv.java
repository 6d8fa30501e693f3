package dev.gangway.environment;

/**
 * A number n ≥ 1 of copies of one environment, which are stepped as a batch. A single environment has n = 1.
 *
 * <p>Order of use: {@link #reset} first, then any number of {@link #send} calls, each followed by {@link #receive},
 * with further resets between them; {@link #close} at the end. A step is split into {@code send} and {@code receive} so
 * that a caller with several environments can keep all of them busy. At most one step is in flight, and no other method
 * may be called until it has been received.
 *
 * <p>Errors: an {@link EnvironmentException} says that the environment refused a request (a bad action, a step before
 * the first reset) or failed. After a refusal the copies have not been stepped and the environment can be used further.
 * An {@link IllegalStateException} says that the order of use was broken.
 *
 * <p>An environment is not thread-safe: only one thread may use it at a time.
 */
public interface VectorEnv extends AutoCloseable {

    /** Returns the description that all copies share. */
    EnvSpec spec();

    /** Returns the number of copies, n. */
    int copies();

    /** Returns when a copy is reset after its episode has ended. */
    AutoresetMode autoresetMode();

    /**
     * Resets copies and returns their first observations.
     *
     * <p>The first reset of a copy should seed it. Without a seed, an implementation either draws one from the
     * operating system, which makes the run impossible to repeat, or refuses.
     *
     * @throws EnvironmentException when seeds, options or mask do not fit; no copy has then been reset
     */
    ResetResult reset(ResetRequest request);

    /**
     * Starts one step of every copy and returns at once.
     *
     * @param actions batch of n actions that has exactly the action space's data type
     */
    void send(Value actions);

    /** Waits for the step in flight and returns its result. */
    StepResult receive();

    /** Steps every copy once: calls {@link #send}, then {@link #receive}. */
    default StepResult step(Value actions) {
        send(actions);
        return receive();
    }

    /**
     * Renders one copy as an RGB image.
     *
     * @return UINT8 tensor of shape [height, width, 3]
     * @throws EnvironmentException when the environment draws no images or was not opened for rendering
     */
    Tensor render(int copy);

    /**
     * Renders one copy as text, which is Gymnasium's render mode {@code ansi}.
     *
     * @throws EnvironmentException when the environment draws no text or was not opened for rendering
     */
    default String renderText(int copy) {
        throw new EnvironmentException("Expected an environment that renders text (ansi), found " + spec().id()
                + ", which renders " + spec().renderModes());
    }

    /** Frees the environment. Closing it again does nothing. */
    @Override
    void close();
}

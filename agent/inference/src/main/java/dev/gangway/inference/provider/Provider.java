package dev.gangway.inference.provider;

/**
 * Makes one kind of part of a training, from settings that an experiment gives. Experimental.
 *
 * <p>A part that remembers something between updates implements {@code dev.gangway.learning.optimizer.Stateful}: its state is
 * then written into checkpoints as named arrays of numbers and handed back on resumption.
 *
 * @param <T> what is made, or what makes it once a training's other parts are there
 */
public interface Provider<T> {
    /** Returns the name that experiments ask for; unique among the providers of one kind. */
    String name();

    /**
     * Returns the version of what is made. Checkpoints name it, and a run is neither resumed nor evaluated with another one:
     * change it whenever the numbers of a run or the names of a part's state change.
     */
    String version();

    /**
     * Makes the part.
     *
     * @param settings what the experiment says; every key that no getter has asked for is refused afterwards
     * @throws SettingsException when a setting is missing or not allowed
     */
    T create(Settings settings);
}

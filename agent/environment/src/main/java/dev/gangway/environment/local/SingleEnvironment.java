package dev.gangway.environment.local;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * One environment written in Java: its spaces, how an episode starts, and what a step does.
 *
 * <p>{@link SingleVectorEnv} turns it into a {@link VectorEnv} and keeps every promise of that interface. An
 * implementation therefore contains the rules of its world and nothing else: no batches, seeds, time limits, automatic
 * resets, or checks of actions and of the order of use.
 *
 * <p>All random numbers must come from the generator that {@link #reset} receives; a seed then fixes the trajectory.
 * Each copy is an object of its own and shares no changing state with the others. An implementation need not be
 * thread-safe.
 */
public interface SingleEnvironment extends AutoCloseable {
    /** Returns the space of observations. It is the same at every call and for every copy. */
    Space observationSpace();

    /** Returns the space of actions. It is the same at every call and for every copy. */
    Space actionSpace();

    /**
     * Starts an episode, possibly in the middle of another one.
     *
     * @param random the copy's generator, seeded as NumPy's {@code default_rng(seed)}; it may be kept for the steps of
     *     the episode, and continues from episode to episode unless a reset brings a new seed
     * @param options options of this reset, with values as in {@link Infos}; empty in automatic resets
     */
    Start reset(RandomGenerator random, Map<String, Object> options);

    /**
     * Performs one step.
     *
     * @param action an element of the action space, except that the elements of a Box may lie outside its bounds
     */
    Step step(Value action);

    /**
     * Returns the supported render modes: {@code rgb_array} for {@link #render}, {@code ansi} for {@link #renderText}.
     */
    default List<String> renderModes() {
        return List.of();
    }

    /** Returns the speed of the renderings in frames per second; empty when there is no natural speed. */
    default OptionalDouble renderFps() {
        return OptionalDouble.empty();
    }

    /** Returns the mean return at which the environment counts as solved; empty when there is none. */
    default OptionalDouble rewardThreshold() {
        return OptionalDouble.empty();
    }

    /**
     * Renders the state as an RGB image.
     *
     * @return UINT8 tensor of shape [height, width, 3]
     */
    default Tensor render() {
        throw new EnvironmentException(
                "Expected an environment that renders images (rgb_array), found one that renders " + renderModes());
    }

    /** Renders the state as text. */
    default String renderText() {
        throw new EnvironmentException(
                "Expected an environment that renders text (ansi), found one that renders " + renderModes());
    }

    /** Frees what the environment holds. It is called once. */
    @Override
    default void close() {}

    /**
     * What the start of an episode returns.
     *
     * @param observation an element of the observation space
     * @param info values as in {@link Infos}, which are copied
     */
    record Start(Value observation, Map<String, Object> info) {
        /** Copies the info. */
        public Start {
            info = Infos.copyOf(info);
        }

        /** Returns a start with an empty info. */
        public static Start of(Value observation) {
            return new Start(observation, Map.of());
        }
    }

    /**
     * What a step returns.
     *
     * @param observation an element of the observation space; the last one of the episode if the step ended it
     * @param reward reward of this step
     * @param terminated whether the episode has reached a terminal state, after which no more reward follows
     * @param truncated whether the episode was cut short for another reason; {@link SingleVectorEnv} takes care of the
     *     time limit
     * @param info values as in {@link Infos}, which are copied
     */
    record Step(Value observation, double reward, boolean terminated, boolean truncated, Map<String, Object> info) {
        /** Copies the info. */
        public Step {
            info = Infos.copyOf(info);
        }

        /** Returns a step that was not truncated, with an empty info. */
        public static Step of(Value observation, double reward, boolean terminated) {
            return new Step(observation, reward, terminated, false, Map.of());
        }
    }
}

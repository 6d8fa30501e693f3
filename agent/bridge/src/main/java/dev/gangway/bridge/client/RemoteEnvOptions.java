package dev.gangway.bridge.client;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.v1.Wrapper;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * How to make a {@link RemoteVectorEnv}. Immutable. Start with {@link #of} and change what you need:
 *
 * <pre>{@code
 * RemoteEnvOptions.of("CartPole-v1", 8).withAutoreset(AutoresetMode.NEXT_STEP)
 * }</pre>
 */
public final class RemoteEnvOptions {
    private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);

    private final String id;
    private final int copies;
    private AutoresetMode autoreset = AutoresetMode.SAME_STEP;
    private Vectorization vectorization = Vectorization.LOOP;
    private OptionalLong maxEpisodeSteps = OptionalLong.empty();
    private Map<String, Object> arguments = Map.of();
    private List<Wrapper> wrappers = List.of();
    private Optional<String> renderMode = Optional.empty();
    private InfoObjects infoObjects = InfoObjects.TEXT;
    private boolean seedsSpaces;
    private Duration lease = Duration.ZERO;
    private Optional<Duration> responseTimeout = Optional.empty();

    private RemoteEnvOptions(String id, int copies) {
        this.id = id;
        this.copies = copies;
    }

    /** Returns a copy of these options to which a change has been applied. */
    private RemoteEnvOptions with(Consumer<RemoteEnvOptions> change) {
        RemoteEnvOptions changed = new RemoteEnvOptions(id, copies);
        changed.autoreset = autoreset;
        changed.vectorization = vectorization;
        changed.maxEpisodeSteps = maxEpisodeSteps;
        changed.arguments = arguments;
        changed.wrappers = wrappers;
        changed.renderMode = renderMode;
        changed.infoObjects = infoObjects;
        changed.seedsSpaces = seedsSpaces;
        changed.lease = lease;
        changed.responseTimeout = responseTimeout;
        change.accept(changed);
        return changed;
    }

    /**
     * Returns the options of n copies with autoreset in the same step, the registered time limit and no lease.
     *
     * @param id registered id, without a module prefix
     * @param copies number of copies, n ≥ 1
     */
    public static RemoteEnvOptions of(String id, int copies) {
        if (copies < 1) {
            throw new IllegalArgumentException("Expected copies ≥ 1, found " + copies);
        }
        return new RemoteEnvOptions(id, copies);
    }

    /** Returns the registered id. */
    public String id() {
        return id;
    }

    /** Returns the number of copies. */
    public int copies() {
        return copies;
    }

    /** Returns when a copy is reset after its episode has ended. */
    public AutoresetMode autoreset() {
        return autoreset;
    }

    /** Returns these options with another autoreset mode. */
    public RemoteEnvOptions withAutoreset(AutoresetMode mode) {
        return with(changed -> changed.autoreset = mode);
    }

    /** Returns what steps the copies on the server. */
    public Vectorization vectorization() {
        return vectorization;
    }

    /** Returns these options with another way to step the copies. */
    public RemoteEnvOptions withVectorization(Vectorization choice) {
        return with(changed -> changed.vectorization = choice);
    }

    /** Returns the time limit in steps that replaces the registered one. A limit of −1 removes it; empty keeps it. */
    public OptionalLong maxEpisodeSteps() {
        return maxEpisodeSteps;
    }

    /**
     * Returns these options with another time limit.
     *
     * @param steps limit in steps, ≥ 1; −1 removes the time limit
     */
    public RemoteEnvOptions withMaxEpisodeSteps(long steps) {
        return with(changed -> changed.maxEpisodeSteps = OptionalLong.of(steps));
    }

    /** Returns whether resets with seeds also seed the copies' own spaces. */
    public boolean seedsSpaces() {
        return seedsSpaces;
    }

    /**
     * Returns these options with resets whose seeds also seed the generators of the copies' own action and observation
     * spaces, from which some environments draw; {@code EnvironmentSettings.seed_spaces} says how.
     */
    public RemoteEnvOptions withSeededSpaces() {
        return with(changed -> changed.seedsSpaces = true);
    }

    /** Returns the keyword arguments of the environment's constructor. */
    public Map<String, Object> arguments() {
        return arguments;
    }

    /**
     * Returns these options with other keyword arguments of the environment's constructor.
     *
     * @param keywords values as in {@link dev.gangway.environment.Infos}; the server's operator decides which are allowed
     */
    public RemoteEnvOptions withArguments(Map<String, Object> keywords) {
        Map<String, Object> copy = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
        return with(changed -> changed.arguments = copy);
    }

    /** Returns the wrappers that the server puts around each copy, the innermost first. */
    public List<Wrapper> wrappers() {
        return wrappers;
    }

    /**
     * Returns these options with other wrappers.
     *
     * @param list the wrappers, the innermost first; an unset field of a wrapper takes the default that {@code
     *     wrapper.proto} declares
     */
    public RemoteEnvOptions withWrappers(List<Wrapper> list) {
        List<Wrapper> copy = List.copyOf(list);
        return with(changed -> changed.wrappers = copy);
    }

    /** Returns the render mode; empty when the environment is not rendered. */
    public Optional<String> renderMode() {
        return renderMode;
    }

    /** Returns these options with a render mode; {@code rgb_array} makes {@link RemoteVectorEnv#render} possible. */
    public RemoteEnvOptions withRenderMode(String mode) {
        return with(changed -> changed.renderMode = Optional.of(mode));
    }

    /** Returns what happens to objects in infos that have no portable form. */
    public InfoObjects infoObjects() {
        return infoObjects;
    }

    /** Returns these options with another treatment of objects in infos that have no portable form. */
    public RemoteEnvOptions withInfoObjects(InfoObjects choice) {
        return with(changed -> changed.infoObjects = choice);
    }

    /** Returns how long the session survives the loss of its connection. */
    public Duration lease() {
        return lease;
    }

    /**
     * Returns these options with a lease: the time for which the session survives the loss of its connection.
     *
     * @param time 0 … 600 s. With a lease the environment reconnects once per request, and no step is lost or executed
     *     twice; choose more than the longest time between two calls. With 0 a lost connection ends the environment
     */
    public RemoteEnvOptions withLease(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("Expected a lease of 0 … 600 s, found " + time);
        }
        return with(changed -> changed.lease = time);
    }

    /** Returns the longest wait for one response; empty when the client waits as long as the server lives. */
    public Optional<Duration> responseTimeout() {
        return responseTimeout;
    }

    /**
     * Returns these options with a longest wait for one response, after which the environment is given up. By default
     * there is no such limit, because a step may take any time.
     */
    public RemoteEnvOptions withResponseTimeout(Duration time) {
        if (time.compareTo(Duration.ZERO) <= 0) {
            throw new IllegalArgumentException("Expected a response timeout > 0, found " + time);
        }
        return with(changed -> changed.responseTimeout = Optional.of(time));
    }
}

package dev.gangway.env.remote;

import dev.gangway.env.AutoresetMode;
import dev.gangway.v1.Wrapper;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How to make a {@link RemoteVectorEnv}. Start with {@link #of} and change what you need:
 *
 * <pre>{@code
 * RemoteEnvOptions.of("CartPole-v1", 8).withAutoreset(AutoresetMode.NEXT_STEP)
 * }</pre>
 *
 * @param id registered id, without a module prefix
 * @param copies n ≥ 1
 * @param autoreset when copies that ended are reset
 * @param vectorization what steps the copies
 * @param maxEpisodeSteps time limit in steps instead of the registered one, ≥ 1; −1 removes it; empty keeps it
 * @param arguments keyword arguments of the environment's constructor, values as in {@link dev.gangway.env.Infos}; the
 *     server's operator decides which are allowed
 * @param wrappers what each copy is wrapped in on the server, the innermost first; what is unset in one takes the default
 *     that {@code wrapper.proto} declares
 * @param renderMode {@code rgb_array} makes {@link RemoteVectorEnv#render} possible; empty for none
 * @param infoObjects what becomes of objects in infos that have no portable form
 * @param lease how long the session outlives the loss of its connection, 0 … 600 s. With more than 0 the environment
 *     reconnects, once per request, and no step is lost or taken twice; choose more than the longest time between two
 *     calls. With 0 a lost connection ends the environment
 * @param responseTimeout longest wait for one response, after which the environment is given up; empty waits for as
 *     long as the server lives, because a step may take any time
 */
public record RemoteEnvOptions(
        String id,
        int copies,
        AutoresetMode autoreset,
        Vectorization vectorization,
        OptionalLong maxEpisodeSteps,
        Map<String, Object> arguments,
        List<Wrapper> wrappers,
        Optional<String> renderMode,
        InfoObjects infoObjects,
        Duration lease,
        Optional<Duration> responseTimeout) {

    /** Checks what does not depend on the server, and copies the map. */
    public RemoteEnvOptions {
        if (copies < 1) {
            throw new IllegalArgumentException("Expected copies ≥ 1, found " + copies);
        }
        if (lease.isNegative() || lease.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("Expected a lease of 0 … 600 s, found " + lease);
        }
        if (responseTimeout.isPresent() && responseTimeout.get().compareTo(Duration.ZERO) <= 0) {
            throw new IllegalArgumentException("Expected a response timeout > 0, found " + responseTimeout.get());
        }
        wrappers = List.copyOf(wrappers);
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** Returns the options of n copies with autoreset in the same step, the registered time limit and no lease. */
    public static RemoteEnvOptions of(String id, int copies) {
        return new RemoteEnvOptions(
                id,
                copies,
                AutoresetMode.SAME_STEP,
                Vectorization.LOOP,
                OptionalLong.empty(),
                Map.of(),
                List.of(),
                Optional.empty(),
                InfoObjects.TEXT,
                Duration.ZERO,
                Optional.empty());
    }

    /** Returns these options with another autoreset mode. */
    public RemoteEnvOptions withAutoreset(AutoresetMode mode) {
        return new RemoteEnvOptions(
                id,
                copies,
                mode,
                vectorization,
                maxEpisodeSteps,
                arguments,
                wrappers,
                renderMode,
                infoObjects,
                lease,
                responseTimeout);
    }

    /** Returns these options with another way to step the copies. */
    public RemoteEnvOptions withVectorization(Vectorization choice) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                choice,
                maxEpisodeSteps,
                arguments,
                wrappers,
                renderMode,
                infoObjects,
                lease,
                responseTimeout);
    }

    /** Returns these options with another time limit, in steps; −1 removes it. */
    public RemoteEnvOptions withMaxEpisodeSteps(long steps) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                OptionalLong.of(steps),
                arguments,
                wrappers,
                renderMode,
                infoObjects,
                lease,
                responseTimeout);
    }

    /** Returns these options with other keyword arguments. */
    public RemoteEnvOptions withArguments(Map<String, Object> keywords) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                maxEpisodeSteps,
                keywords,
                wrappers,
                renderMode,
                infoObjects,
                lease,
                responseTimeout);
    }

    /** Returns these options with wrappers, the innermost first. */
    public RemoteEnvOptions withWrappers(List<Wrapper> list) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                maxEpisodeSteps,
                arguments,
                list,
                renderMode,
                infoObjects,
                lease,
                responseTimeout);
    }

    /** Returns these options with a render mode. */
    public RemoteEnvOptions withRenderMode(String mode) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                maxEpisodeSteps,
                arguments,
                wrappers,
                Optional.of(mode),
                infoObjects,
                lease,
                responseTimeout);
    }

    /** Returns these options with another fate of objects in infos. */
    public RemoteEnvOptions withInfoObjects(InfoObjects choice) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                maxEpisodeSteps,
                arguments,
                wrappers,
                renderMode,
                choice,
                lease,
                responseTimeout);
    }

    /** Returns these options with a lease. */
    public RemoteEnvOptions withLease(Duration time) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                maxEpisodeSteps,
                arguments,
                wrappers,
                renderMode,
                infoObjects,
                time,
                responseTimeout);
    }

    /** Returns these options with a longest wait for one response. */
    public RemoteEnvOptions withResponseTimeout(Duration time) {
        return new RemoteEnvOptions(
                id,
                copies,
                autoreset,
                vectorization,
                maxEpisodeSteps,
                arguments,
                wrappers,
                renderMode,
                infoObjects,
                lease,
                Optional.of(time));
    }
}

package dev.gangway.bridge.conformance;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Names an environment under test. Its observations and actions must be arrays (Box, Discrete, MultiDiscrete or
 * MultiBinary), it must be deterministic once it is seeded, and random actions must not end its episodes within one
 * step.
 *
 * @param id registered id
 * @param copies number of copies in the tested batches, n ≥ 1
 * @param opener opens the environment; the checks close what they opened
 * @param terminatesUnderRandomActions whether 120 random actions terminate an episode; empty when that is unknown
 */
public record Subject(String id, int copies, Opener opener, Optional<Boolean> terminatesUnderRandomActions) {
    /** Opens an environment. */
    public interface Opener {
        /** Opens an environment; the caller closes it. */
        VectorEnv open(Config config);
    }

    /**
     * Says how the environment is opened.
     *
     * @param id registered id
     * @param copies number of copies
     * @param autoresetMode when a copy is reset after its episode has ended
     * @param maxEpisodeSteps time limit in steps that replaces the registered one; empty keeps that one
     */
    public record Config(String id, int copies, AutoresetMode autoresetMode, OptionalInt maxEpisodeSteps) {}

    /** Returns a check for each promise about an environment. */
    public List<Check> checks() {
        return Stream.concat(
                        new EnvironmentContract(this).checks().stream(), new RefusalContract(this).checks().stream())
                .toList();
    }
}

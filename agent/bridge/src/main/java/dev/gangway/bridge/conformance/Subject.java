package dev.gangway.bridge.conformance;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * An environment under test. Its observations and actions are arrays (Box, Discrete, MultiDiscrete or MultiBinary), it is
 * deterministic once seeded, and random actions do not end its episodes within one step.
 *
 * @param id registered id
 * @param copies n ≥ 1 of the batches that are tested
 * @param opener opens it; the checks close what they opened
 * @param terminatesUnderRandomActions whether 120 random actions terminate an episode of it; empty when unknown
 */
public record Subject(String id, int copies, Opener opener, Optional<Boolean> terminatesUnderRandomActions) {
    /** Opens an environment. */
    public interface Opener {
        /** Opens an environment; the caller closes it. */
        VectorEnv open(Config config);
    }

    /**
     * What to open.
     *
     * @param id registered id
     * @param copies n
     * @param autoresetMode when copies that ended are reset
     * @param maxEpisodeSteps time limit instead of the registered one
     */
    public record Config(String id, int copies, AutoresetMode autoresetMode, OptionalInt maxEpisodeSteps) {}

    /** Returns everything that is promised of an environment. */
    public List<Check> checks() {
        return Stream.concat(
                        new EnvironmentContract(this).checks().stream(), new RefusalContract(this).checks().stream())
                .toList();
    }
}

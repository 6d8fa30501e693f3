package dev.gangway.environment.provider;

import dev.gangway.environment.AutoresetMode;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a client, or an experiment, wants of a provider.
 *
 * @param copies n ≥ 1
 * @param autoresetMode when copies that ended are reset
 * @param maxEpisodeSteps time limit in steps instead of the usual one, ≥ 1, or −1 for none; empty keeps the usual one
 * @param arguments by the names that {@link EnvironmentProvider#arguments} lists, with values as in
 *     {@link dev.gangway.environment.Infos}
 */
public record EnvironmentRequest(
        int copies, AutoresetMode autoresetMode, OptionalLong maxEpisodeSteps, Map<String, Object> arguments) {
    /** Copies the map. */
    public EnvironmentRequest {
        arguments = Map.copyOf(arguments);
    }

    /** Returns the request of one copy as it usually is. */
    public static EnvironmentRequest usual() {
        return new EnvironmentRequest(1, AutoresetMode.SAME_STEP, OptionalLong.empty(), Map.of());
    }
}

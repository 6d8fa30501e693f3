package dev.gangway.bridge.client;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.GymnasiumEnvironment;
import java.util.Optional;

/** Shows other packages what a server would be asked for. */
public final class SessionRequests {
    private SessionRequests() {}

    /** Returns the request for one lane of an experiment's environment, in version 1 of the protocol. */
    public static CreateSessionRequest of(
            GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode) {
        return WireDescriptions.request(1, ExperimentOptions.of(environment, copies, autoreset, renderMode));
    }
}

package dev.gangway.learning.experiment;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.GymnasiumEnvironment;
import java.util.Optional;

/**
 * Opens Gymnasium environments, wherever they run: {@code client::open} of an environment server's client is one. So
 * training needs no client where no environment is remote.
 */
@FunctionalInterface
public interface GymnasiumOpener {
    /**
     * Opens the copies of one lane, which the caller closes.
     *
     * @param environment as the experiment describes it
     * @param copies of it, at least one
     * @param autoreset when ended copies are reset
     * @param renderMode how the copies are drawn; empty if they are not
     */
    VectorEnv open(GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode);

    /**
     * Returns the opener of a program without an environment server: it refuses every Gymnasium environment. Native
     * environments need no opener.
     */
    static GymnasiumOpener none() {
        return (environment, copies, autoreset, renderMode) -> {
            throw new EnvironmentException("Expected a native environment, found the Gymnasium environment "
                    + environment.getId() + ": connect to an environment server, and pass client::open");
        };
    }
}

package dev.gangway.testkit;

import dev.gangway.bridge.conformance.Subject;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.SingleVectorEnv;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;

/** Runs the contract of environments on the thirty-line environment of the README. */
class GridWorldContractTest {
    private abstract static class Grid extends VectorEnvContract {
        Grid(int copies) {
            super("GridWorld-v0", copies);
        }

        @Override
        protected VectorEnv open(Subject.Config config) {
            OptionalLong limit = OptionalLong.of(config.maxEpisodeSteps().orElse(100));
            return SingleVectorEnv.of(config.id(), GridWorld::new, config.copies(), config.autoresetMode(), limit);
        }
    }

    @Nested
    class OneCopy extends Grid {
        OneCopy() {
            super(1);
        }
    }

    @Nested
    class EightCopies extends Grid {
        EightCopies() {
            super(8);
        }
    }
}

package dev.gangway.testkit;

import dev.gangway.bridge.conformance.Subject;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** Runs the contract of environments on the native cart-pole in this process. */
class NativeCartPoleContractTest {
    private abstract static class CartPole extends VectorEnvContract {
        CartPole(int copies) {
            super(NativeCartPole.ID, copies);
        }

        @Override
        protected VectorEnv open(Subject.Config config) {
            CartPoleOptions options = config.maxEpisodeSteps().isPresent()
                    ? CartPoleOptions.STANDARD.withMaxEpisodeSteps(
                            config.maxEpisodeSteps().getAsInt())
                    : CartPoleOptions.STANDARD;
            return new NativeCartPole(config.copies(), config.autoresetMode(), options);
        }

        @Override
        protected Optional<Boolean> terminatesUnderRandomActions() {
            return Optional.of(true);
        }
    }

    @Nested
    class OneCopy extends CartPole {
        OneCopy() {
            super(1);
        }
    }

    @Nested
    class ThreeCopies extends CartPole {
        ThreeCopies() {
            super(3);
        }
    }

    @Nested
    class SixtyFourCopies extends CartPole {
        SixtyFourCopies() {
            super(64);
        }
    }
}

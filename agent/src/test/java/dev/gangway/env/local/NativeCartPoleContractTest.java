package dev.gangway.env.local;

import dev.gangway.env.VectorEnv;
import dev.gangway.env.VectorEnvContract;
import org.junit.jupiter.api.Nested;

/** The contract of all environments, on the native cart-pole. */
class NativeCartPoleContractTest {
    private static VectorEnv cartPole(VectorEnvContract.Config config) {
        CartPoleOptions options = config.maxEpisodeSteps().isPresent()
                ? CartPoleOptions.STANDARD.withMaxEpisodeSteps(
                        config.maxEpisodeSteps().getAsInt())
                : CartPoleOptions.STANDARD;
        return new NativeCartPole(config.copies(), config.autoresetMode(), options);
    }

    @Nested
    class OneCopy extends VectorEnvContract {
        OneCopy() {
            super(NativeCartPole.ID, 1);
        }

        @Override
        protected VectorEnv open(Config config) {
            return cartPole(config);
        }
    }

    @Nested
    class ThreeCopies extends VectorEnvContract {
        ThreeCopies() {
            super(NativeCartPole.ID, 3);
        }

        @Override
        protected VectorEnv open(Config config) {
            return cartPole(config);
        }
    }

    @Nested
    class SixtyFourCopies extends VectorEnvContract {
        SixtyFourCopies() {
            super(NativeCartPole.ID, 64);
        }

        @Override
        protected VectorEnv open(Config config) {
            return cartPole(config);
        }
    }
}

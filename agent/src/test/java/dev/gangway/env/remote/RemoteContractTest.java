package dev.gangway.env.remote;

import dev.gangway.env.VectorEnv;
import dev.gangway.env.VectorEnvContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract of all environments, on Gymnasium's own through a real server. */
class RemoteContractTest {
    private static TestServer real;

    @BeforeAll
    static void start() {
        real = TestServer.start();
    }

    @AfterAll
    static void stop() {
        real.close();
    }

    private abstract static class Remote extends VectorEnvContract {
        Remote(String id, int copies) {
            super(id, copies);
        }

        @Override
        protected VectorEnv open(Config config) {
            RemoteEnvOptions options =
                    RemoteEnvOptions.of(config.id(), config.copies()).withAutoreset(config.autoresetMode());
            return real.client.open(
                    config.maxEpisodeSteps().isPresent()
                            ? options.withMaxEpisodeSteps(
                                    config.maxEpisodeSteps().getAsInt())
                            : options);
        }
    }

    @Nested
    class OneCartPole extends Remote {
        OneCartPole() {
            super("CartPole-v1", 1);
        }
    }

    @Nested
    class CartPole extends Remote {
        CartPole() {
            super("CartPole-v1", 3);
        }
    }

    @Nested
    class Acrobot extends Remote {
        Acrobot() {
            super("Acrobot-v1", 3);
        }

        @Override
        protected boolean terminatesUnderRandomActions() {
            return false;
        }
    }

    @Nested
    class Pendulum extends Remote {
        Pendulum() {
            super("Pendulum-v1", 3);
        }

        @Override
        protected boolean terminatesUnderRandomActions() {
            return false;
        }
    }

    @Nested
    class MountainCar extends Remote {
        MountainCar() {
            super("MountainCar-v0", 3);
        }

        @Override
        protected boolean terminatesUnderRandomActions() {
            return false;
        }
    }

    @Nested
    class FrozenLake extends Remote {
        FrozenLake() {
            super("FrozenLake-v1", 3);
        }
    }
}

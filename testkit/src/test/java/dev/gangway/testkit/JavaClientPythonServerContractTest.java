package dev.gangway.testkit;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.ServerAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs both contracts with the Java client on the Python server and on Gymnasium's own environments. */
@Tag("process")
class JavaClientPythonServerContractTest {
    @RegisterExtension
    static final EnvironmentServerExtension SERVER = EnvironmentServerExtension.python("--log-level", "warning");

    @Nested
    class Protocol extends ServerContract {
        Protocol() {
            super("CartPole-v1");
        }

        @Override
        protected ServerAddress address() {
            return SERVER.client().address();
        }
    }

    private abstract static class OnPython extends Remote {
        OnPython(String id, int copies, boolean terminates) {
            super(id, copies, terminates);
        }

        @Override
        EnvironmentClient client() {
            return SERVER.client();
        }
    }

    @Nested
    class OneCartPole extends OnPython {
        OneCartPole() {
            super("CartPole-v1", 1, true);
        }
    }

    @Nested
    class CartPole extends OnPython {
        CartPole() {
            super("CartPole-v1", 3, true);
        }
    }

    @Nested
    class Acrobot extends OnPython {
        Acrobot() {
            super("Acrobot-v1", 3, false);
        }
    }

    @Nested
    class Pendulum extends OnPython {
        Pendulum() {
            super("Pendulum-v1", 3, false);
        }
    }

    @Nested
    class MountainCar extends OnPython {
        MountainCar() {
            super("MountainCar-v0", 3, false);
        }
    }

    @Nested
    class FrozenLake extends OnPython {
        FrozenLake() {
            super("FrozenLake-v1", 3, true);
        }
    }
}

package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.StreamKind;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.GymnasiumEnvironment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which server process a lane gets. */
@Tag("process")
class ServerTest {
    private static final EnvironmentConfig CART_POLE = EnvironmentConfig.newBuilder()
            .setGymnasium(GymnasiumEnvironment.newBuilder().setId("CartPole-v1"))
            .build();

    private static Server server(Optional<ServerAddress> address) {
        return new Server(address, StreamKind.AUTO, List.of(), Optional.empty(), Duration.ZERO);
    }

    @Test
    void eachLaneHasAPrivateServerWhileThereAreProcessors() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "with one processor there is one server");
        try (Server privately = server(Optional.empty())) {
            privately.prepareFor(CART_POLE, 2);
            EnvironmentClient first = privately.client();
            EnvironmentClient second = privately.client();
            assertNotEquals(first.address(), second.address());
            assertSame(first, privately.client(), "a third lane");
        }
    }

    @Test
    void aServerThatIsNamedServesAllLanes() {
        try (Server privately = server(Optional.empty());
                Server named = server(Optional.of(privately.client().address()))) {
            named.prepareFor(CART_POLE, 2);
            EnvironmentClient first = named.client();
            assertSame(first, named.client());
            assertEquals(privately.client().address(), first.address());
        }
    }
}

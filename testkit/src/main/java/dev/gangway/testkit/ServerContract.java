package dev.gangway.testkit;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.Transport;
import dev.gangway.bridge.conformance.ProtocolContract;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests that a server of your own keeps the protocol: everything that servers promise apart from the behaviour of their
 * environments, which {@link VectorEnvContract} tests.
 */
public abstract class ServerContract {
    private final String id;

    /**
     * Names an environment that the server offers.
     *
     * @param id id of an environment whose actions and observations are arrays
     */
    protected ServerContract(String id) {
        this.id = id;
    }

    /** Returns the address at which the server listens. */
    protected abstract ServerAddress address();

    @TestFactory
    final Stream<DynamicTest> protocol() {
        Transport transport = new Transport(address());
        return VectorEnvContract.tests(new ProtocolContract(transport.channel(), id).checks().stream())
                .onClose(transport::close);
    }

    /** Returns the same tests over direct streams, or no tests when the server does not accept direct streams. */
    @TestFactory
    final Stream<DynamicTest> protocolWithDirectStreams() {
        try (EnvironmentClient client = EnvironmentClient.connect(address())) {
            if (!client.canStreamDirectly()) {
                return Stream.empty();
            }
        }
        Transport transport = new Transport(address());
        return VectorEnvContract.tests(new ProtocolContract(transport.directChannel(), id).checks().stream())
                .onClose(transport::close);
    }
}

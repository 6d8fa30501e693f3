package dev.gangway.testkit;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.Transport;
import dev.gangway.bridge.conformance.ProtocolContract;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What every server promises below the environments, as tests of a server of your own. */
public abstract class ServerContract {
    private final String id;

    /**
     * Names an environment that the server offers.
     *
     * @param id of an environment whose actions and observations are arrays
     */
    protected ServerContract(String id) {
        this.id = id;
    }

    /** Returns where the server listens. */
    protected abstract ServerAddress address();

    @TestFactory
    final Stream<DynamicTest> protocol() {
        Transport transport = new Transport(address());
        return VectorEnvContract.tests(new ProtocolContract(transport.channel(), id).checks().stream())
                .onClose(transport::close);
    }

    /** None when the server takes no direct streams. */
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

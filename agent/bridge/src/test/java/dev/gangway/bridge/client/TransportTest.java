package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a channel asks on its way to a server. */
@Timeout(60)
class TransportTest {
    private final ProxySelector usual = ProxySelector.getDefault();

    @AfterEach
    void restore() {
        ProxySelector.setDefault(usual);
    }

    @Test
    void aServerOfThisMachineIsReachedWithoutAskingForAProxy() throws IOException {
        List<URI> asked = new CopyOnWriteArrayList<>();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // Nobody connects to one.
            }
        });
        try (FakeServer server = new FakeServer();
                EnvironmentClient client = EnvironmentClient.connect(server.address())) {
            assertEquals(1 << 20, client.server().maxMessageBytes());
            assertEquals(List.of(), asked);
        }
    }
}

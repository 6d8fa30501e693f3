package dev.gangway.bridge.conformance;

import io.grpc.Channel;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks what every server promises apart from its environments: sessions, streams, sequence numbers, replay, leases,
 * failures.
 */
public final class ProtocolContract {
    private final Channel channel;
    private final String id;

    /**
     * Creates the checks of one server.
     *
     * @param channel connection to the server, which the caller closes
     * @param id id of an environment that the server offers and whose spaces are array spaces
     */
    public ProtocolContract(Channel channel, String id) {
        this.channel = channel;
        this.id = id;
    }

    /** Returns all checks. */
    public List<Check> checks() {
        return Stream.of(
                        new ServiceContract(channel, id).checks(),
                        new StreamContract(channel, id).checks(),
                        new ReplayContract(channel, id).checks(),
                        new CommandContract(channel, id).checks(),
                        new ExtensionContract(channel, id).checks(),
                        new OptionalContract(channel, id).checks())
                .flatMap(List::stream)
                .toList();
    }
}

package dev.gangway.bridge.conformance;

import io.grpc.Channel;
import java.util.List;
import java.util.stream.Stream;

/** What every server promises below the environments: sessions, streams, sequence numbers, replay, leases, failures. */
public final class ProtocolContract {
    private final Channel channel;
    private final String id;

    /**
     * Makes the checks of a server.
     *
     * @param channel to the server; the caller closes it
     * @param id of an environment of array spaces that the server offers
     */
    public ProtocolContract(Channel channel, String id) {
        this.channel = channel;
        this.id = id;
    }

    /** Returns the checks. */
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

package dev.gangway.serve;

import dev.gangway.env.VectorEnv;
import dev.gangway.env.VectorEnvContract;
import dev.gangway.env.remote.EnvironmentClient;
import dev.gangway.env.remote.RemoteEnvOptions;
import dev.gangway.env.remote.ServerAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of all environments, on the native cart-pole through a Java server. */
class ServedContractTest extends VectorEnvContract {
    private static EnvironmentServer server;
    private static EnvironmentClient client;

    ServedContractTest() {
        super("CartPole-v1", 3);
    }

    @BeforeAll
    static void start() {
        server = EnvironmentServer.start(ServerOptions.standard(), List.of(new CartPoleProvider()));
        client = EnvironmentClient.connect(ServerAddress.parse(server.address().toString()));
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Override
    protected VectorEnv open(Config config) {
        RemoteEnvOptions options =
                RemoteEnvOptions.of(config.id(), config.copies()).withAutoreset(config.autoresetMode());
        return client.open(
                config.maxEpisodeSteps().isPresent()
                        ? options.withMaxEpisodeSteps(config.maxEpisodeSteps().getAsInt())
                        : options);
    }
}

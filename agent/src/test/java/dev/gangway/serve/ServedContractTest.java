package dev.gangway.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.env.VectorEnv;
import dev.gangway.env.VectorEnvContract;
import dev.gangway.env.remote.EnvironmentClient;
import dev.gangway.env.remote.RemoteEnvOptions;
import dev.gangway.env.remote.RemoteEnvironmentException;
import dev.gangway.env.remote.ServerAddress;
import dev.gangway.v1.ClipActionWrapper;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.Wrapper;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

    @Test
    void refusesWrappersInsteadOfIgnoringThem() {
        Wrapper clip = Wrapper.newBuilder()
                .setClipAction(ClipActionWrapper.getDefaultInstance())
                .build();
        RemoteEnvOptions options = RemoteEnvOptions.of("CartPole-v1", 1).withWrappers(List.of(clip));
        var error = assertThrows(RemoteEnvironmentException.class, () -> client.open(options));
        assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, error.reason());
        assertTrue(error.getMessage().contains("settings.wrappers has 1 entries: expected none"), error::getMessage);
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

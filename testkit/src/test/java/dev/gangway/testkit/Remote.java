package dev.gangway.testkit;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.conformance.Subject;
import dev.gangway.environment.VectorEnv;
import java.util.Optional;

/** Runs the contract of environments on an environment of a server. */
abstract class Remote extends VectorEnvContract {
    private final boolean terminates;

    Remote(String id, int copies, boolean terminates) {
        super(id, copies);
        this.terminates = terminates;
    }

    abstract EnvironmentClient client();

    @Override
    protected VectorEnv open(Subject.Config config) {
        return open(client(), config);
    }

    static VectorEnv open(EnvironmentClient client, Subject.Config config) {
        RemoteEnvOptions options =
                RemoteEnvOptions.of(config.id(), config.copies()).withAutoreset(config.autoresetMode());
        return client.open(
                config.maxEpisodeSteps().isPresent()
                        ? options.withMaxEpisodeSteps(config.maxEpisodeSteps().getAsInt())
                        : options);
    }

    @Override
    protected Optional<Boolean> terminatesUnderRandomActions() {
        return Optional.of(terminates);
    }
}

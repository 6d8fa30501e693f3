package dev.gangway.cli;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.server.CartPoleProvider;
import dev.gangway.bridge.server.EnvironmentServer;
import dev.gangway.bridge.server.ServerOptions;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.VectorEnv;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs a little of what the commands do, so that a JVM with class-data sharing can archive the classes that the
 * commands load. The launcher script runs it once after each build.
 */
final class Rehearsal {
    private Rehearsal() {}

    /**
     * Trains a policy, evaluates it, and steps an environment on a server.
     *
     * @param arguments an experiment in the native cart-pole, and a directory for the output
     */
    public static void main(String[] arguments) throws Exception {
        String run = Path.of(arguments[1]).resolve("run").toString();
        play("--help");
        play("train", arguments[0], "--set", "stop.max_env_steps=2000", "--out", run);
        play("eval", run, "--episodes", "1");
        try (EnvironmentServer server =
                        EnvironmentServer.start(ServerOptions.standard(), List.of(new CartPoleProvider()));
                EnvironmentClient client = EnvironmentClient.connect(
                        ServerAddress.parse(server.address().toString()));
                VectorEnv env = client.open(RemoteEnvOptions.of("CartPole-v1", 2))) {
            env.reset(ResetRequest.seeded(1, 2));
        }
    }

    private static void play(String... command) {
        int code = Main.run(Main.writer(System.out), Main.writer(System.err), command);
        if (code != 0) {
            throw new IllegalStateException(
                    "Expected '" + String.join(" ", command) + "' to succeed, found code " + code);
        }
    }
}

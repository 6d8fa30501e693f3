package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.RemoteEnvironmentException;
import dev.gangway.bridge.client.RemoteVectorEnv;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.Vectorization;
import dev.gangway.bridge.server.CartPoleProvider;
import dev.gangway.bridge.server.EnvironmentServer;
import dev.gangway.bridge.server.ServerOptions;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.ClipActionWrapper;
import dev.gangway.v1.Wrapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server of {@code gangway serve-native} refuses, as a client hears it. */
final class JavaServerRefusals {
    private static final int COPIES = 2;
    private static final RemoteEnvOptions USUAL = RemoteEnvOptions.of("CartPole-v1", COPIES);

    private JavaServerRefusals() {}

    /** A command on an environment that was made. */
    private interface Command {
        void on(RemoteVectorEnv env);
    }

    /** Returns the errors by what is refused, each from a server that runs. */
    static Map<String, RemoteEnvironmentException> all() {
        try (EnvironmentServer server =
                        EnvironmentServer.start(ServerOptions.standard(), List.of(new CartPoleProvider()));
                EnvironmentClient client = EnvironmentClient.connect(
                        ServerAddress.parse(server.address().toString()))) {
            Map<String, RemoteEnvironmentException> errors = new LinkedHashMap<>();
            sessions()
                    .forEach((title, options) -> errors.put(
                            title, assertThrows(RemoteEnvironmentException.class, () -> client.open(options), title)));
            commands().forEach((title, command) -> {
                try (RemoteVectorEnv env = client.open(USUAL)) {
                    env.reset(ResetRequest.seeded(0, COPIES));
                    errors.put(title, assertThrows(RemoteEnvironmentException.class, () -> command.on(env), title));
                }
            });
            return errors;
        }
    }

    private static Map<String, RemoteEnvOptions> sessions() {
        Wrapper clip = Wrapper.newBuilder()
                .setClipAction(ClipActionWrapper.getDefaultInstance())
                .build();
        Map<String, RemoteEnvOptions> sessions = new LinkedHashMap<>();
        sessions.put("An environment of Gymnasium's", RemoteEnvOptions.of("CartPole-v0", COPIES));
        sessions.put("Wrappers", USUAL.withWrappers(List.of(clip)));
        sessions.put("Gymnasium's SyncVectorEnv", USUAL.withVectorization(Vectorization.SYNC));
        sessions.put("Gymnasium's AsyncVectorEnv", USUAL.withVectorization(Vectorization.ASYNC));
        sessions.put("A list of frames", USUAL.withRenderMode("rgb_array_list"));
        sessions.put("Text renderings", USUAL.withRenderMode("ansi"));
        sessions.put("Rendering on a display", USUAL.withRenderMode("human"));
        sessions.put("An argument that the provider does not name", USUAL.withArguments(Map.of("gravity", 9.8)));
        return sessions;
    }

    private static Map<String, Command> commands() {
        Map<String, Command> commands = new LinkedHashMap<>();
        commands.put("Reading an attribute", env -> env.call("gravity", List.of(), Map.of()));
        commands.put("Setting an attribute there", env -> env.setAttribute("gravity", List.<Object>of(1.0)));
        commands.put("An action outside its space", env -> env.step(Tensor.ofLongs(new int[] {COPIES}, 0, 2)));
        commands.put(
                "A mask in another mode than " + AutoresetMode.DISABLED,
                env -> env.reset(new ResetRequest(List.of(), Map.of(), List.of(true, false))));
        return commands;
    }
}

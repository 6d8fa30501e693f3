package dev.gangway.cli;

import dev.gangway.bridge.server.ListenAddress;
import dev.gangway.bridge.server.ServerOptions;
import dev.gangway.bridge.server.ServerProcess;
import dev.gangway.environment.provider.EnvironmentProvider;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Implements {@code gangway serve-native}. */
@Command(
        name = "serve-native",
        description = "Serves Java environments, such as the native cart-pole, to clients in any language.",
        mixinStandardHelpOptions = true)
final class ServeNativeCommand implements Callable<Integer> {
    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "unix:PATH or HOST:PORT, port 0 for a free one; by default a Unix socket in a fresh private"
                    + " directory.")
    private String listen;

    @Mixin
    private JarOption jars = new JarOption();

    @Option(names = "--max-sessions", paramLabel = "N", description = "Sessions at once (default ${DEFAULT-VALUE}).")
    private int maxSessions = ServerOptions.standard().maxSessions();

    @Option(names = "--max-copies", paramLabel = "N", description = "Copies in a session (default ${DEFAULT-VALUE}).")
    private int maxCopies = ServerOptions.standard().maxCopies();

    @Option(
            names = "--insecure-remote",
            description = "Allow an address other machines reach, without encryption or authentication.")
    private boolean insecureRemote;

    @Option(names = "--exit-with-parent", description = "End when standard input ends.")
    private boolean exitWithParent;

    @Override
    public Integer call() throws InterruptedException {
        Optional<ListenAddress> address =
                Optional.ofNullable(listen).map(text -> ListenAddress.parse(text, insecureRemote));
        ServerProcess.run(
                new ServerOptions(address, maxSessions, maxCopies, Map.of()),
                jars.providers().all(EnvironmentProvider.class),
                exitWithParent);
        return 0;
    }
}

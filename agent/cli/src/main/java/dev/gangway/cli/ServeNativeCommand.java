package dev.gangway.cli;

import dev.gangway.bridge.server.EnvironmentProvider;
import dev.gangway.bridge.server.ListenAddress;
import dev.gangway.bridge.server.ServerOptions;
import dev.gangway.bridge.server.ServerProcess;
import dev.gangway.environment.EnvironmentException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gangway serve-native}. */
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

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "A jar or directory of classes with environment providers, found as services; may be"
                    + " repeated.")
    private List<Path> jars = List.of();

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
        ServerProcess.run(new ServerOptions(address, maxSessions, maxCopies, Map.of()), providers(), exitWithParent);
        return 0;
    }

    private List<EnvironmentProvider> providers() {
        URL[] urls = jars.stream().map(ServeNativeCommand::url).toArray(URL[]::new);
        // Open for as long as the program runs.
        ClassLoader loader = new URLClassLoader(urls, ServeNativeCommand.class.getClassLoader());
        List<EnvironmentProvider> providers = new ArrayList<>();
        try {
            ServiceLoader.load(EnvironmentProvider.class, loader).forEach(providers::add);
        } catch (ServiceConfigurationError broken) {
            throw new EnvironmentException("A provider cannot be loaded: " + broken.getMessage(), broken);
        }
        return providers;
    }

    private static URL url(Path jar) {
        if (!Files.exists(jar)) {
            throw new UsageException("--jar: expected a jar or a directory of classes, found no " + jar, null);
        }
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}

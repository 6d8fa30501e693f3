package dev.gangway.cli;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.OfferedEnvironment;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.RemoteVectorEnv;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.Transport;
import dev.gangway.bridge.conformance.Check;
import dev.gangway.bridge.conformance.ProtocolContract;
import dev.gangway.bridge.conformance.Subject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Implements {@code gangway conformance ADDRESS}. */
@Command(
        name = "conformance",
        description = "Checks that a server keeps the protocol, as a client of it; fails if it breaks any promise.",
        mixinStandardHelpOptions = true)
final class ConformanceCommand implements Callable<Integer> {
    private static final String USUAL = "CartPole-v1";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ADDRESS", description = "The server, unix:PATH or HOST:PORT.")
    private String address;

    @Option(
            names = "--environment",
            paramLabel = "ENV_ID",
            description = "An environment of array spaces that the server offers (default: " + USUAL
                    + ", else the first that is installed).")
    private String id;

    @Option(names = "--copies", paramLabel = "N", description = "Copies of the batches (default ${DEFAULT-VALUE}).")
    private int copies = 3;

    private int failed;

    @Override
    public Integer call() {
        ServerAddress server = parse(address);
        PrintWriter out = spec.commandLine().getOut();
        try (EnvironmentClient client = EnvironmentClient.connect(server);
                Transport transport = new Transport(server)) {
            String chosen = id == null ? choose(client.listEnvironments()) : id;
            List<Check> protocol = new ProtocolContract(transport.channel(), chosen).checks();
            List<Check> direct = client.canStreamDirectly()
                    ? new ProtocolContract(transport.directChannel(), chosen).checks()
                    : List.of();
            List<Check> environment =
                    new Subject(chosen, copies, config -> open(client, config), Optional.empty()).checks();
            out.println("Protocol, " + client.server().server() + " at " + address);
            protocol.forEach(check -> run(check, out));
            if (!direct.isEmpty()) {
                out.println("The same with direct streams");
                direct.forEach(check -> run(check, out));
            }
            out.println("Environment, " + copies + " × " + chosen);
            environment.forEach(check -> run(check, out));
            int all = protocol.size() + direct.size() + environment.size();
            out.println(failed == 0 ? "All " + all + " checks passed." : failed + " of " + all + " checks failed.");
        }
        out.flush();
        return failed == 0 ? 0 : 1;
    }

    private void run(Check check, PrintWriter out) {
        try {
            check.body().run();
            out.println("  pass  " + check.name());
        } catch (Exception | AssertionError broken) {
            failed++;
            out.println("  FAIL  " + check.name());
            out.println("        "
                    + (broken instanceof AssertionError ? broken.getMessage() : broken.toString()).replace("\n", " "));
        }
        out.flush();
    }

    private static RemoteVectorEnv open(EnvironmentClient client, Subject.Config config) {
        RemoteEnvOptions options =
                RemoteEnvOptions.of(config.id(), config.copies()).withAutoreset(config.autoresetMode());
        return client.open(
                config.maxEpisodeSteps().isPresent()
                        ? options.withMaxEpisodeSteps(config.maxEpisodeSteps().getAsInt())
                        : options);
    }

    private static String choose(List<OfferedEnvironment> offered) {
        List<String> ids = offered.stream()
                .filter(OfferedEnvironment::installed)
                .map(OfferedEnvironment::id)
                .toList();
        if (ids.isEmpty()) {
            throw new UsageException("ADDRESS: expected a server that offers an environment, found none", null);
        }
        return ids.contains(USUAL) ? USUAL : ids.get(0);
    }

    private static ServerAddress parse(String text) {
        try {
            return ServerAddress.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new UsageException("ADDRESS: " + invalid.getMessage(), invalid);
        }
    }
}

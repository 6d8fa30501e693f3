package dev.gangway.cli;

import dev.gangway.bridge.client.PythonRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Implements {@code gangway add PACKAGE…}. */
@Command(
        name = "add",
        description = "Installs Python packages with further environments beside the environment server.",
        footer = {
            "",
            "Where a package would change a version that the server is locked to, --venv makes an environment of its own,"
                    + " which GANGWAY_SERVER_PYTHON then names."
        },
        mixinStandardHelpOptions = true)
final class AddCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACKAGE", arity = "1..*", description = "As pip takes it, e.g. highway-env or ./my.whl.")
    private List<String> packages = List.of();

    @Option(
            names = "--venv",
            paramLabel = "DIR",
            description = "The folder of a Python environment of their own, new or made by this command before.")
    private Path venv;

    @Override
    public Integer call() {
        String home = System.getProperty(PythonRuntime.HOME_PROPERTY);
        if (home == null) {
            throw new UsageException(
                    "add: expected to be started by ./gangway in a checkout, whose Python environment is changed;"
                            + " elsewhere, pip install the packages beside gangway-envserver",
                    null);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(home, "envserver-python", "setup").toString());
        if (venv != null) {
            command.addAll(List.of("--venv", venv.toString()));
        }
        command.add("--add");
        command.addAll(packages);
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command.get(0) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Interrupt.EXIT_CODE;
        }
    }
}

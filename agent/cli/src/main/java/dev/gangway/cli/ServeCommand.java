package dev.gangway.cli;

import dev.gangway.bridge.client.PythonRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Implements {@code gangway serve …}. */
@Command(name = "serve", description = "Runs the environment server in the foreground; --help lists its own options.")
final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", arity = "0..*", description = "Passed on to python -m gangway_envserver.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        List<String> command = new ArrayList<>();
        command.add(PythonRuntime.locate().executable().toString());
        // The server reads from a pipe that this program holds open, and ends when this program ends for any reason.
        command.addAll(List.of("-m", "gangway_envserver", "--exit-with-parent"));
        command.addAll(arguments);
        try {
            Process server = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // Passes a signal on and waits for the orderly end. Process.destroy would close the pipe at once.
            Thread hook = new Thread(() -> {
                boolean unused = server.toHandle().destroy();
                server.onExit().join();
            });
            Runtime.getRuntime().addShutdownHook(hook);
            int exitCode = server.waitFor();
            try {
                boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // The shutdown hook is running, and will find that the server has ended.
            }
            return exitCode;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the environment server: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}

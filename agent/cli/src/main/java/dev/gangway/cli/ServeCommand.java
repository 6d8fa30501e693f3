package dev.gangway.cli;

import dev.gangway.bridge.client.PythonRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gangway serve …}. */
@Command(name = "serve", description = "Runs the environment server in the foreground; --help lists its own options.")
final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", arity = "0..*", description = "Passed on to python -m gangway_envserver.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        List<String> command = new ArrayList<>();
        command.add(PythonRuntime.locate().executable().toString());
        // The server holds the other end of a pipe, so that it ends with this program whatever ends that.
        command.addAll(List.of("-m", "gangway_envserver", "--exit-with-parent"));
        command.addAll(arguments);
        try {
            Process server = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // A signal is passed on, and the clean end awaited. Process.destroy would close the pipe at once.
            Thread hook = new Thread(() -> {
                boolean unused = server.toHandle().destroy();
                server.onExit().join();
            });
            Runtime.getRuntime().addShutdownHook(hook);
            int exitCode = server.waitFor();
            try {
                boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // The hook finds the server gone.
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

package dev.gangway.bridge.client;

import dev.gangway.environment.EnvironmentException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Python interpreter that has the environment server ({@code gangway_envserver}) installed.
 *
 * @param executable the interpreter
 */
public record PythonRuntime(Path executable) {
    /** The name of the system property that names the interpreter. */
    public static final String PROPERTY = "gangway.python";
    /** The name of the environment variable that names the interpreter when the property is not set. */
    public static final String VARIABLE = "GANGWAY_SERVER_PYTHON";
    /** The name of the system property that names the directory which contains {@code envserver-python}. */
    public static final String HOME_PROPERTY = "gangway.home";

    /**
     * Finds the interpreter that {@value #PROPERTY} or {@value #VARIABLE} names. If neither is set, it is the
     * interpreter of the virtual environment in {@code ${gangway.home}/envserver-python}, which the script {@code
     * setup} there creates or updates first. The script prints its progress on standard error; if there is nothing to
     * do, it takes about ten milliseconds.
     *
     * @throws EnvironmentException when there is no interpreter or the script fails
     */
    public static PythonRuntime locate() {
        String named = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (named != null && !named.isEmpty()) {
            return new PythonRuntime(Path.of(named));
        }
        String home = System.getProperty(HOME_PROPERTY);
        if (home == null) {
            throw new EnvironmentException("Found no Python for the environment server: expected the system property "
                    + PROPERTY + " or the variable " + VARIABLE + " to name an interpreter that has gangway_envserver "
                    + "installed, or the system property " + HOME_PROPERTY + " to name Gangway's directory");
        }
        return inCheckout(Path.of(home).resolve("envserver-python"));
    }

    /** Runs the script {@code setup} of a project directory and returns the interpreter of its virtual environment. */
    static PythonRuntime inCheckout(Path project) {
        Path setup = project.resolve("setup");
        if (Files.exists(setup)) {
            run(setup);
        }
        Path unix = project.resolve(".venv/bin/python");
        Path python = Files.exists(unix) ? unix : project.resolve(".venv/Scripts/python.exe");
        if (!Files.exists(python)) {
            throw new EnvironmentException("Expected a virtual environment with the environment server in "
                    + project.resolve(".venv") + ", found none; run " + setup);
        }
        return new PythonRuntime(python);
    }

    private static void run(Path setup) {
        try {
            Process process = new ProcessBuilder(setup.toString())
                    .redirectInput(ProcessBuilder.Redirect.from(nullFile()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                int exitCode = process.waitFor();
                if (exitCode != 0) {
                    throw new EnvironmentException("The environment server could not be set up: " + setup
                            + " failed with exit code " + exitCode + " and said why on standard error");
                }
            } catch (InterruptedException interrupted) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new EnvironmentException("Interrupted while setting up the environment server", interrupted);
            }
        } catch (IOException failed) {
            throw new EnvironmentException("Could not run " + setup + ": " + failed.getMessage(), failed);
        }
    }

    private static File nullFile() {
        return new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }
}

package dev.gangway.testing;

import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the scripts of {@code agent/src/test/python} in the checkout's virtual environment, for comparisons with the originals.
 *
 * <p>System properties: {@code gangway.home} is the root of the checkout; {@code gangway.python} names another Python.
 */
public final class PythonScript {
    private PythonScript() {}

    /** Returns the Python that has Gymnasium and NumPy. */
    public static Path python() {
        String chosen = System.getProperty("gangway.python");
        if (chosen != null) {
            return Path.of(chosen);
        }
        Path environment = home().resolve("envserver-python").resolve(".venv");
        Path windows = environment.resolve("Scripts").resolve("python.exe");
        Path python =
                Files.exists(windows) ? windows : environment.resolve("bin").resolve("python");
        if (!Files.exists(python)) {
            throw new IllegalStateException("Expected the Python environment at " + environment
                    + ", found none; run envserver-python/setup or name a Python by -Dgangway.python");
        }
        return python;
    }

    /** Runs a script to its end and returns its standard output. */
    public static byte[] run(String script, String... arguments) {
        Path file = home().resolve("agent").resolve("src/test/python").resolve(script);
        List<String> command = new ArrayList<>(List.of(python().toString(), file.toString()));
        command.addAll(Arrays.asList(arguments));
        try {
            Path errors = Files.createTempFile("python-script", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .start();
                byte[] output;
                int status;
                try {
                    output = process.getInputStream().readAllBytes();
                    status = process.waitFor();
                } finally {
                    process.destroyForcibly();
                }
                if (status != 0) {
                    throw new IllegalStateException("Expected " + command + " to succeed, found exit status " + status
                            + " and:\n" + Files.readString(errors));
                }
                return output;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running " + command, e);
        }
    }

    /**
     * Runs a script that writes named arrays, each as a line {@code NAME DTYPE EXTENT…} and then its bytes, and returns
     * them by name.
     */
    public static Map<String, Tensor> arrays(String script, String... arguments) {
        ByteBuffer output = ByteBuffer.wrap(run(script, arguments));
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        while (output.hasRemaining()) {
            int start = output.position();
            while (output.get() != '\n') {
                // looks for the end of the line
            }
            String line = new String(output.array(), start, output.position() - 1 - start, StandardCharsets.UTF_8);
            String[] header = line.split(" ", -1);
            DType dtype = DType.valueOf(header[1].toUpperCase(Locale.ROOT));
            int[] shape =
                    Arrays.stream(header).skip(2).mapToInt(Integer::parseInt).toArray();
            int length = Tensor.elementCount(shape) * dtype.itemSize();
            arrays.put(header[0], Tensor.wrap(dtype, shape, output.slice(output.position(), length)));
            output.position(output.position() + length);
        }
        return arrays;
    }

    private static Path home() {
        String home = System.getProperty("gangway.home");
        if (home == null) {
            throw new IllegalStateException("Expected the system property gangway.home, the root of the checkout");
        }
        return Path.of(home);
    }
}

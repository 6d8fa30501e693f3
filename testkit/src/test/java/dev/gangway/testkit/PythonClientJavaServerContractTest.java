package dev.gangway.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.bridge.server.CartPoleProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the pytest contract, which uses the Python client, on the Java server. */
@Tag("process")
class PythonClientJavaServerContractTest {
    @RegisterExtension
    static final EnvironmentServerExtension SERVER = EnvironmentServerExtension.java(new CartPoleProvider());

    /** Runs the same pytest file that tests the Python server in the Python build. */
    @Test
    void theContractAndCheckEnvOfGymnasiumHold() throws IOException, InterruptedException {
        Path folder = Path.of(System.getProperty("gangway.home"), "envserver-python");
        ProcessBuilder builder = new ProcessBuilder(
                        PythonRuntime.locate().executable().toString(),
                        "-m",
                        "pytest",
                        "-p",
                        "no:cacheprovider",
                        "tests/test_contract.py")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment()
                .put("GANGWAY_CONTRACT_SERVER", SERVER.client().address().toString());
        Process pytest = builder.start();
        try {
            String output = new String(pytest.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, pytest.waitFor(), output);
        } finally {
            pytest.destroyForcibly();
        }
    }
}

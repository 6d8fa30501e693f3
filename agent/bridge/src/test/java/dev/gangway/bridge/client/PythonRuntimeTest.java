package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@Timeout(30)
class PythonRuntimeTest {
    @TempDir
    Path project;

    @Test
    void theSetupScriptMakesTheEnvironmentThatIsUsed() throws IOException {
        setup("mkdir -p \"${0%/*}/.venv/bin\" && touch \"${0%/*}/.venv/bin/python\"");

        assertEquals(
                project.resolve(".venv/bin/python"),
                PythonRuntime.inCheckout(project).executable());
    }

    @Test
    void aSetupThatFailsIsOneClearLine() throws IOException {
        setup("exit 7");
        var error = assertThrows(EnvironmentException.class, () -> PythonRuntime.inCheckout(project));

        assertTrue(
                error.getMessage().contains(project.resolve("setup") + " failed with exit code 7"), error::getMessage);
    }

    @Test
    void anEnvironmentThatIsMissingIsNamedWithTheRemedy() {
        var error = assertThrows(EnvironmentException.class, () -> PythonRuntime.inCheckout(project));

        assertTrue(error.getMessage().contains(project.resolve(".venv") + ", found none; run "), error::getMessage);
    }

    @Test
    void theCheckoutsOwnRunsTheServer() {
        assertTrue(Files.isExecutable(PythonRuntime.locate().executable()));
    }

    private void setup(String command) throws IOException {
        Path script = project.resolve("setup");
        Files.writeString(script, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}

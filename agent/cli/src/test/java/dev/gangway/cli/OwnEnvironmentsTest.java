package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.OfferedEnvironment;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.VectorEnv;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code examples/java/ShortCartPole.java}, a user's own environment: from a jar, and from a program of its own. */
@Tag("process")
@DisabledOnOs(OS.WINDOWS)
class OwnEnvironmentsTest {
    private static final String ID = "ShortCartPole-v0";
    private static final String SERVICE = "META-INF/services/dev.gangway.environment.provider.EnvironmentProvider";

    @TempDir
    private Path directory;

    private Path classes;

    @BeforeEach
    void compile() throws IOException {
        classes = Files.createDirectory(directory.resolve("classes"));
        String source = Path.of(System.getProperty("gangway.home"), "examples", "java", "ShortCartPole.java")
                .toString();
        int exitCode = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream(),
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        classes.toString(),
                        source);
        assertEquals(0, exitCode);
    }

    private Path jar(String provider) throws IOException {
        Path jar = directory.resolve("own.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("ShortCartPole.class"));
            out.write(Files.readAllBytes(classes.resolve("ShortCartPole.class")));
            out.putNextEntry(new JarEntry(SERVICE));
            out.write(provider.getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private static void assertServes(String address, List<String> ids) {
        try (EnvironmentClient client = EnvironmentClient.connect(ServerAddress.parse(address));
                VectorEnv env = client.open(RemoteEnvOptions.of(ID, 2))) {
            assertEquals(
                    ids,
                    client.listEnvironments().stream()
                            .map(OfferedEnvironment::id)
                            .toList());
            EnvSpec spec = env.spec();
            assertEquals(OptionalLong.of(10), spec.maxEpisodeSteps());
            assertEquals(
                    2,
                    env.reset(ResetRequest.seeded(1, 2))
                            .observations()
                            .asTensor()
                            .shape()[0]);
        }
    }

    private static String address(String announcement) {
        return JsonParser.parseString(announcement)
                .getAsJsonObject()
                .get("address")
                .getAsString();
    }

    @Test
    void aJarsProviderIsServedBesideTheCartPole() throws IOException {
        try (Child server = new Child(
                directory,
                List.of(),
                "serve-native",
                "--jar",
                jar("ShortCartPole\n").toString())) {
            server.awaitLines(directory.resolve("out"), 1);
            assertServes(address(server.out()), List.of("CartPole-v1", ID));
        }
    }

    @Test
    void aProgramOfOnesOwnServesWhatItNames() throws IOException {
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + classes,
                        "ShortCartPole")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertServes(address(server.inputReader().readLine()), List.of(ID));
        } finally {
            server.destroy(); // SIGTERM: it removes its socket
            server.onExit().join();
        }
    }

    @Test
    void aJarThatIsNotThereAndAProviderThatIsNoneAreNamed() throws IOException {
        Path missing = directory.resolve("missing.jar");
        Gangway.Result none = Gangway.run("serve-native", "--jar", missing.toString());
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("expected a jar or a directory of classes, found no " + missing), none::err);
        Gangway.Result wrong =
                Gangway.run("serve-native", "--jar", jar("NoSuchClass\n").toString());
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.err().contains("A provider cannot be loaded: "), wrong::err);
        assertTrue(wrong.err().contains("NoSuchClass"), wrong::err);
    }
}

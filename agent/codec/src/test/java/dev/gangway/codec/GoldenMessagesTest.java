package dev.gangway.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.gangway.environment.Space;
import dev.gangway.environment.Value;
import dev.gangway.v1.AttachRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The golden messages of {@code proto/golden}: text, bytes and our encoders say the same. */
class GoldenMessagesTest {
    private static final Path FOLDER = Path.of(System.getProperty("gangway.home"), "proto", "golden");
    private static final String HEADER = "# proto-message: gangway.v1.";

    @TestFactory
    Stream<DynamicTest> textAndBytesSayTheSame() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.filter(file -> file.toString().endsWith(".txtpb"))
                    .sorted()
                    .toList();
        }
        assertTrue(files.size() >= 30, files::toString);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    @Test
    void seedsAreWhatTheySay() throws IOException {
        var seeds =
                AttachRequest.parseFrom(bytes("reset_wide_seeds")).getReset().getSeeds();
        BigInteger first = BigInteger.ONE.shiftLeft(64);
        List<Optional<BigInteger>> expected =
                List.of(Optional.of(first.subtract(BigInteger.ONE)), Optional.empty(), Optional.of(first));
        assertEquals(
                expected,
                seeds.getSeedsList().stream()
                        .map(seed -> WireSeeds.decode(seed, "a seed"))
                        .toList());
        assertEquals(
                seeds.getSeedsList(), expected.stream().map(WireSeeds::encode).toList());
    }

    @Test
    void spacesAndValuesAreWhatTheySay() throws IOException {
        var wire = dev.gangway.v1.Space.parseFrom(bytes("the_ten_spaces"));
        var value = dev.gangway.v1.Value.parseFrom(bytes("values_of_the_ten_spaces"));
        Space space = WireSpaces.decode(wire, "action", "golden");
        assertEquals(space, WireSpaces.decode(WireSpaces.encode(space), "action", "golden"));
        Value found = WireValues.decode(space, value, "the value");
        assertTrue(space.contains(found));
        assertEquals(value, WireValues.encode(found));
    }

    private static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name + ".binpb"));
    }

    private static void check(Path file) throws IOException {
        String text = Files.readString(file);
        byte[] bytes = Files.readAllBytes(Path.of(file.toString().replace(".txtpb", ".binpb")));
        Descriptor type = type(text.lines().findFirst().orElseThrow().substring(HEADER.length()));
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        TextFormat.merge(text, message);
        assertArrayEquals(bytes, message.build().toByteArray());
        assertEquals(message.build(), DynamicMessage.parseFrom(type, bytes));
    }

    private static Descriptor type(String name) {
        FileDescriptor service = AttachRequest.getDescriptor().getFile();
        return Stream.concat(Stream.of(service), service.getDependencies().stream())
                .map(file -> file.findMessageTypeByName(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }
}

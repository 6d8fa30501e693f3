package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.gangway.codec.ProtocolException;
import dev.gangway.codec.WireValues;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.EnvironmentSettings;
import dev.gangway.v1.FrameStackObservationWrapper;
import dev.gangway.v1.OpenCommand;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.SharedMemory;
import dev.gangway.v1.StepCommand;
import dev.gangway.v1.Wrapper;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is mapped and what is not, against a real server; ReconnectTest has what travels through it. */
@Tag("process")
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class ObservationMemoryTest {
    private static TestServer real;
    private static Transport transport;
    private static CreateSessionResponse created;
    private static SessionStream stream;
    private static SharedMemory memory;

    @BeforeAll
    static void open() throws Exception {
        real = TestServer.start();
        transport = new Transport(real.client.address());
        transport.attachDirectly();
        created = EnvironmentServiceGrpc.newBlockingStub(transport.channel())
                .createSession(CreateSessionRequest.newBuilder()
                        .setProtocolVersion(1)
                        .setCopies(8)
                        .setSettings(EnvironmentSettings.newBuilder()
                                .setId("CartPole-v1")
                                .addWrappers(Wrapper.newBuilder()
                                        .setFrameStackObservation(FrameStackObservationWrapper.newBuilder()
                                                .setStackSize(1024))))
                        .build());
        stream = transport.attach(false);
        stream.send(AttachRequest.newBuilder()
                .setOpen(OpenCommand.newBuilder()
                        .setProtocolVersion(1)
                        .setSessionId(created.getSessionId())
                        .setIncarnation(created.getIncarnation()))
                .build());
        memory = stream.await(Long.MAX_VALUE).getOpened().getMemory();
    }

    @AfterAll
    static void close() {
        stream.cancel("the tests are done");
        transport.close();
        real.close();
    }

    @Test
    void responsesComeWholeFromTheMappedFileAndStayAsTheyAre() throws Exception {
        ByteString first = reset(1);
        assertEquals(memory.getSize(), first.size());
        Path file = Path.of("/proc/" + memory.getProcess() + "/fd/" + memory.getFile());
        ByteString written = ByteString.copyFrom(Files.readAllBytes(file));
        assertEquals(written, first);
        assertTrue(Files.readString(Path.of("/proc/self/maps")).contains("/memfd:" + memory.getName()));

        assertNotEquals(written, reset(2));
        assertEquals(written, ByteString.copyFrom(first.asReadOnlyByteBuffer()));

        for (int step = 3; step < 6; step++) { // copied in parts while the server makes the next
            assertEquals(step(step), ByteString.copyFrom(Files.readAllBytes(file)));
        }
    }

    /** Returns the observations' data. */
    private static ByteString step(long sequence) throws Exception {
        Tensor actions = Tensor.ofLongs(new int[] {8}, 0, 1, 0, 1, 0, 1, 0, 1);
        stream.send(AttachRequest.newBuilder()
                .setSequence(sequence)
                .setStep(StepCommand.newBuilder().setActions(WireValues.encode(actions)))
                .build());
        AttachResponse response = stream.await(Long.MAX_VALUE);
        assertEquals(sequence, response.getSequence());
        assertFalse(response.getObservationsInMemory());
        return response.getStep().getObservations().getTensor().getData();
    }

    /** Returns the observations' data. */
    private static ByteString reset(long sequence) throws Exception {
        stream.send(AttachRequest.newBuilder()
                .setSequence(sequence)
                .setReset(ResetCommand.newBuilder().setSeed(sequence))
                .build());
        AttachResponse response = stream.await(Long.MAX_VALUE);
        assertFalse(response.getObservationsInMemory());
        return response.getReset().getObservations().getTensor().getData();
    }

    @Test
    void anotherFileIsNotMapped() {
        assertTrue(ObservationMemory.map(memory).isPresent());
        assertTrue(map(memory.toBuilder().setName("gangway-other")).isEmpty());
        assertTrue(map(memory.toBuilder().setFile(0)).isEmpty());
        assertTrue(map(memory.toBuilder().setFile(-1)).isEmpty());
        assertTrue(map(memory.toBuilder().setProcess(-1)).isEmpty());
    }

    @Test
    void aFileOfAnotherSizeIsRefused() {
        long size = memory.getSize();
        var error = assertThrows(
                ProtocolException.class, () -> map(memory.toBuilder().setSize(size + 1)));
        assertEquals("OpenResult.memory", error.place());
        assertEquals(String.valueOf(size), error.found());
    }

    @Test
    void partsOnlyGrow() {
        ObservationMemory parts = ObservationMemory.map(memory).orElseThrow();
        assertTrue(parts.copy(4));
        assertTrue(parts.copy(4));
        assertFalse(parts.copy(3));
        assertFalse(parts.copy(memory.getSize() + 1));
        assertFalse(parts.copy(-1));
        parts.restart();
        assertTrue(parts.copy(3));
    }

    private static Optional<ObservationMemory> map(SharedMemory.Builder wire) {
        return ObservationMemory.map(wire.build());
    }
}

package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import dev.gangway.codec.ProtocolException;
import dev.gangway.codec.WireTensors;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.DrainNotice;
import dev.gangway.v1.Extension;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.FinalRows;
import dev.gangway.v1.OneOfSpace;
import dev.gangway.v1.OpenResult;
import dev.gangway.v1.RenderResult;
import dev.gangway.v1.Space;
import dev.gangway.v1.StepResult;
import dev.gangway.v1.Value;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MisbehavingServerTest {
    private static final Tensor ACTIONS = Tensor.ofLongs(new int[] {2}, 0, 1);
    private static final RemoteEnvOptions OPTIONS = RemoteEnvOptions.of("Fake-v0", FakeServer.COPIES);

    private FakeServer server;
    private EnvironmentClient client;

    @BeforeEach
    void connect() throws IOException {
        server = new FakeServer();
        client = EnvironmentClient.connect(server.address());
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void aProperAnswerPasses() {
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            env.reset(ResetRequest.unseeded());

            assertEquals(
                    Tensor.ofFloats(new int[] {2, 2}, 0, 0, 0, 0),
                    env.step(ACTIONS).observations());
        }
    }

    @Test
    void everyMalformedStepNamesThePlaceWhatWasExpectedAndWhatWasFound() {
        assertMalformed(
                step -> step.clearObservations(),
                "StepResult.observations: expected a tensor, found value without a kind");
        assertMalformed(
                step -> step.setObservations(FakeServer.observations(3)),
                "StepResult.observations: expected float32[2, 2], found float32[3, 2]");
        assertMalformed(
                step -> step.setObservations(tensor(Tensor.ofDoubles(new int[] {2, 2}, 0, 0, 0, 0))),
                "StepResult.observations: expected float32[2, 2], found float64[2, 2]");
        assertMalformed(
                step -> step.setRewards(ByteString.copyFrom(new byte[15])),
                "StepResult.rewards: expected 16 bytes, a float64 per copy, found 15");
        assertMalformed(
                step -> step.setTerminated(ByteString.copyFrom(new byte[3])),
                "StepResult.terminated: expected 2 bytes, one per copy, found 3");
        assertMalformed(
                step -> step.setTruncated(ByteString.copyFrom(new byte[] {0, 7})),
                "StepResult.truncated: expected bytes 0 or 1, found 7 at index 1");
    }

    @Test
    void anAnswerThatMustBeUnderstoodAndIsNotIsRefusedAndOthersAreTaken() {
        Extension hint = Extension.newBuilder()
                .setValue(Any.pack(StringValue.of("beyond the protocol")))
                .build();
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            env.reset(ResetRequest.unseeded());
            FakeServer.Answer proper = server.answer;
            for (boolean required : new boolean[] {false, true}) {
                server.answer = (request, responses) -> responses.onNext(AttachResponse.newBuilder()
                        .setSequence(request.getSequence())
                        .setStep(FakeServer.step())
                        .addExtensions(hint.toBuilder().setRequired(required))
                        .build());
                if (required) {
                    RemoteEnvironmentException refused =
                            assertThrows(RemoteEnvironmentException.class, () -> env.step(ACTIONS));
                    assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, refused.reason());
                    assertEquals(
                            "type.googleapis.com/google.protobuf.StringValue",
                            refused.metadata().get("type"));
                } else {
                    assertEquals(2, env.step(ACTIONS).rewards().length);
                }
            }
            server.answer = proper;
            assertEquals(2, env.step(ACTIONS).rewards().length);
        }
    }

    @Test
    void finalRowsAreExactlyThoseThatEnded() {
        ByteString second = ByteString.copyFrom(new byte[] {0, 1});
        FinalRows rows = FinalRows.newBuilder()
                .addCopies(1)
                .setObservations(FakeServer.observations(1))
                .build();
        assertMalformed(
                step -> step.setTerminated(second),
                "StepResult.final: expected the rows of the copies that ended, [1], found none");
        assertMalformed(
                step -> step.setFinal(rows),
                "StepResult.final: expected the rows of the copies that ended, [], found [1]");
        assertMalformed(
                step -> step.setTruncated(second)
                        .setFinal(rows.toBuilder().clearCopies().addCopies(0)),
                "StepResult.final: expected the rows of the copies that ended, [1], found [0]");
        assertMalformed(
                step -> step.setTruncated(second)
                        .setFinal(rows.toBuilder().setObservations(FakeServer.observations(2))),
                "StepResult.final.observations: expected float32[1, 2], found float32[2, 2]");
        try (RemoteVectorEnv env = client.open(OPTIONS.withAutoreset(AutoresetMode.NEXT_STEP))) {
            answerSteps(step -> step.setTerminated(second).setFinal(rows));
            env.reset(ResetRequest.unseeded());
            assertMessage(
                    assertThrows(ProtocolException.class, () -> env.step(ACTIONS)),
                    "StepResult.final: expected none in autoreset mode NEXT_STEP, found [1]");
        }
    }

    @Test
    void aFrameIsAnImage() {
        server.answer = (request, responses) -> responses.onNext(AttachResponse.newBuilder()
                .setSequence(request.getSequence())
                .setRender(RenderResult.newBuilder().addFrames(tensor(Tensor.ofFloats(new int[] {1}, 0))))
                .build());
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            assertMessage(
                    assertThrows(ProtocolException.class, () -> env.render(0)),
                    "RenderResult.frames: expected uint8[height, width, 3], found float32[1]");
        }
    }

    @Test
    void afterABrokenContractTheEnvironmentCanOnlyBeClosed() {
        RemoteVectorEnv env = client.open(OPTIONS.withLease(Duration.ofSeconds(10)));
        answerSteps(step -> step.clearRewards());
        assertThrows(ProtocolException.class, () -> env.step(ACTIONS));

        var error = assertThrows(ServerLostException.class, () -> env.step(ACTIONS));

        assertMessage(error, "unusable since an earlier error: Malformed message", "StepResult.rewards");
        env.close();
        assertThrows(IllegalStateException.class, () -> env.send(ACTIONS));
        assertEquals(List.of("s"), server.closedSessions);
    }

    @Test
    void aResponseWithAnotherNumberIsRefused() {
        server.answer = (request, responses) -> responses.onNext(AttachResponse.newBuilder()
                .setSequence(request.getSequence() + 1)
                .setStep(FakeServer.step())
                .build());
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            assertMessage(
                    assertThrows(ProtocolException.class, () -> env.step(ACTIONS)),
                    "AttachResponse.sequence: expected 1, found 2");
        }
    }

    @Test
    void aResultOfAnotherKindIsRefused() {
        server.answer = (request, responses) -> responses.onNext(AttachResponse.newBuilder()
                .setSequence(request.getSequence())
                .setStep(FakeServer.step())
                .build());
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            assertMessage(
                    assertThrows(ProtocolException.class, () -> env.reset(ResetRequest.unseeded())),
                    "AttachResponse.result: expected RESET, found STEP");
        }
    }

    @Test
    void aResponseThatNobodyAskedForIsRefused() {
        server.answer = (request, responses) -> {
            FakeServer.properly(request, responses);
            FakeServer.properly(request, responses);
        };
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            assertThrows(EnvironmentException.class, () -> {
                env.step(ACTIONS);
                env.step(ACTIONS);
            });
        }
    }

    @Test
    void aSilentServerIsGivenUpAfterTheResponseTimeout() {
        server.answer = (request, responses) -> {};
        RemoteVectorEnv env = client.open(OPTIONS.withResponseTimeout(Duration.ofMillis(200)));

        var error = assertThrows(ServerLostException.class, () -> env.step(ACTIONS));

        assertMessage(
                error,
                "did not answer for Fake-v0 within 200 ms",
                server.address().toString());
        env.close();
    }

    @Test
    void anInterruptEndsTheWait() {
        server.answer = (request, responses) -> {};
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            env.send(ACTIONS);
            Thread.currentThread().interrupt();

            var error = assertThrows(EnvironmentException.class, env::receive);

            assertTrue(Thread.interrupted(), "the interrupt is still to be seen");
            assertMessage(error, "Interrupted while waiting for Fake-v0");
        }
    }

    @Test
    void closingFromAnotherThreadEndsTheWait() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        server.answer = (request, responses) -> asked.countDown();
        RemoteVectorEnv env = client.open(OPTIONS);
        Thread closer = new Thread(() -> {
            try {
                asked.await();
                env.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        closer.start();

        assertThrows(IllegalStateException.class, () -> env.step(ACTIONS));
        closer.join();
    }

    @Test
    void aDrainIsSurfacedWhenTheStreamEnds() {
        server.answer = (request, responses) -> {
            if (request.getSequence() == 1) {
                responses.onNext(AttachResponse.newBuilder()
                        .setDrain(DrainNotice.newBuilder().setDeadlineMilliseconds(5000))
                        .build());
                FakeServer.properly(request, responses);
            } else {
                responses.onCompleted();
            }
        };
        try (RemoteVectorEnv env = client.open(OPTIONS.withLease(Duration.ofSeconds(10)))) {
            assertFalse(env.step(ACTIONS).terminated()[0], "a notice is no response");

            var error = assertThrows(ServerLostException.class, () -> env.step(ACTIONS));

            assertMessage(error, "stopped, as it had announced, and closed Fake-v0");
        }
    }

    @Test
    void aStreamThatEndsInOrderUnaskedIsALostSession() {
        server.answer = (request, responses) -> responses.onCompleted();
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            assertMessage(
                    assertThrows(ServerLostException.class, () -> env.step(ACTIONS)), "closed the session of Fake-v0");
        }
    }

    @Test
    void theReasonInAStatusIsGivenToTheCaller() {
        Failure failure = Failure.newBuilder()
                .setCode(Status.Code.NOT_FOUND.value())
                .setReason(FailureReason.FAILURE_REASON_UNKNOWN_SESSION)
                .setMessage("Session s expired")
                .putMetadata("session", "s")
                .build();
        server.answer = (request, responses) ->
                responses.onError(StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.NOT_FOUND.value())
                        .setMessage("Session s expired")
                        .addDetails(Any.pack(failure))
                        .build()));
        try (RemoteVectorEnv env = client.open(OPTIONS.withLease(Duration.ofSeconds(10)))) {
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.step(ACTIONS));

            assertEquals("Session s expired", error.getMessage());
            assertEquals(Status.Code.NOT_FOUND, error.code());
            assertEquals(FailureReason.FAILURE_REASON_UNKNOWN_SESSION, error.reason());
            assertEquals("s", error.metadata().get("session"));
            assertInstanceOf(
                    RemoteEnvironmentException.class,
                    assertThrows(ServerLostException.class, () -> env.step(ACTIONS))
                            .getCause());
        }
    }

    @Test
    void aRequestBeyondTheServersLimitIsNotSent() {
        server.handshake = server.handshake.toBuilder().setMaxMessageBytes(64).build();
        try (EnvironmentClient small = EnvironmentClient.connect(server.address());
                RemoteVectorEnv env = small.open(OPTIONS)) {
            var error = assertThrows(
                    EnvironmentException.class, () -> env.send(Tensor.ofLongs(new int[] {20}, new long[20])));

            assertMessage(error, "at most 64 bytes, the server's limit, found");
            env.step(ACTIONS);
        }
    }

    @Test
    void aSessionThatCannotBeUsedIsClosedAgain() {
        server.session
                .getDescriptionBuilder()
                .setObservationSpace(Space.newBuilder().setOneOf(OneOfSpace.getDefaultInstance()));
        assertMessage(assertThrows(ProtocolException.class, () -> client.open(OPTIONS)), "at least one alternative");

        assertEquals(List.of("s"), server.closedSessions);
    }

    @Test
    void aStreamThatDoesNotOpenIsRefused() {
        server.opened = AttachResponse.newBuilder()
                .setSequence(4)
                .setOpened(OpenResult.getDefaultInstance())
                .build();
        assertMessage(
                assertThrows(ProtocolException.class, () -> client.open(OPTIONS)),
                "expected OPENED with sequence 0, found OPENED with sequence 4");
    }

    @Test
    void aProtocolVersionThatWasNotOfferedIsRefused() {
        server.handshake = server.handshake.toBuilder().setProtocolVersion(2).build();

        assertMessage(
                assertThrows(ProtocolException.class, () -> EnvironmentClient.connect(server.address())),
                "HandshakeResponse.protocol_version: expected 1, the only one offered, found 2");
    }

    @Test
    void anotherKindOfServerIsRecognised() throws IOException {
        var other = FakeServer.serve(new HealthGrpc.HealthImplBase() {});
        try {
            var error = assertThrows(
                    ServerLostException.class,
                    () -> EnvironmentClient.connect(new ServerAddress.Tcp("127.0.0.1", other.getPort())));

            assertMessage(error, "is not a Gangway environment server");
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void aServerThatIsNotThereIsAClearError() {
        ServerAddress address = server.address();
        server.close();

        var error = assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThrows(ServerLostException.class, () -> EnvironmentClient.connect(address)));

        assertMessage(error, "Could not connect: the environment server at " + address + " cannot be reached");
    }

    private void answerSteps(Consumer<StepResult.Builder> change) {
        server.answer = (request, responses) -> {
            if (!request.hasStep()) {
                FakeServer.properly(request, responses);
                return;
            }
            StepResult.Builder step = FakeServer.step();
            change.accept(step);
            responses.onNext(AttachResponse.newBuilder()
                    .setSequence(request.getSequence())
                    .setStep(step)
                    .build());
        };
    }

    private void assertMalformed(Consumer<StepResult.Builder> change, String expected) {
        answerSteps(change);
        try (RemoteVectorEnv env = client.open(OPTIONS)) {
            env.reset(ResetRequest.unseeded());
            assertMessage(assertThrows(ProtocolException.class, () -> env.step(ACTIONS)), expected);
        }
    }

    private static void assertMessage(Exception error, String... parts) {
        for (String part : parts) {
            assertTrue(error.getMessage().contains(part), error::getMessage);
        }
    }

    private static Value tensor(Tensor tensor) {
        return Value.newBuilder().setTensor(WireTensors.encode(tensor)).build();
    }
}

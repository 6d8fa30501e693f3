package dev.gangway.bridge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.RemoteVectorEnv;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.Transport;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.EnvironmentSettings;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.OpenCommand;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java server and what no client of ours does to it: malformed messages, odd paths. */
@Timeout(60)
class EnvironmentServerTest {
    private static final byte[] GARBAGE = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
    private static final String SERVICE = EnvironmentServiceGrpc.SERVICE_NAME;
    private static final int MAX_SESSIONS = 2;

    private EnvironmentServer server;
    private Transport transport;

    @BeforeEach
    void start() {
        server = EnvironmentServer.start(
                ServerOptions.standard().withMaxSessions(MAX_SESSIONS), List.of(new CartPoleProvider()));
        transport = new Transport(ServerAddress.parse(server.address().toString()));
    }

    @AfterEach
    void stop() {
        transport.close();
        server.close();
    }

    /** A call of bytes: what came, and how it ended. */
    private static final class RawCall extends ClientCall.Listener<byte[]> {
        final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        final CompletableFuture<Failure> end = new CompletableFuture<>();
        private final ClientCall<byte[], byte[]> call;

        RawCall(Channel channel, String method, MethodType type) {
            var marshaller = new MethodDescriptor.Marshaller<byte[]>() {
                @Override
                public InputStream stream(byte[] bytes) {
                    return new ByteArrayInputStream(bytes);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                }
            };
            call = channel.newCall(
                    MethodDescriptor.<byte[], byte[]>newBuilder(marshaller, marshaller)
                            .setFullMethodName(method)
                            .setType(type)
                            .build(),
                    CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(100);
        }

        RawCall send(byte[]... messages) {
            for (byte[] message : messages) {
                call.sendMessage(message);
            }
            return this;
        }

        RawCall halfClose() {
            call.halfClose();
            return this;
        }

        @Override
        public void onMessage(byte[] message) {
            messages.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            try {
                com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
                end.complete(
                        details.getDetailsCount() == 0
                                ? Failure.newBuilder()
                                        .setCode(details.getCode())
                                        .setMessage(details.getMessage())
                                        .build()
                                : details.getDetails(0).unpack(Failure.class));
            } catch (InvalidProtocolBufferException wrong) {
                end.completeExceptionally(wrong);
            }
        }

        Failure failure() throws Exception {
            return end.get(30, TimeUnit.SECONDS);
        }

        AttachResponse response() throws Exception {
            return AttachResponse.parseFrom(
                    Optional.ofNullable(messages.poll(30, TimeUnit.SECONDS)).orElseThrow());
        }
    }

    private CreateSessionResponse create(int leaseMilliseconds) {
        return EnvironmentServiceGrpc.newBlockingStub(transport.channel())
                .createSession(CreateSessionRequest.newBuilder()
                        .setProtocolVersion(1)
                        .setSettings(EnvironmentSettings.newBuilder().setId("CartPole-v1"))
                        .setCopies(1)
                        .setLeaseMilliseconds(leaseMilliseconds)
                        .build());
    }

    private RawCall attach(CreateSessionResponse session) throws Exception {
        byte[] open = AttachRequest.newBuilder()
                .setOpen(OpenCommand.newBuilder()
                        .setProtocolVersion(1)
                        .setSessionId(session.getSessionId())
                        .setIncarnation(session.getIncarnation()))
                .build()
                .toByteArray();
        RawCall stream = new RawCall(transport.channel(), SERVICE + "/Attach", MethodType.BIDI_STREAMING).send(open);
        assertTrue(stream.response().hasOpened());
        return stream;
    }

    private static void assertMalformed(String method, Failure failure) {
        assertEquals(FailureReason.FAILURE_REASON_MALFORMED, failure.getReason(), failure::toString);
        assertEquals(Status.Code.INVALID_ARGUMENT.value(), failure.getCode());
        assertTrue(failure.getMessage().startsWith("A message to /" + method + " cannot be read"), failure::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gangway.v1.EnvironmentService/Handshake",
                "gangway.v1.EnvironmentService/ListEnvironments",
                "gangway.v1.EnvironmentService/DescribeEnvironment",
                "gangway.v1.EnvironmentService/CreateSession",
                "gangway.v1.EnvironmentService/CloseSession",
                "grpc.health.v1.Health/Check"
            })
    void aUnaryCallAnswersAMessageThatIsNoneInWords(String method) throws Exception {
        RawCall call = new RawCall(transport.channel(), method, MethodType.UNARY)
                .send(GARBAGE)
                .halfClose();
        assertMalformed(method, call.failure());
    }

    @Test
    void aMalformedMessageWithMoreBehindItFreesTheSession() throws Exception {
        for (int i = 0; i < 3 * MAX_SESSIONS; i++) { // without a lease, so that it ends with its stream
            RawCall stream = attach(create(0)).send(GARBAGE, new byte[0], GARBAGE, new byte[0]);
            assertMalformed(SERVICE + "/Attach", stream.failure());
        }
    }

    @Test
    void aSessionWithALeaseTakesAnotherStreamAfterAMalformedMessage() throws Exception {
        CreateSessionResponse session = create(60_000);
        assertMalformed(
                SERVICE + "/Attach", attach(session).send(GARBAGE, new byte[0]).failure());
        attach(session).halfClose().failure();
    }

    @Test
    void aStreamThatTheServerEndsGivesItsPlaceBackThoughItsClientDoesNotHalfClose() throws Exception {
        int limit = 2 * MAX_SESSIONS + 8;
        try (EnvironmentClient client =
                EnvironmentClient.connect(ServerAddress.parse(server.address().toString()))) {
            for (int i = 0; i <= limit; i++) {
                CreateSessionResponse session = create(0);
                RawCall stream = attach(session);
                EnvironmentServiceGrpc.newBlockingStub(transport.channel())
                        .closeSession(CloseSessionRequest.newBuilder()
                                .setSessionId(session.getSessionId())
                                .build());
                assertEquals(Status.Code.OK.value(), stream.failure().getCode());
            }
            try (RemoteVectorEnv env = client.open(RemoteEnvOptions.of("CartPole-v1", 1))) {
                env.reset(ResetRequest.seeded(0, 1));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ü", "100% %41", "#", "w?", "a:b", "a,b", "[a]@"})
    void aSocketPathOfAnyLettersServesAClient(String name, @TempDir Path directory) {
        Path path = directory.resolve(name).resolve(name);
        ServerOptions options = ServerOptions.standard().withListen(ListenAddress.parse("unix:" + path, false));
        try (EnvironmentServer odd = EnvironmentServer.start(options, List.of(new CartPoleProvider()));
                EnvironmentClient client = EnvironmentClient.connect(
                        ServerAddress.parse(odd.address().toString()));
                RemoteVectorEnv env = client.open(RemoteEnvOptions.of("CartPole-v1", 1))) {
            assertTrue(Files.exists(path));
            env.reset(ResetRequest.seeded(0, 1));
        }
    }

    @Test
    void aDirectoryThatOthersEnterIsRefusedWithAPathThatWorks(@TempDir Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path path = directory.resolve("socket");
        String message = assertThrows(EnvironmentException.class, () -> SocketClaim.take(path, false))
                .getMessage();
        Path advised = directory.resolve("gangway").resolve("socket");
        assertTrue(message.endsWith("such as " + advised + "."), message);
        SocketClaim.take(advised, false).close();
    }
}

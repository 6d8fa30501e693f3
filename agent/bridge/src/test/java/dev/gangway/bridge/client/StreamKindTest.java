package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import io.grpc.Status;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When streams are direct, and what a client that breaks their form is told. */
@Tag("process")
@Timeout(60)
class StreamKindTest {
    private static final RemoteEnvOptions CART_POLE = RemoteEnvOptions.of("CartPole-v1", 2);

    @Test
    void aServerOnTcpIsAttachedByGrpcAndRefusesNothingElse() {
        try (TestServer tcp = TestServer.start("--listen", "127.0.0.1:0")) {
            assertFalse(tcp.client.server().directStreams());
            works(tcp.client);

            var error = assertThrows(
                    EnvironmentException.class,
                    () -> EnvironmentClient.connect(tcp.client.address(), StreamKind.DIRECT));
            assertTrue(
                    error.getMessage().startsWith("Expected a server that takes direct streams, found none at 127.0"),
                    error::getMessage);
        }
    }

    @Test
    void theOperatorCanKeepToGrpc(@TempDir Path directory) {
        Path socket = directory.resolve("private").resolve("socket");
        try (TestServer plain = TestServer.start("--no-direct-streams", "--listen", "unix:" + socket)) {
            assertFalse(plain.client.server().directStreams());
            assertFalse(Files.exists(DirectStream.path(socket)));
            works(plain.client);
            assertThrows(
                    EnvironmentException.class,
                    () -> EnvironmentClient.connect(plain.client.address(), StreamKind.DIRECT));
        }
    }

    @Test
    void aForwardedSocketIsAttachedByGrpc(@TempDir Path directory) throws IOException {
        try (TestServer real = TestServer.start()) {
            Path forwarded = directory.resolve("socket"); // what SSH would make, without the second one
            Files.createSymbolicLink(forwarded, ((ServerAddress.Unix) real.client.address()).path());
            try (EnvironmentClient client = EnvironmentClient.connect(new ServerAddress.Unix(forwarded))) {
                assertTrue(client.server().directStreams());
                works(client);
            }
        }
    }

    @Test
    void theSecondSocketGoesWithTheServer() {
        TestServer real = TestServer.start();
        Path socket = DirectStream.path(((ServerAddress.Unix) real.client.address()).path());
        assertTrue(Files.exists(socket));
        real.close();
        assertFalse(Files.exists(socket.getParent()));
    }

    @Test
    void bytesThatAreNoMessageAndLengthsThatAreTooLongAreRefused() throws IOException {
        try (TestServer real = TestServer.start()) {
            Path socket = DirectStream.path(((ServerAddress.Unix) real.client.address()).path());
            Failure nonsense = refusal(socket, frame(ByteString.copyFromUtf8("no protobuf, surely")));
            assertEquals(FailureReason.FAILURE_REASON_MALFORMED, nonsense.getReason());
            assertEquals(Status.Code.INVALID_ARGUMENT.value(), nonsense.getCode());

            Failure endless = refusal(socket, frame(ByteString.empty()).putInt(0, Integer.MAX_VALUE));
            assertEquals(Status.Code.RESOURCE_EXHAUSTED.value(), endless.getCode());
            assertTrue(endless.getMessage().contains("2147483647 bytes"), endless::getMessage);

            Failure early =
                    refusal(socket, frame(AttachRequest.getDefaultInstance().toByteString()));
            assertEquals(FailureReason.FAILURE_REASON_NOT_OPENED, early.getReason());
            works(real.client);
        }
    }

    @Test
    void aMessageMayComeByteByByte() throws IOException {
        try (TestServer real = TestServer.start()) {
            Path socket = DirectStream.path(((ServerAddress.Unix) real.client.address()).path());
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                ByteBuffer whole =
                        frame(AttachRequest.newBuilder().setSequence(3).build().toByteString());
                while (whole.hasRemaining()) {
                    int unused = channel.write(ByteBuffer.wrap(new byte[] {whole.get()}));
                }
                Failure refused = ended(channel);
                assertEquals(FailureReason.FAILURE_REASON_NOT_OPENED, refused.getReason());
            }
        }
    }

    @Test
    void anEndlessAnswerThatIsOnlyAnnouncedCostsNoMemory(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(DirectStream.path(socket)));
            DirectStream stream = DirectStream.start(new ServerAddress.Unix(socket), ended -> {});
            try (SocketChannel server = listener.accept()) {
                int unused = server.write(
                        frame(ByteString.copyFrom(new byte[100_000])).putInt(0, Integer.MAX_VALUE - 4));
            }
            StreamEndedException lost = assertThrows(StreamEndedException.class, () -> stream.await(Long.MAX_VALUE));
            assertEquals(Status.Code.UNAVAILABLE, lost.status().getCode());
        }
    }

    private static void works(EnvironmentClient client) {
        try (VectorEnv env = client.open(CART_POLE)) {
            env.reset(ResetRequest.seeded(1, 2));
        }
    }

    private static ByteBuffer frame(ByteString message) {
        ByteBuffer frame = ByteBuffer.allocate(4 + message.size()).order(ByteOrder.LITTLE_ENDIAN);
        return frame.putInt(message.size()).put(message.asReadOnlyByteBuffer()).flip();
    }

    private static Failure refusal(Path socket, ByteBuffer sent) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            while (sent.hasRemaining()) {
                int unused = channel.write(sent);
            }
            return ended(channel);
        }
    }

    /** Reads the last message, and that there is nothing after it. */
    private static Failure ended(SocketChannel channel) throws IOException {
        InputStream input = Channels.newInputStream(channel);
        DataInputStream data = new DataInputStream(input);
        byte[] message = new byte[Integer.reverseBytes(data.readInt())];
        data.readFully(message);
        assertEquals(-1, input.read());
        AttachResponse response = AttachResponse.parseFrom(message);
        assertTrue(response.hasEnded(), response::toString);
        return response.getEnded();
    }
}

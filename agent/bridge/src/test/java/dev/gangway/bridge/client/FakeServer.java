package dev.gangway.bridge.client;

import com.google.protobuf.ByteString;
import dev.gangway.codec.WireTensors;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.BoxSpace;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CloseSessionResponse;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.DataType;
import dev.gangway.v1.DiscreteSpace;
import dev.gangway.v1.EnvironmentDescription;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.OpenResult;
import dev.gangway.v1.ResetResult;
import dev.gangway.v1.Space;
import dev.gangway.v1.StepResult;
import dev.gangway.v1.Value;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that does what the real one never does. It offers two copies of an environment with two observed numbers and
 * two actions; {@link #answer} decides what comes back.
 */
final class FakeServer extends EnvironmentServiceGrpc.EnvironmentServiceImplBase implements AutoCloseable {
    static final int COPIES = 2;

    /** Answers one request of the stream, which is never Open. */
    interface Answer {
        void to(AttachRequest request, StreamObserver<AttachResponse> responses);
    }

    /** What clients asked for. */
    final List<CreateSessionRequest> sessions = new CopyOnWriteArrayList<>();

    final List<String> closedSessions = new CopyOnWriteArrayList<>();
    HandshakeResponse handshake = HandshakeResponse.newBuilder()
            .setProtocolVersion(1)
            .setIncarnation("i")
            .setMaxMessageBytes(1 << 20)
            .build();
    AttachResponse opened = AttachResponse.newBuilder()
            .setOpened(OpenResult.getDefaultInstance())
            .build();
    CreateSessionResponse.Builder session = CreateSessionResponse.newBuilder()
            .setSessionId("s")
            .setIncarnation("i")
            .setDescription(EnvironmentDescription.newBuilder()
                    .setId("Fake-v0")
                    .setObservationSpace(Space.newBuilder()
                            .setBox(BoxSpace.newBuilder()
                                    .setDataType(DataType.DATA_TYPE_FLOAT32)
                                    .addShape(2)
                                    .setLow(WireTensors.encode(Tensor.ofFloats(new int[0], 0)))
                                    .setHigh(WireTensors.encode(Tensor.ofFloats(new int[0], 1)))
                                    .setBoundedBelow(ByteString.copyFrom(new byte[] {1}))
                                    .setBoundedAbove(ByteString.copyFrom(new byte[] {1}))))
                    .setActionSpace(Space.newBuilder()
                            .setDiscrete(DiscreteSpace.newBuilder().setN(2).setDataType(DataType.DATA_TYPE_INT64))));
    Answer answer = FakeServer::properly;

    private final Server server;

    public FakeServer() throws IOException {
        this.server = serve(this);
    }

    /** Serves something on a free loopback port. */
    static Server serve(BindableService service) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(service)
                .build()
                .start();
    }

    /** Returns where it listens. */
    public ServerAddress address() {
        return new ServerAddress.Tcp("127.0.0.1", server.getPort());
    }

    /** Answers as the contract says. */
    static void properly(AttachRequest request, StreamObserver<AttachResponse> responses) {
        AttachResponse.Builder response = AttachResponse.newBuilder().setSequence(request.getSequence());
        if (request.hasReset()) {
            response.setReset(ResetResult.newBuilder().setObservations(observations(COPIES)));
        } else {
            response.setStep(step());
        }
        responses.onNext(response.build());
    }

    /** Returns a proper step in which no episode ended. */
    static StepResult.Builder step() {
        return StepResult.newBuilder()
                .setObservations(observations(COPIES))
                .setRewards(ByteString.copyFrom(new byte[8 * COPIES]))
                .setTerminated(ByteString.copyFrom(new byte[COPIES]))
                .setTruncated(ByteString.copyFrom(new byte[COPIES]));
    }

    /** Returns so many observations. */
    static Value observations(int rows) {
        Tensor tensor = Tensor.ofFloats(new int[] {rows, 2}, new float[rows * 2]);
        return Value.newBuilder().setTensor(WireTensors.encode(tensor)).build();
    }

    @Override
    public void handshake(HandshakeRequest request, StreamObserver<HandshakeResponse> responses) {
        responses.onNext(handshake);
        responses.onCompleted();
    }

    @Override
    public void createSession(CreateSessionRequest request, StreamObserver<CreateSessionResponse> responses) {
        sessions.add(request);
        responses.onNext(
                session.setLeaseMilliseconds(request.getLeaseMilliseconds()).build());
        responses.onCompleted();
    }

    @Override
    public void closeSession(CloseSessionRequest request, StreamObserver<CloseSessionResponse> responses) {
        closedSessions.add(request.getSessionId());
        responses.onNext(CloseSessionResponse.getDefaultInstance());
        responses.onCompleted();
    }

    @Override
    public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(AttachRequest request) {
                if (request.hasOpen()) {
                    responses.onNext(opened);
                } else {
                    answer.to(request, responses);
                }
            }

            @Override
            public void onError(Throwable lost) {
                // The client has gone; nothing to free.
            }

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}

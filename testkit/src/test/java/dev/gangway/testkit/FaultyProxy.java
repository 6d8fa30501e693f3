package dev.gangway.testkit;

import com.google.protobuf.ByteString;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CallResult;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CloseSessionResponse;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.DataType;
import dev.gangway.v1.DescribeEnvironmentRequest;
import dev.gangway.v1.DescribeEnvironmentResponse;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.EnvironmentWarning;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.OptionalSeed;
import dev.gangway.v1.StepResult;
import dev.gangway.v1.Tensor;
import dev.gangway.v1.VectorizationMode;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Channel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/** Forwards requests to a correct server and adds one fault of choice to them or to the responses. */
final class FaultyProxy extends EnvironmentServiceGrpc.EnvironmentServiceImplBase implements AutoCloseable {
    /** The fault that the proxy adds. */
    enum Fault {
        NONE,
        /** Exchanges {@code terminated} and {@code truncated}. */
        SWAPPED_FLAGS,
        /** Returns the first observation of the next episode as the final observation. */
        WRONG_FINAL_OBSERVATION,
        /** Leaves out the final rows. */
        NO_FINAL_ROWS,
        /** Uses the same seed for every reset. */
        IGNORED_SEED,
        /** Gives all copies the same seed. */
        SAME_SEED,
        /** Uses only the low 64 bits of a wide seed. */
        NARROW_SEEDS,
        /** Executes a request again when it is sent again. */
        EXECUTES_AGAIN,
        /** Gives the response another sequence number than the request. */
        WRONG_NUMBER,
        /** Sends half of the bytes of the rewards, as if they were float32. */
        SHORT_REWARDS,
        /** Resets every copy, whatever the mask says. */
        IGNORED_MASK,
        /** Replaces every action by a valid one. */
        FORGIVING,
        /** Does not grant the requested lease. */
        NO_LEASE,
        /** Allows any attribute to be read and set. */
        OPEN_ATTRIBUTES,
        /** Returns one value of an attribute instead of one per copy. */
        ONE_ATTRIBUTE,
        /** Repeats every warning. */
        REPEATED_WARNINGS,
        /** Ignores the choice of what becomes of objects in infos. */
        ANY_INFO_OBJECTS,
        /** Adds a time limit of its own to the vectorization mode SYNC. */
        OTHER_SYNC,
        /** Returns a frame of another data type than its render mode promises. */
        WRONG_FRAME,
        /** Offers neither reflection nor the health service. */
        NO_SERVICES,
        /** Ignores every extension, even a required one. */
        IGNORED_EXTENSIONS,
        /** Treats every extension as a required one. */
        REQUIRED_EXTENSIONS
    }

    private final EnvironmentServiceGrpc.EnvironmentServiceStub good;
    private final Fault fault;
    private final Server server;

    FaultyProxy(Channel good, Fault fault) throws IOException {
        this.good = EnvironmentServiceGrpc.newStub(good);
        this.fault = fault;
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this);
        if (fault != Fault.NO_SERVICES) {
            builder.addService(ProtoReflectionServiceV1.newInstance());
        }
        this.server = builder.build().start();
    }

    ServerAddress address() {
        return new ServerAddress.Tcp("127.0.0.1", server.getPort());
    }

    @Override
    public void handshake(HandshakeRequest request, StreamObserver<HandshakeResponse> responses) {
        good.handshake(request, responses);
    }

    @Override
    public void createSession(CreateSessionRequest request, StreamObserver<CreateSessionResponse> responses) {
        CreateSessionRequest.Builder changed = request.toBuilder();
        switch (fault) {
            case NO_LEASE -> changed.clearLeaseMilliseconds();
            case ANY_INFO_OBJECTS -> changed.clearInfoObjects();
            case OTHER_SYNC -> {
                if (request.getVectorizationMode() == VectorizationMode.VECTORIZATION_MODE_SYNC) {
                    changed.clearVectorizationMode().getSettingsBuilder().setMaxEpisodeSteps(1);
                }
            }
            default -> {}
        }
        good.createSession(changed.build(), responses);
    }

    @Override
    public void describeEnvironment(
            DescribeEnvironmentRequest request, StreamObserver<DescribeEnvironmentResponse> responses) {
        good.describeEnvironment(request, responses);
    }

    @Override
    public void closeSession(CloseSessionRequest request, StreamObserver<CloseSessionResponse> responses) {
        good.closeSession(request, responses);
    }

    @Override
    public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> responses) {
        return new Stream(responses);
    }

    /** Forwards one stream. Requests and responses alternate, so that the two directions need no lock. */
    private final class Stream implements StreamObserver<AttachRequest> {
        private final StreamObserver<AttachRequest> requests;
        private final AtomicLong shift = new AtomicLong();
        private long last;

        Stream(StreamObserver<AttachResponse> responses) {
            this.requests = good.attach(new StreamObserver<>() {
                @Override
                public void onNext(AttachResponse response) {
                    responses.onNext(spoil(response));
                }

                @Override
                public void onError(Throwable error) {
                    responses.onError(error);
                }

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            });
        }

        @Override
        public void onNext(AttachRequest request) {
            AttachRequest.Builder changed = request.toBuilder();
            if (fault == Fault.EXECUTES_AGAIN && !request.hasOpen()) {
                long again = shift.addAndGet(request.getSequence() == last ? 1 : 0);
                last = request.getSequence();
                changed.setSequence(request.getSequence() + again);
            }
            if (fault == Fault.IGNORED_EXTENSIONS) {
                changed.clearExtensions();
            }
            if (fault == Fault.REQUIRED_EXTENSIONS) {
                changed.getExtensionsBuilderList().forEach(extension -> extension.setRequired(true));
            }
            if (request.hasReset()) {
                switch (fault) {
                    case IGNORED_SEED -> changed.getResetBuilder().setSeed(1);
                    case SAME_SEED ->
                        changed.getResetBuilder().getSeedsBuilder().getSeedsBuilderList().stream()
                                .skip(1)
                                .forEach(seed -> seed.setValue(request.getReset()
                                        .getSeeds()
                                        .getSeeds(0)
                                        .getValue()));
                    case NARROW_SEEDS -> {
                        if (request.getReset().hasSeeds()) {
                            changed.getResetBuilder().getSeedsBuilder().getSeedsBuilderList().stream()
                                    .filter(OptionalSeed.Builder::hasWideValue)
                                    .forEach(seed -> seed.setValue(new BigInteger(seed.getWideValue()).longValue())
                                            .clearWideValue());
                        }
                    }
                    case IGNORED_MASK -> changed.getResetBuilder().clearMask();
                    default -> {}
                }
            }
            if (request.hasStep() && fault == Fault.FORGIVING) {
                Tensor actions = request.getStep().getActions().getTensor();
                changed.getStepBuilder()
                        .getActionsBuilder()
                        .setTensor(actions.toBuilder()
                                .setData(ByteString.copyFrom(
                                        new byte[actions.getData().size()])));
            }
            requests.onNext(changed.build());
        }

        @Override
        public void onError(Throwable lost) {
            requests.onError(lost);
        }

        @Override
        public void onCompleted() {
            requests.onCompleted();
        }

        private AttachResponse spoil(AttachResponse response) {
            AttachResponse.Builder changed = response.toBuilder().setSequence(response.getSequence() - shift.get());
            if (fault == Fault.WRONG_NUMBER && !response.hasOpened()) {
                changed.setSequence(response.getSequence() + 1);
            }
            if (response.hasStep()) {
                spoil(changed.getStepBuilder());
            }
            boolean unsupported = response.getFailure().getReason() == FailureReason.FAILURE_REASON_UNSUPPORTED;
            if (unsupported && (fault == Fault.OPEN_ATTRIBUTES || fault == Fault.ONE_ATTRIBUTE)) {
                changed.setCall(CallResult.newBuilder()
                        .addValues(DynamicValue.newBuilder().setInteger(7)));
            }
            if (fault == Fault.REPEATED_WARNINGS) {
                changed.addWarnings(EnvironmentWarning.newBuilder()
                        .setCategory("UserWarning")
                        .setText("again"));
            }
            if (response.hasRender() && fault == Fault.WRONG_FRAME) {
                changed.getRenderBuilder()
                        .getFramesBuilder(0)
                        .getTensorBuilder()
                        .setDataType(DataType.DATA_TYPE_INT8);
            }
            return changed.build();
        }

        private void spoil(StepResult.Builder step) {
            switch (fault) {
                case SWAPPED_FLAGS -> {
                    ByteString terminated = step.getTerminated();
                    step.setTerminated(step.getTruncated()).setTruncated(terminated);
                }
                case WRONG_FINAL_OBSERVATION -> {
                    if (step.hasFinal()) {
                        Tensor batch = step.getObservations().getTensor();
                        int row = batch.getData().size() / (int) batch.getShape(0);
                        ByteString firsts = ByteString.EMPTY;
                        for (int copy : step.getFinal().getCopiesList()) {
                            firsts = firsts.concat(batch.getData().substring(copy * row, (copy + 1) * row));
                        }
                        step.getFinalBuilder()
                                .getObservationsBuilder()
                                .getTensorBuilder()
                                .setData(firsts);
                    }
                }
                case NO_FINAL_ROWS -> step.clearFinal();
                case SHORT_REWARDS ->
                    step.setRewards(
                            step.getRewards().substring(step.getRewards().size() / 2));
                default -> {}
            }
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}

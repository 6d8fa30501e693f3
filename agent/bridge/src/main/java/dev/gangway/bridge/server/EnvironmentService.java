package dev.gangway.bridge.server;

import dev.gangway.codec.WireSpaces;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.Version;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CloseSessionResponse;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.DescribeEnvironmentRequest;
import dev.gangway.v1.DescribeEnvironmentResponse;
import dev.gangway.v1.DrainNotice;
import dev.gangway.v1.EnvironmentDescription;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.InfoObjects;
import dev.gangway.v1.ListEnvironmentsRequest;
import dev.gangway.v1.ListEnvironmentsResponse;
import dev.gangway.v1.OpenCommand;
import dev.gangway.v1.VectorizationMode;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of {@code gangway.v1.EnvironmentService}. */
final class EnvironmentService extends EnvironmentServiceGrpc.EnvironmentServiceImplBase {
    static final int PROTOCOL_VERSION = 1;
    static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentService.class);
    private static final int MAX_LEASE_MILLISECONDS = 600_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final EnvironmentCatalog catalog;
    private final SessionTable sessions;
    private final String incarnation;
    private final int maxCopies;
    private final Extensions extensions;
    private final int maxStreams;
    private final Set<ClientStream> streams = ConcurrentHashMap.newKeySet();

    EnvironmentService(
            EnvironmentCatalog catalog,
            SessionTable sessions,
            String incarnation,
            int maxCopies,
            Extensions extensions) {
        this.catalog = catalog;
        this.sessions = sessions;
        this.incarnation = incarnation;
        this.maxCopies = maxCopies;
        this.extensions = extensions;
        this.maxStreams = 2 * sessions.limit() + 8;
    }

    @Override
    public void handshake(HandshakeRequest request, StreamObserver<HandshakeResponse> responses) {
        answer(responses, () -> {
            int lowest = request.getMinProtocolVersion();
            int highest = request.getMaxProtocolVersion();
            if (Integer.compareUnsigned(lowest, PROTOCOL_VERSION) > 0
                    || Integer.compareUnsigned(highest, PROTOCOL_VERSION) < 0) {
                throw wrongVersion(Integer.toUnsignedString(lowest) + " to " + Integer.toUnsignedString(highest));
            }
            return HandshakeResponse.newBuilder()
                    .setProtocolVersion(PROTOCOL_VERSION)
                    .setIncarnation(incarnation)
                    .setServer("gangway-java/" + Version.current())
                    .putAllVersions(Map.of(
                            "gangway",
                            Version.current(),
                            "java",
                            Runtime.version().toString()))
                    .setMaxSessions(sessions.limit())
                    .setMaxCopies(maxCopies)
                    .setMaxMessageBytes(MAX_MESSAGE_BYTES)
                    .build();
        });
    }

    @Override
    public void listEnvironments(ListEnvironmentsRequest request, StreamObserver<ListEnvironmentsResponse> responses) {
        answer(
                responses,
                () -> ListEnvironmentsResponse.newBuilder()
                        .addAllEnvironments(catalog.entries())
                        .build());
    }

    @Override
    public void describeEnvironment(
            DescribeEnvironmentRequest request, StreamObserver<DescribeEnvironmentResponse> responses) {
        answer(
                responses,
                () -> sessions.inPlace(() -> {
                    try (VectorEnv env = catalog.make(request.getSettings(), 1, AutoresetMode.SAME_STEP)) {
                        return DescribeEnvironmentResponse.newBuilder()
                                .setDescription(describe(env.spec()))
                                .build();
                    }
                }));
    }

    @Override
    public void createSession(CreateSessionRequest request, StreamObserver<CreateSessionResponse> responses) {
        answer(responses, () -> sessions.inPlace(() -> create(request)));
    }

    @Override
    public void closeSession(CloseSessionRequest request, StreamObserver<CloseSessionResponse> responses) {
        answer(responses, () -> {
            if (!sessions.get(request.getSessionId()).close(CLOSE_TIMEOUT)) {
                throw RequestFailed.late("The session is closed, but a command has been at work for "
                        + CLOSE_TIMEOUT.toSeconds() + " s; its environments are freed when it returns.");
            }
            return CloseSessionResponse.getDefaultInstance();
        });
    }

    @Override
    public StreamObserver<AttachRequest> attach(StreamObserver<AttachResponse> observer) {
        var responses = (ServerCallStreamObserver<AttachResponse>) observer;
        ClientStream stream = new ClientStream(responses);
        boolean place = streams.size() < maxStreams && streams.add(stream);
        return new Attachment(responses, stream, request -> place ? open(request) : refuseStream(), () -> {
            boolean unused = streams.remove(stream);
        });
    }

    /** Tells every stream that the server wants to stop. */
    void announceDrain(Duration deadline) {
        AttachResponse notice = AttachResponse.newBuilder()
                .setDrain(DrainNotice.newBuilder().setDeadlineMilliseconds((int) deadline.toMillis()))
                .build();
        streams.forEach(stream -> stream.send(notice));
    }

    private CreateSessionResponse create(CreateSessionRequest request) {
        AutoresetMode autoreset = check(request);
        VectorEnv env = catalog.make(request.getSettings(), request.getCopies(), autoreset);
        ServerSession session;
        EnvironmentDescription description;
        try {
            description = describe(env.spec());
            Commands commands = new Commands(
                    env,
                    !request.getSettings().getRenderMode().isEmpty(),
                    new InfoEncoder(request.getInfoObjects() == InfoObjects.INFO_OBJECTS_REFUSE),
                    extensions);
            session = sessions.add(Duration.ofMillis(request.getLeaseMilliseconds()), commands);
        } catch (RuntimeException failed) {
            env.close();
            throw failed;
        }
        if (Context.current().isCancelled()) { // nobody will learn the session's name
            boolean unused = session.close(Duration.ZERO);
        }
        return CreateSessionResponse.newBuilder()
                .setSessionId(session.id())
                .setIncarnation(incarnation)
                .setDescription(description)
                .setLeaseMilliseconds(request.getLeaseMilliseconds())
                .build();
    }

    private AutoresetMode check(CreateSessionRequest request) {
        if (request.getProtocolVersion() != PROTOCOL_VERSION) {
            throw wrongVersion(Integer.toUnsignedString(request.getProtocolVersion()));
        }
        if (request.getCopies() < 1 || request.getCopies() > maxCopies) {
            throw EnvironmentCatalog.invalid(
                    "copies", Integer.toUnsignedString(request.getCopies()), "1 … " + maxCopies);
        }
        if (Integer.compareUnsigned(request.getLeaseMilliseconds(), MAX_LEASE_MILLISECONDS) > 0) {
            throw EnvironmentCatalog.invalid(
                    "lease_milliseconds",
                    Integer.toUnsignedString(request.getLeaseMilliseconds()),
                    "0 … " + MAX_LEASE_MILLISECONDS);
        }
        if (request.getInfoObjects() == InfoObjects.UNRECOGNIZED) {
            throw EnvironmentCatalog.invalid("info_objects", request.getInfoObjectsValue(), "a known choice");
        }
        VectorizationMode mode = request.getVectorizationMode();
        if (mode == VectorizationMode.UNRECOGNIZED) {
            throw EnvironmentCatalog.invalid("vectorization_mode", request.getVectorizationModeValue(), "a known mode");
        }
        if (mode == VectorizationMode.VECTORIZATION_MODE_SYNC || mode == VectorizationMode.VECTORIZATION_MODE_ASYNC) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_UNSUPPORTED,
                    mode + " is not implemented by this server: expected VECTORIZATION_MODE_VECTOR_ENTRY_POINT, which"
                            + " every environment here is, VECTORIZATION_MODE_LOOP or unset.");
        }
        return switch (request.getAutoresetMode()) {
            case AUTORESET_MODE_UNSPECIFIED, AUTORESET_MODE_SAME_STEP -> AutoresetMode.SAME_STEP;
            case AUTORESET_MODE_NEXT_STEP -> AutoresetMode.NEXT_STEP;
            case AUTORESET_MODE_DISABLED -> AutoresetMode.DISABLED;
            case UNRECOGNIZED ->
                throw EnvironmentCatalog.invalid("autoreset_mode", request.getAutoresetModeValue(), "a known mode");
        };
    }

    private ServerSession open(AttachRequest request) {
        if (!request.hasOpen()) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_NOT_OPENED,
                    "The stream began with " + request.getCommandCase() + ": expected open.");
        }
        if (request.getSequence() != 0) {
            String found = Long.toUnsignedString(request.getSequence());
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_SEQUENCE,
                    "Open has sequence number " + found + ": expected 0.",
                    Map.of("expected", 0, "found", found));
        }
        extensions.check(request.getExtensionsList());
        OpenCommand open = request.getOpen();
        if (open.getProtocolVersion() != PROTOCOL_VERSION) {
            throw wrongVersion(Integer.toUnsignedString(open.getProtocolVersion()));
        }
        if (!open.getIncarnation().equals(incarnation)) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_WRONG_INCARNATION,
                    "The session belongs to another life of this server, with which it ended: make a new session.",
                    Map.of("incarnation", incarnation));
        }
        return sessions.get(open.getSessionId());
    }

    private ServerSession refuseStream() {
        throw RequestFailed.of(
                FailureReason.FAILURE_REASON_SESSION_LIMIT,
                "The server holds its limit of " + maxStreams + " streams: end one.",
                Map.of("limit", maxStreams));
    }

    private static EnvironmentDescription describe(EnvSpec spec) {
        EnvironmentDescription.Builder description = EnvironmentDescription.newBuilder()
                .setId(spec.id())
                .setNondeterministic(spec.nondeterministic())
                .addAllRenderModes(spec.renderModes());
        try {
            description
                    .setObservationSpace(WireSpaces.encode(spec.observationSpace()))
                    .setActionSpace(WireSpaces.encode(spec.actionSpace()));
        } catch (IllegalArgumentException tooDeep) {
            throw RequestFailed.of(FailureReason.FAILURE_REASON_UNSUPPORTED, tooDeep.getMessage() + ".");
        }
        spec.maxEpisodeSteps().ifPresent(description::setMaxEpisodeSteps);
        spec.rewardThreshold().ifPresent(description::setRewardThreshold);
        spec.renderFps().ifPresent(description::setRenderFps);
        return description.build();
    }

    private static RequestFailed wrongVersion(String found) {
        return RequestFailed.of(
                FailureReason.FAILURE_REASON_PROTOCOL_VERSION,
                "The client speaks protocol version " + found + ": expected " + PROTOCOL_VERSION + ", the only one of"
                        + " gangway-java " + Version.current() + ". Update the older of the two.",
                Map.of("supported_min", PROTOCOL_VERSION, "supported_max", PROTOCOL_VERSION));
    }

    /** Ends a unary call with its response or with the status of what went wrong. */
    private static <T> void answer(StreamObserver<T> responses, Supplier<T> work) {
        T response;
        try {
            response = work.get();
        } catch (RequestFailed failed) {
            responses.onError(failed.status());
            return;
        } catch (RuntimeException defect) {
            LOG.error("A call failed for a reason of the server's own.", defect);
            responses.onError(RequestFailed.defect(defect).status());
            return;
        }
        responses.onNext(response);
        responses.onCompleted();
    }
}

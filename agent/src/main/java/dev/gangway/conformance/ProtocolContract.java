package dev.gangway.conformance;

import static dev.gangway.conformance.Expect.equal;
import static dev.gangway.conformance.Expect.that;
import static dev.gangway.conformance.WireFailures.expect;

import com.google.protobuf.ByteString;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.DescribeEnvironmentRequest;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.EnvironmentEntry;
import dev.gangway.v1.EnvironmentServiceGrpc;
import dev.gangway.v1.EnvironmentServiceGrpc.EnvironmentServiceBlockingStub;
import dev.gangway.v1.EnvironmentSettings;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.ListEnvironmentsRequest;
import dev.gangway.v1.OptionalSeed;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.SeedList;
import dev.gangway.v1.StepCommand;
import dev.gangway.v1.StepResult;
import dev.gangway.v1.Value;
import dev.gangway.wire.WireSpaces;
import dev.gangway.wire.WireValues;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What every server promises below the environments: sessions, streams, sequence numbers, replay, leases, failures. */
public final class ProtocolContract {
    private static final int COPIES = 2;
    private static final int LEASE = 60_000;
    private static final long SEED = 7;
    private static final int SECONDS = 60;
    private static final DynamicValue ONE =
            DynamicValue.newBuilder().setInteger(1).build();

    private final Channel channel;
    private final String id;

    /**
     * Makes the checks of a server.
     *
     * @param channel to the server; the caller closes it
     * @param id of an environment of array spaces that the server offers
     */
    public ProtocolContract(Channel channel, String id) {
        this.channel = channel;
        this.id = id;
    }

    /** Returns the checks. */
    public List<Check> checks() {
        return List.of(
                new Check("a handshake names version, incarnation, server and limits", this::handshake),
                new Check("a client of another version is refused", this::otherVersion),
                new Check("the list is sorted and holds the environment", this::list),
                new Check("a description is what a session's copies are", this::description),
                new Check("unknown ids and ids that name a module are refused", this::unknownIds),
                new Check("settings out of range are refused", this::settings),
                new Check("every response carries its request's number", this::numbers),
                new Check("a seed gives copy i the seed plus i, as a list of seeds does", this::seeds),
                new Check("rewards and flags have one entry per copy", this::lengths),
                new Check(
                        "a request sent again is answered from memory, byte for byte, and not executed", this::replay),
                new Check("the last response is there for the next stream of a session with a lease", this::reconnect),
                new Check("a failure is replayed, too", this::replayedFailure),
                new Check("a wrong sequence number ends the stream and not the session", this::wrongSequence),
                new Check("a stream that does not begin with Open is refused", this::notOpened),
                new Check("Open names a session and an incarnation that exist", this::unknownSession),
                new Check("a second stream on a session is refused, and the first goes on", this::secondStream),
                new Check("a half-closed stream ends with OK", this::halfClose),
                new Check("without a lease the session ends with its stream", this::noLease),
                new Check("a lease that runs out ends the session", this::leaseEnds),
                new Check("closing a session ends its stream with OK, and it is gone", this::closeSession),
                new Check("a step before the first reset is refused, and the session stands", this::stepBeforeReset),
                new Check("malformed actions are refused, and the session stands", this::malformedActions),
                new Check("requests without a command, and a second Open, are refused", this::malformedRequests),
                new Check("malformed resets are refused", this::malformedResets),
                new Check("rendering is refused where it was not asked for", this::noFrame),
                new Check("the health service says that it serves", this::health));
    }

    private EnvironmentServiceBlockingStub stub() {
        return EnvironmentServiceGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    }

    private EnvironmentSettings.Builder settingsOf(String name) {
        return EnvironmentSettings.newBuilder().setId(name);
    }

    private CreateSessionRequest.Builder request() {
        return CreateSessionRequest.newBuilder()
                .setProtocolVersion(1)
                .setSettings(settingsOf(id))
                .setCopies(COPIES);
    }

    /** Does something with a fresh session and closes it. */
    private void with(int lease, SessionUse use) throws Exception {
        CreateSessionResponse session =
                stub().createSession(request().setLeaseMilliseconds(lease).build());
        try {
            use.with(session);
        } finally {
            try {
                close(session);
            } catch (StatusRuntimeException gone) {
                // The check has ended it.
            }
        }
    }

    private interface SessionUse {
        void with(CreateSessionResponse session) throws Exception;
    }

    private interface StreamUse {
        void with(CreateSessionResponse session, WireStream stream) throws Exception;
    }

    private void withStream(int lease, StreamUse use) throws Exception {
        with(lease, session -> use.with(session, attach(session)));
    }

    private WireStream attach(CreateSessionResponse session) {
        WireStream stream = new WireStream(channel);
        stream.open(session);
        return stream;
    }

    private void close(CreateSessionResponse session) {
        var unused = stub().closeSession(CloseSessionRequest.newBuilder()
                .setSessionId(session.getSessionId())
                .build());
    }

    private static ResetCommand.Builder seeded() {
        return ResetCommand.newBuilder().setSeed(SEED);
    }

    private static List<Value> actions(CreateSessionResponse session, int steps) {
        return Batches.random(
                        WireSpaces.decode(session.getDescription().getActionSpace(), "action", "the environment"),
                        COPIES,
                        steps,
                        SEED)
                .stream()
                .map(WireValues::encode)
                .toList();
    }

    private static Value action(CreateSessionResponse session) {
        return actions(session, 1).get(0);
    }

    private void handshake() {
        HandshakeResponse response = stub().handshake(HandshakeRequest.newBuilder()
                .setMinProtocolVersion(1)
                .setMaxProtocolVersion(1)
                .setClient("gangway-conformance")
                .build());
        equal(1, response.getProtocolVersion());
        that(!response.getIncarnation().isEmpty(), () -> "Expected an incarnation, found none");
        that(!response.getServer().isEmpty(), () -> "Expected the server's name, found none");
        that(
                response.getMaxSessions() != 0 && response.getMaxCopies() != 0 && response.getMaxMessageBytes() != 0,
                () -> "Expected limits ≥ 1, found " + response);
    }

    private void otherVersion() {
        HandshakeRequest future = HandshakeRequest.newBuilder()
                .setMinProtocolVersion(1_000)
                .setMaxProtocolVersion(2_000)
                .build();
        expect(
                Status.Code.FAILED_PRECONDITION,
                FailureReason.FAILURE_REASON_PROTOCOL_VERSION,
                () -> stub().handshake(future));
        CreateSessionRequest old = request().setProtocolVersion(1_000).build();
        expect(
                Status.Code.FAILED_PRECONDITION,
                FailureReason.FAILURE_REASON_PROTOCOL_VERSION,
                () -> stub().createSession(old));
    }

    private void list() {
        List<String> ids =
                stub().listEnvironments(ListEnvironmentsRequest.getDefaultInstance()).getEnvironmentsList().stream()
                        .map(EnvironmentEntry::getId)
                        .toList();
        equal(ids.stream().sorted().toList(), ids);
        that(ids.contains(id), () -> "Expected " + id + " in the list, found " + ids);
    }

    private void description() throws Exception {
        var alone = stub().describeEnvironment(DescribeEnvironmentRequest.newBuilder()
                .setSettings(settingsOf(id))
                .build());
        equal(id, alone.getDescription().getId());
        with(0, session -> equal(alone.getDescription(), session.getDescription()));
    }

    private void unknownIds() {
        CreateSessionRequest unknown =
                request().setSettings(settingsOf("NoSuchEnvironment-v0")).build();
        expect(
                Status.Code.NOT_FOUND,
                FailureReason.FAILURE_REASON_UNKNOWN_ENVIRONMENT,
                () -> stub().createSession(unknown));
        CreateSessionRequest module =
                request().setSettings(settingsOf("os:" + id)).build();
        expect(
                Status.Code.PERMISSION_DENIED,
                FailureReason.FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED,
                () -> stub().createSession(module));
    }

    private void settings() {
        for (CreateSessionRequest.Builder bad : List.of(
                request().setCopies(0),
                request().setLeaseMilliseconds(600_001),
                request().setAutoresetModeValue(99),
                request().setSettings(settingsOf(id).setMaxEpisodeSteps(0)),
                request().setSettings(settingsOf(id).setRenderMode("human")),
                request().setSettings(settingsOf(id).putArguments("no_such_argument", ONE)))) {
            CreateSessionRequest wrong = bad.build();
            expect(
                    Status.Code.INVALID_ARGUMENT,
                    FailureReason.FAILURE_REASON_INVALID_SETTING,
                    () -> stub().createSession(wrong));
        }
    }

    private void numbers() throws Exception {
        withStream(0, (session, stream) -> {
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
            for (Value action : actions(session, 3)) {
                equal(AttachResponse.ResultCase.STEP, stream.step(action).getResultCase());
            }
        });
    }

    private void seeds() throws Exception {
        withStream(0, (session, stream) -> {
            AttachResponse one = stream.reset(seeded());
            SeedList.Builder list = SeedList.newBuilder();
            for (int i = 0; i < COPIES; i++) {
                list.addSeeds(OptionalSeed.newBuilder().setValue(SEED + i));
            }
            AttachResponse other = stream.reset(ResetCommand.newBuilder().setSeeds(list));
            equal(one.getReset(), other.getReset());
        });
    }

    private void lengths() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            StepResult step = stream.step(action(session)).getStep();
            equal(COPIES * 8, step.getRewards().size());
            equal(COPIES, step.getTerminated().size());
            equal(COPIES, step.getTruncated().size());
            var space = WireSpaces.decode(session.getDescription().getObservationSpace(), "observation", id);
            var unused = WireValues.decodeBatch(space, step.getObservations(), COPIES, "StepResult.observations");
        });
    }

    private void replay() throws Exception {
        withStream(
                LEASE,
                (session, stream) -> withStream(LEASE, (undisturbed, other) -> {
                    stream.reset(seeded());
                    other.reset(seeded());
                    for (Value action : actions(session, 5)) {
                        AttachResponse first = stream.step(action);
                        equal(other.step(action).getStep(), first.getStep());
                        AttachRequest again = AttachRequest.newBuilder()
                                .setSequence(first.getSequence())
                                .setStep(StepCommand.newBuilder().setActions(action))
                                .build();
                        equal(first, stream.call(again));
                        equal(first, stream.call(again));
                    }
                }));
    }

    private void reconnect() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            AttachResponse last = stream.step(action(session));
            stream.cancel();
            WireStream next = new WireStream(channel);
            equal(last.getSequence(), next.open(session));
            equal(
                    last,
                    next.call(AttachRequest.newBuilder()
                            .setSequence(last.getSequence())
                            .build()));
            equal(last.getSequence() + 1, next.step(action(session)).getSequence());
        });
    }

    private void replayedFailure() throws Exception {
        withStream(LEASE, (session, stream) -> {
            AttachResponse failure = stream.step(action(session));
            that(failure.hasFailure(), () -> "Expected a failure, found " + failure.getResultCase());
            equal(
                    failure,
                    stream.call(AttachRequest.newBuilder()
                            .setSequence(failure.getSequence())
                            .build()));
        });
    }

    private void wrongSequence() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            AttachRequest ahead =
                    AttachRequest.newBuilder().setSequence(9).setReset(seeded()).build();
            var failure = stream.callThatEnds(ahead);
            expect(Status.Code.FAILED_PRECONDITION, FailureReason.FAILURE_REASON_SEQUENCE, failure);
            equal("2", failure.getMetadataMap().get("expected"));
            equal("9", failure.getMetadataMap().get("found"));
            equal(1, new WireStream(channel).open(session));
        });
    }

    private void notOpened() throws Exception {
        AttachRequest reset =
                AttachRequest.newBuilder().setSequence(1).setReset(seeded()).build();
        expect(
                Status.Code.FAILED_PRECONDITION,
                FailureReason.FAILURE_REASON_NOT_OPENED,
                new WireStream(channel).callThatEnds(reset));
        with(LEASE, session -> {
            AttachRequest numbered =
                    WireStream.opening(session).toBuilder().setSequence(1).build();
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_SEQUENCE,
                    new WireStream(channel).callThatEnds(numbered));
        });
    }

    private void unknownSession() throws Exception {
        with(LEASE, session -> {
            var unknown = session.toBuilder().setSessionId("no such session").build();
            expect(
                    Status.Code.NOT_FOUND,
                    FailureReason.FAILURE_REASON_UNKNOWN_SESSION,
                    new WireStream(channel).callThatEnds(WireStream.opening(unknown)));
            var other = session.toBuilder().setIncarnation("another life").build();
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_WRONG_INCARNATION,
                    new WireStream(channel).callThatEnds(WireStream.opening(other)));
        });
    }

    private void secondStream() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_ALREADY_ATTACHED,
                    new WireStream(channel).callThatEnds(WireStream.opening(session)));
            equal(AttachResponse.ResultCase.STEP, stream.step(action(session)).getResultCase());
        });
    }

    private void halfClose() throws Exception {
        withStream(LEASE, (session, stream) -> {
            AttachResponse first = stream.reset(seeded());
            stream.halfClose();
            stream.awaitOk();
            WireStream next = attach(session);
            equal(first, next.call(AttachRequest.newBuilder().setSequence(1).build()));
        });
    }

    private void noLease() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            stream.halfClose();
            stream.awaitOk();
            awaitUnknown(session);
        });
    }

    private void leaseEnds() throws Exception {
        withStream(1, (session, stream) -> {
            equal(1, session.getLeaseMilliseconds());
            stream.reset(seeded());
            stream.halfClose();
            stream.awaitOk();
            awaitUnknown(session);
        });
    }

    /** A server may take a moment to end a session; attaching meanwhile would prolong it. */
    private void awaitUnknown(CreateSessionResponse session) throws InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            WireStream stream = new WireStream(channel);
            AssertionError unanswered;
            try {
                expect(
                        Status.Code.NOT_FOUND,
                        FailureReason.FAILURE_REASON_UNKNOWN_SESSION,
                        stream.callThatEnds(WireStream.opening(session)));
                return;
            } catch (AssertionError stillThere) {
                unanswered = stillThere;
                stream.cancel();
            }
            if (System.nanoTime() > limit) {
                throw unanswered;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void closeSession() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            close(session);
            stream.awaitOk();
            expect(Status.Code.NOT_FOUND, FailureReason.FAILURE_REASON_UNKNOWN_SESSION, () -> close(session));
        });
    }

    private void stepBeforeReset() throws Exception {
        withStream(0, (session, stream) -> {
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_RESET_NEEDED,
                    stream.step(action(session)));
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
        });
    }

    private void malformedActions() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            Value good = action(session);
            Value short1 = good.toBuilder()
                    .setTensor(good.getTensor().toBuilder()
                            .setData(good.getTensor().getData().substring(1)))
                    .build();
            Value huge = good.toBuilder()
                    .setTensor(good.getTensor().toBuilder()
                            .clearShape()
                            .addShape(1L << 62)
                            .addShape(1L << 62))
                    .build();
            Value text = Value.newBuilder().setText("left").build();
            for (Value bad : List.of(short1, huge, text, Value.getDefaultInstance())) {
                expect(Status.Code.INVALID_ARGUMENT, FailureReason.FAILURE_REASON_INVALID_ACTION, stream.step(bad));
            }
            equal(AttachResponse.ResultCase.STEP, stream.step(good).getResultCase());
        });
    }

    private void malformedRequests() throws Exception {
        withStream(0, (session, stream) -> {
            expect(
                    Status.Code.INVALID_ARGUMENT,
                    FailureReason.FAILURE_REASON_MALFORMED,
                    stream.command(AttachRequest.newBuilder()));
            expect(
                    Status.Code.INVALID_ARGUMENT,
                    FailureReason.FAILURE_REASON_MALFORMED,
                    stream.command(WireStream.opening(session).toBuilder()));
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
        });
    }

    private void malformedResets() throws Exception {
        withStream(0, (session, stream) -> {
            for (ResetCommand.Builder bad : List.of(
                    ResetCommand.newBuilder()
                            .setSeeds(SeedList.newBuilder().addSeeds(OptionalSeed.getDefaultInstance())),
                    seeded().setMask(ByteString.copyFrom(new byte[] {1, 2})),
                    seeded().setMask(ByteString.copyFrom(new byte[COPIES])),
                    seeded().setMask(ByteString.copyFrom(new byte[] {1, 0})))) {
                expect(Status.Code.INVALID_ARGUMENT, FailureReason.FAILURE_REASON_INVALID_RESET, stream.reset(bad));
            }
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
        });
    }

    private void noFrame() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            expect(Status.Code.FAILED_PRECONDITION, FailureReason.FAILURE_REASON_NO_FRAME, stream.render(0));
            expect(Status.Code.INVALID_ARGUMENT, FailureReason.FAILURE_REASON_MALFORMED, stream.render(COPIES));
        });
    }

    private void health() {
        for (String service : List.of("", EnvironmentServiceGrpc.SERVICE_NAME)) {
            equal(
                    ServingStatus.SERVING,
                    HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus());
        }
    }
}

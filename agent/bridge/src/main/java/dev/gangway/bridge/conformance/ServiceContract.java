package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.Expect.that;
import static dev.gangway.bridge.conformance.WireFailures.expect;

import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.DescribeEnvironmentRequest;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.EnvironmentEntry;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.ListEnvironmentsRequest;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Checks what every server promises about its unary calls: versions, lists, descriptions, settings, health. */
final class ServiceContract extends ProtocolHarness {
    private static final DynamicValue ONE =
            DynamicValue.newBuilder().setInteger(1).build();

    ServiceContract(Channel channel, String id) {
        super(channel, id);
    }

    List<Check> checks() {
        return List.of(
                new Check("a handshake names version, incarnation, server and limits", this::handshake),
                new Check("a client of another version is refused", this::otherVersion),
                new Check("the list is sorted and holds the environment", this::list),
                new Check("a description is what a session's copies are", this::description),
                new Check("unknown ids and ids that name a module are refused", this::unknownIds),
                new Check("settings out of range are refused", this::settings),
                new Check("the health service says that it serves", this::health),
                new Check("server reflection names the service", this::reflection));
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
                request().setVectorizationModeValue(99),
                request().setInfoObjectsValue(99),
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

    private void health() {
        for (String service : List.of("", EnvironmentServiceGrpc.SERVICE_NAME)) {
            equal(
                    ServingStatus.SERVING,
                    HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(MAX_CALL_SECONDS, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus());
        }
    }

    /** Checks reflection. A server may offer its first version or the predecessor, which has the same messages. */
    private void reflection() throws Exception {
        List<String> services;
        try {
            services = Reflection.services(channel, "grpc.reflection.v1.ServerReflection", MAX_CALL_SECONDS);
        } catch (StatusRuntimeException unknown) {
            equal(Status.Code.UNIMPLEMENTED, unknown.getStatus().getCode());
            services = Reflection.services(channel, "grpc.reflection.v1alpha.ServerReflection", MAX_CALL_SECONDS);
        }
        List<String> found = services;
        that(
                found.contains(EnvironmentServiceGrpc.SERVICE_NAME),
                () -> "Expected " + EnvironmentServiceGrpc.SERVICE_NAME + ", found " + found);
    }
}

package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Remote environments on the real server, beyond the contract that all environments share. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = StreamKind.class,
        names = {"GRPC", "DIRECT"})
@Tag("process")
class RemoteVectorEnvTest {
    private static TestServer real;

    private final StreamKind streams;

    RemoteVectorEnvTest(StreamKind streams) {
        this.streams = streams;
    }

    @BeforeParameterizedClassInvocation
    static void start(StreamKind streams) {
        real = TestServer.start(streams, "--max-sessions", "4");
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        real.close();
    }

    @Test
    void theServerTellsWhatItIs() {
        ServerInfo server = real.client.server();

        assertEquals(1, server.protocolVersion());
        assertTrue(server.server().startsWith("gangway-envserver/"), server::server);
        assertTrue(server.versions().keySet().containsAll(List.of("gymnasium", "numpy", "python")));
        assertEquals(4, server.maxSessions());
    }

    @Test
    void theListIsSortedAndHasTheRegisteredLimits() {
        List<OfferedEnvironment> offered = real.client.listEnvironments();

        List<String> ids = offered.stream().map(OfferedEnvironment::id).toList();
        assertEquals(ids.stream().sorted().toList(), ids);
        assertTrue(offered.contains(
                new OfferedEnvironment("CartPole-v1", OptionalLong.of(500), OptionalDouble.of(475), true)));
        assertTrue(ids.contains("Odd-v0"));
    }

    @Test
    void aDescriptionHasSpacesLimitsAndMetadata() {
        EnvSpec spec = real.client.describe(RemoteEnvOptions.of("CartPole-v1", 1));

        assertEquals("CartPole-v1", spec.id());
        assertEquals(Discrete.of(2), spec.actionSpace());
        Box box = assertInstanceOf(Box.class, spec.observationSpace());
        assertEquals(DType.FLOAT32, box.dtype());
        assertEquals((float) Math.toRadians(24), box.high().getDouble(2));
        assertArrayEquals(new boolean[] {true, false, true, false}, box.boundedAbove());
        assertEquals(OptionalLong.of(500), spec.maxEpisodeSteps());
        assertEquals(OptionalDouble.of(475), spec.rewardThreshold());
        assertFalse(spec.nondeterministic());
        assertTrue(spec.renderModes().contains("rgb_array"));
        assertEquals(OptionalDouble.of(50), spec.renderFps());
        assertEquals(
                OptionalLong.of(9),
                real.client
                        .describe(RemoteEnvOptions.of("CartPole-v1", 1).withMaxEpisodeSteps(9))
                        .maxEpisodeSteps());
    }

    @Test
    void anUnknownIdIsRefusedWithTheNearestNames() {
        var error = assertThrows(
                RemoteEnvironmentException.class, () -> real.client.open(RemoteEnvOptions.of("CartPoel-v1", 1)));

        assertEquals(FailureReason.FAILURE_REASON_UNKNOWN_ENVIRONMENT, error.reason());
        assertEquals(Status.Code.NOT_FOUND, error.code());
        assertEquals("CartPoel-v1", error.metadata().get("id"));
        assertTrue(error.metadata().get("nearest").contains("CartPole-v1"));
        assertTrue(error.getMessage().contains("CartPole-v1"), error::getMessage);
    }

    @Test
    void argumentsReachTheConstructorThatTakesThem() {
        RemoteEnvOptions options = RemoteEnvOptions.of("Odd-v0", 2).withArguments(Map.of("size", 3));
        try (VectorEnv env = real.client.open(options)) {
            assertArrayEquals(
                    new int[] {3}, env.spec().observationSpace().asArraySpace().shape());
        }
        var error = assertThrows(
                RemoteEnvironmentException.class,
                () -> real.client.open(options.withArguments(Map.of("path", "/etc"))));
        assertEquals(FailureReason.FAILURE_REASON_INVALID_SETTING, error.reason());
        assertEquals("settings.arguments[path]", error.metadata().get("field"));
    }

    @Test
    void aSpaceOfTheEnvironmentsOwnIsRefusedWithARemedyAndItsSessionFreed() {
        for (int i = 0; i < 6; i++) { // more than the server's sessions
            var error = assertThrows(
                    RemoteEnvironmentException.class, () -> real.client.open(RemoteEnvOptions.of("Own-v0", 1)));
            assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, error.reason());
            assertTrue(error.getMessage().contains("is a odd_environments.OwnSpace"), error::getMessage);
            assertTrue(error.getMessage().contains("gymnasium.wrappers.TransformObservation"), error::getMessage);
        }
    }

    @Test
    void aStepBeforeTheFirstResetIsRefused() {
        try (VectorEnv env = real.client.open(RemoteEnvOptions.of("CartPole-v1", 1))) {
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.step(actions(0)));

            assertEquals(FailureReason.FAILURE_REASON_RESET_NEEDED, error.reason());
        }
    }

    @Test
    void aBadActionNamesTheCopyTheSpaceAndTheValue() {
        try (VectorEnv env = real.client.open(RemoteEnvOptions.of("CartPole-v1", 3))) {
            env.reset(ResetRequest.seeded(1, 3));
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.step(actions(0, 5, 1)));

            assertEquals(FailureReason.FAILURE_REASON_INVALID_ACTION, error.reason());
            assertEquals("1", error.metadata().get("copy"));
            assertEquals("Discrete(2)", error.metadata().get("expected"));
            assertEquals("5", error.metadata().get("found"));
            env.step(actions(0, 1, 1));
        }
    }

    @Test
    void whatTheEnvironmentRaisesComesWithItsTracebackAndAResetMendsIt() {
        try (VectorEnv env = real.client.open(RemoteEnvOptions.of("Odd-v0", 2))) {
            env.reset(ResetRequest.unseeded());
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.step(actions(0, 1)));

            assertEquals(FailureReason.FAILURE_REASON_ENVIRONMENT_RAISED, error.reason());
            assertEquals("ValueError", error.metadata().get("exception"));
            assertEquals("1", error.metadata().get("copy"));
            assertTrue(error.getMessage().contains("the odd environment does not like 1"), error::getMessage);
            assertTrue(error.traceback().contains("odd_environments.py"), error::traceback);
            env.reset(ResetRequest.unseeded());
            assertEquals(7, env.step(actions(0, 0)).observations().asTensor().getLong(1));
        }
    }

    @Test
    void theSessionLimitIsToldAndClosingMakesRoom() {
        List<VectorEnv> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(real.client.open(RemoteEnvOptions.of("CartPole-v1", 1)));
        }
        var error = assertThrows(
                RemoteEnvironmentException.class, () -> real.client.open(RemoteEnvOptions.of("CartPole-v1", 1)));

        assertEquals(FailureReason.FAILURE_REASON_SESSION_LIMIT, error.reason());
        assertEquals("4", error.metadata().get("limit"));
        open.remove(0).close();
        open.add(real.client.open(RemoteEnvOptions.of("CartPole-v1", 1)));
        open.forEach(VectorEnv::close);
    }

    @Test
    void closingAClientClosesItsEnvironments() {
        for (int i = 0; i < 3; i++) {
            try (EnvironmentClient other = EnvironmentClient.connect(real.server, streams)) {
                other.open(RemoteEnvOptions.of("CartPole-v1", 1)).reset(ResetRequest.unseeded());
                other.open(RemoteEnvOptions.of("Odd-v0", 1));
            }
        }
    }

    @Test
    void aClientOfAnotherVersionIsRefusedWithTheVersionsThatAreSpoken() {
        try (Transport transport = new Transport(real.client.address(), patience -> Optional.empty())) {
            var request = HandshakeRequest.newBuilder()
                    .setMinProtocolVersion(2)
                    .setMaxProtocolVersion(3)
                    .build();
            var status = assertThrows(
                    StatusRuntimeException.class,
                    () -> EnvironmentServiceGrpc.newBlockingStub(transport.channel())
                            .handshake(request));

            var error =
                    assertInstanceOf(RemoteEnvironmentException.class, Failures.ofCall(status, "connect", transport));
            assertEquals(FailureReason.FAILURE_REASON_PROTOCOL_VERSION, error.reason());
            assertEquals("1", error.metadata().get("supported_max"));
        }
    }

    @Test
    void infosAreWhatTheEnvironmentReturned() {
        try (VectorEnv lake = real.client.open(RemoteEnvOptions.of("FrozenLake-v1", 2))) {
            assertEquals(
                    List.of(Map.of("prob", 1L), Map.of("prob", 1L)),
                    lake.reset(ResetRequest.seeded(0, 2)).infos().rows());
            Map<String, Object> info = lake.step(actions(1, 1)).infos().rows().get(1);
            assertEquals(1.0 / 3, (double) info.get("prob"), 1e-15);
        }
        try (VectorEnv taxi = real.client.open(RemoteEnvOptions.of("Taxi-v4", 2))) {
            Map<String, Object> info =
                    taxi.reset(ResetRequest.seeded(0, 2)).infos().rows().get(0);
            Tensor mask = assertInstanceOf(Tensor.class, info.get("action_mask"));
            assertEquals(DType.INT8, mask.dtype());
            assertArrayEquals(new int[] {6}, mask.shape());
        }
    }

    @Test
    void resetOptionsReachTheEnvironmentAsTheyWere() {
        Map<String, Object> options =
                Map.of("none", Infos.NONE, "list", List.of(1L, 2.5, "x"), "array", Tensor.ofFloats(new int[] {1}, -0f));
        try (VectorEnv env = real.client.open(RemoteEnvOptions.of("Odd-v0", 1))) {
            Infos infos =
                    env.reset(new ResetRequest(List.of(), options, List.of())).infos();

            assertEquals(List.of(Map.of("options", options)), infos.rows());
            assertEquals(
                    List.of(Map.of()),
                    env.reset(ResetRequest.unseeded()).infos().rows());
        }
    }

    @Test
    void aCopyIsRenderedAsAnImage() {
        RemoteEnvOptions options = RemoteEnvOptions.of("CartPole-v1", 2);
        try (VectorEnv env = real.client.open(options.withRenderMode("rgb_array"))) {
            env.reset(ResetRequest.seeded(3, 2));
            Tensor frame = env.render(1);

            assertEquals(DType.UINT8, frame.dtype());
            assertArrayEquals(new int[] {400, 600, 3}, frame.shape());
            assertEquals(frame, env.render(1));
            assertNotEquals(frame, env.render(0));
            assertThrows(EnvironmentException.class, () -> env.render(2));
        }
        try (VectorEnv env = real.client.open(options)) {
            env.reset(ResetRequest.seeded(3, 2));
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.render(0));
            assertEquals(FailureReason.FAILURE_REASON_NO_FRAME, error.reason());
        }
    }

    @Test
    void twoLanesHaveStepsInFlightAtOnceAndDoNotMix() {
        try (VectorEnv first = real.client.open(RemoteEnvOptions.of("CartPole-v1", 4));
                VectorEnv second = real.client.open(RemoteEnvOptions.of("CartPole-v1", 4));
                VectorEnv alone = real.client.open(RemoteEnvOptions.of("CartPole-v1", 4))) {
            first.reset(ResetRequest.seeded(1, 4));
            second.reset(ResetRequest.seeded(2, 4));
            List<Tensor> firstSeen = new ArrayList<>();
            List<Tensor> secondSeen = new ArrayList<>();
            for (int t = 0; t < 50; t++) {
                first.send(actions(0, 1, t % 2, 1));
                second.send(actions(1, 1, 0, t % 2));
                secondSeen.add(second.receive().observations().asTensor());
                firstSeen.add(first.receive().observations().asTensor());
            }
            alone.reset(ResetRequest.seeded(1, 4));
            for (int t = 0; t < 50; t++) {
                StepResult step = alone.step(actions(0, 1, t % 2, 1));
                assertEquals(step.observations(), firstSeen.get(t));
                assertNotEquals(firstSeen.get(t), secondSeen.get(t));
            }
        }
    }

    @Test
    void aLargeBatchOfImagesPasses() {
        int side = 3 * 1024 * 1024;
        RemoteEnvOptions options = RemoteEnvOptions.of("Odd-v0", 8).withArguments(Map.of("size", side));
        try (VectorEnv env = real.client.open(options)) {
            env.reset(ResetRequest.unseeded());
            Tensor observations = env.step(Tensor.ofLongs(new int[] {8}, new long[8]))
                    .observations()
                    .asTensor();

            assertArrayEquals(new int[] {8, side}, observations.shape());
            assertEquals(7, observations.getLong(8 * side - 1));
        }
    }

    private static Tensor actions(long... actions) {
        return Tensor.ofLongs(new int[] {actions.length}, actions);
    }
}

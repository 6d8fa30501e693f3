package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gangway.bridge.conformance.Batches;
import dev.gangway.bridge.conformance.Trajectories;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.FrameStackObservationWrapper;
import dev.gangway.v1.Wrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What a lease is for: the connection breaks, the server lives on, and no step is lost or taken twice. */
@Tag("process")
@Timeout(60)
@ParameterizedClass
@CsvSource({"GRPC, 1", "DIRECT, 1", "GRPC, 1024", "DIRECT, 1024"}) // large observations: in memory where direct
class ReconnectTest {
    private static final int COPIES = 8;

    private static RemoteEnvOptions cartPole;
    private static TestServer real;
    private static List<Tensor> actions;
    private static List<Object> undisturbed;

    private final StreamKind streams;
    private Cable cable;
    private EnvironmentClient client;

    ReconnectTest(StreamKind streams, int frames) {
        this.streams = streams;
    }

    @BeforeParameterizedClassInvocation
    static void start(StreamKind streams, int frames) {
        FrameStackObservationWrapper.Builder stack =
                FrameStackObservationWrapper.newBuilder().setStackSize(frames);
        cartPole = RemoteEnvOptions.of("CartPole-v1", COPIES)
                .withWrappers(List.of(
                        Wrapper.newBuilder().setFrameStackObservation(stack).build()));
        real = server(streams);
        try (VectorEnv env = real.client.open(cartPole)) {
            actions = Batches.random(env.spec().actionSpace(), COPIES, 30, 1);
            undisturbed = Trajectories.run(env, ResetRequest.seeded(5, COPIES), actions);
        }
    }

    private static TestServer server(StreamKind streams, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (streams == StreamKind.GRPC) {
            all.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        return TestServer.start(all.toArray(String[]::new));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        real.close();
    }

    @BeforeEach
    void connect() throws IOException {
        cable = new Cable(real.client.address());
        client = EnvironmentClient.connect(cable.address(), streams);
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        cable.close();
    }

    /** Breaks the connection in every tenth step, of which {@code accident} gets the environment and the actions. */
    private void assertUndisturbed(Accident accident) throws Exception {
        try (VectorEnv env = client.open(cartPole.withLease(Duration.ofSeconds(30)))) {
            List<Object> found = new ArrayList<>();
            found.add(Trajectories.comparable(env.reset(ResetRequest.seeded(5, COPIES))));
            for (int t = 0; t < actions.size(); t++) {
                if (t % 10 == 5) {
                    accident.happens(env, actions.get(t));
                } else {
                    env.send(actions.get(t));
                }
                found.add(Trajectories.comparable(env.receive()));
            }
            assertEquals(undisturbed, found);
        }
    }

    /** A direct stream notices a cut at once, and gRPC's connection perhaps only when it is used. */
    private void awaitConnection() {
        while (true) {
            try {
                var unused = client.describe(cartPole);
                return;
            } catch (EnvironmentException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    private interface Accident {
        void happens(VectorEnv env, Tensor action) throws Exception;
    }

    @Test
    void aRequestThatNeverArrivedIsSentAgain() throws Exception {
        assertUndisturbed((env, action) -> {
            cable.pinchRequests();
            env.send(action);
            cable.awaitHeld();
            cable.cut();
            cable.mend();
        });
    }

    @Test
    void aResponseThatWasLostIsGivenAgainAndNothingIsSteppedTwice() throws Exception {
        assertUndisturbed((env, action) -> {
            cable.pinchResponses();
            env.send(action);
            cable.awaitHeld();
            cable.cut();
            cable.mend();
        });
    }

    @Test
    void aConnectionThatBreaksBetweenTwoStepsIsRestored() throws Exception {
        assertUndisturbed((env, action) -> {
            cable.cut();
            cable.mend();
            env.send(action);
        });
    }

    @Test
    void aResetIsRepeatedLikeAStep() throws Exception {
        try (VectorEnv env = client.open(cartPole.withLease(Duration.ofSeconds(30)))) {
            cable.cut();
            cable.mend();
            assertEquals(undisturbed.get(0), Trajectories.comparable(env.reset(ResetRequest.seeded(5, COPIES))));
        }
    }

    @Test
    void withoutALeaseABrokenConnectionEndsTheEnvironment() throws IOException {
        try (VectorEnv env = client.open(cartPole)) {
            env.reset(ResetRequest.seeded(5, COPIES));
            cable.cut();
            cable.mend();
            var error = assertThrows(ServerLostException.class, () -> env.step(actions.get(0)));

            assertTrue(
                    error.getMessage().startsWith("The environment server at " + cable.address() + " went away"),
                    error::getMessage);
        }
        awaitConnection();
        try (VectorEnv env = client.open(cartPole)) { // the client connects anew
            env.reset(ResetRequest.seeded(5, COPIES));
        }
    }

    @Test
    void aConnectionThatStaysBrokenIsGivenUpWhenTheLeaseEnds() throws IOException {
        try (VectorEnv env = client.open(cartPole.withLease(Duration.ofMillis(600)))) {
            env.reset(ResetRequest.seeded(5, COPIES));
            cable.cut();
            var error = assertThrows(ServerLostException.class, () -> env.step(actions.get(0)));

            assertTrue(error.getMessage().contains("within the lease of 600 ms"), error::getMessage);
        }
    }

    @Test
    void aPeerThatFallsSilentWithoutHangingUpIsFound() {
        assumeTrue(streams == StreamKind.GRPC, "a process of the same machine that hangs is the response timeout's");
        try (VectorEnv env = client.open(cartPole)) {
            env.reset(ResetRequest.seeded(5, COPIES));
            cable.pinchRequests();
            cable.pinchResponses();
            var error = assertThrows(ServerLostException.class, () -> env.step(actions.get(0)));

            assertTrue(error.getMessage().contains("Keepalive failed"), error::getMessage);
        }
    }

    @Test
    void aSessionThatExpiredMeanwhileIsNamed() throws Exception {
        try (TestServer single = server(streams, "--max-sessions", "1");
                Cable toSingle = new Cable(single.client.address());
                EnvironmentClient behindCable = EnvironmentClient.connect(toSingle.address(), streams);
                VectorEnv env = behindCable.open(cartPole.withLease(Duration.ofSeconds(1)))) {
            env.reset(ResetRequest.seeded(5, COPIES));
            toSingle.cut();
            awaitPlace(single.client);
            toSingle.mend();
            var error = assertThrows(EnvironmentException.class, () -> env.step(actions.get(0)));

            assertTrue(error.getMessage().contains("its lease of inactivity expired"), error::getMessage);
        }
    }

    /** The only session of the server is gone once another one finds a place. */
    private static void awaitPlace(EnvironmentClient client) {
        while (true) {
            try {
                client.open(cartPole).close();
                return;
            } catch (EnvironmentException noPlaceYet) {
                Thread.onSpinWait();
            }
        }
    }
}

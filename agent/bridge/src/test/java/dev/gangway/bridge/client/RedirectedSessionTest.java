package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.codec.ProtocolException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that lives in a process of its own: the server names another address to attach to. */
@Timeout(30)
class RedirectedSessionTest {
    private static final RemoteEnvOptions OPTIONS = RemoteEnvOptions.of("Fake-v0", FakeServer.COPIES);

    @Test
    void theStreamGoesToTheSessionsOwnAddress() throws IOException {
        try (FakeServer front = new FakeServer();
                FakeServer own = new FakeServer();
                EnvironmentClient client = EnvironmentClient.connect(front.address())) {
            front.session.setEndpoint(own.address().toString());
            front.answer = (request, responses) -> responses.onCompleted(); // would end the session
            try (VectorEnv env = client.open(OPTIONS)) {
                env.reset(ResetRequest.unseeded());
                assertEquals(0, env.step(Tensor.ofLongs(new int[] {2}, 0, 1)).rewards()[1]);
            }
        }
    }

    @Test
    void anAddressThatMakesNoSenseIsMalformed() throws IOException {
        try (FakeServer front = new FakeServer();
                EnvironmentClient client = EnvironmentClient.connect(front.address())) {
            front.session.setEndpoint("nowhere");
            var error = assertThrows(ProtocolException.class, () -> client.open(OPTIONS));

            assertTrue(error.getMessage()
                    .contains("CreateSessionResponse.endpoint: expected an address, found 'nowhere'"));
            assertEquals(List.of("s"), front.closedSessions);
        }
    }
}

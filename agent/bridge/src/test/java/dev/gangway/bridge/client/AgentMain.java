package dev.gangway.bridge.client;

import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.util.concurrent.CountDownLatch;

/** A program that opens a private server, prints its process id and socket, and ends without closing anything. */
final class AgentMain {
    private AgentMain() {}

    /**
     * Ends as the one argument says: {@code exit}, {@code throw} or {@code wait}, which is for a signal; in the last an
     * endless step is in flight.
     */
    public static void main(String[] arguments) throws InterruptedException {
        PrivateServer server = PrivateServer.start(TestServer.options());
        EnvironmentClient client = EnvironmentClient.connect(server);
        VectorEnv env = client.open(RemoteEnvOptions.of("Odd-v0", 1));
        env.reset(ResetRequest.unseeded());
        if (arguments[0].equals("wait")) {
            env.send(Tensor.ofLongs(new int[] {1}, 2));
        }
        System.out.println(server.pid() + " " + client.address());
        switch (arguments[0]) {
            case "exit" -> System.exit(3);
            case "throw" -> throw new IllegalStateException("the agent has a defect");
            default -> new CountDownLatch(1).await();
        }
    }
}

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.environment.ResetRequest;

/** Steps a Gymnasium environment of a running server: {@code StepCartPole ADDRESS}. */
public class StepCartPole {
    public static void main(String[] arguments) {
        try (var client = EnvironmentClient.connect(ServerAddress.parse(arguments[0]));
                var env = client.open(RemoteEnvOptions.of("CartPole-v1", 2))) {
            System.out.println(env.reset(ResetRequest.seeded(0, 2)).observations());
        }
    }
}

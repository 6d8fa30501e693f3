import dev.gangway.bridge.server.ServerOptions;
import dev.gangway.bridge.server.ServerProcess;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.provider.EnvironmentProvider;
import dev.gangway.environment.provider.EnvironmentRequest;
import java.util.List;

/**
 * A server of one's own: the cart-pole whose episodes end after ten steps. In a jar that also holds {@code
 * META-INF/services/dev.gangway.environment.provider.EnvironmentProvider}, which names this class, it is served by {@code gangway
 * serve-native --jar} instead.
 */
public final class ShortCartPole implements EnvironmentProvider {
    private static final int STEPS = 10;

    @Override
    public String id() {
        return "ShortCartPole-v0";
    }

    @Override
    public VectorEnv make(EnvironmentRequest request) {
        return new NativeCartPole(
                request.copies(), request.autoresetMode(), CartPoleOptions.STANDARD.withMaxEpisodeSteps(STEPS));
    }

    /** Serves until it is asked to end. */
    public static void main(String[] arguments) throws InterruptedException {
        ServerProcess.run(ServerOptions.standard(), List.of(new ShortCartPole()), false);
    }
}

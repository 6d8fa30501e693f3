import dev.gangway.environment.Tensor;
import dev.gangway.inference.TrainedPolicy;
import java.nio.file.Path;

/** Asks a trained policy for an action: {@code Act RUN_DIR}. */
public class Act {
    public static void main(String[] arguments) {
        var policy = TrainedPolicy.load(Path.of(arguments[0]));
        var observations = Tensor.ofFloats(new int[] {1, 4}, 0.01f, 0.2f, -0.03f, -0.4f); // a batch of one
        System.out.println(policy.act(observations, 1));
    }
}

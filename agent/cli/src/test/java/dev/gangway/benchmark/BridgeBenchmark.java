package dev.gangway.benchmark;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.conformance.Batches;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What one step of n copies of Gymnasium's CartPole takes, from the actions to the result, through a private server. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BridgeBenchmark {
    /** What carries the messages. */
    @Param({"unix", "tcp"})
    public String socket;

    /** n. */
    @Param({"1", "8", "64", "1024"})
    public int copies;

    private PrivateServer server;
    private EnvironmentClient client;
    private VectorEnv env;
    private List<Tensor> actions;
    private int next;

    /** Starts the server and the episodes. */
    @Setup(Level.Trial)
    public void open() {
        PrivateServerOptions options = PrivateServerOptions.of(PythonRuntime.locate());
        server = PrivateServer.start(socket.equals("tcp") ? options.withArguments("--listen", "127.0.0.1:0") : options);
        client = EnvironmentClient.connect(server);
        env = client.open(RemoteEnvOptions.of("CartPole-v1", copies));
        env.reset(ResetRequest.seeded(1, copies));
        actions = Batches.random(env.spec().actionSpace(), copies, 64, 2);
    }

    /** Ends the server. */
    @TearDown(Level.Trial)
    public void close() {
        client.close();
        server.close();
    }

    /** One step of all copies. */
    @Benchmark
    public StepResult step() {
        next = (next + 1) % actions.size();
        return env.step(actions.get(next));
    }
}

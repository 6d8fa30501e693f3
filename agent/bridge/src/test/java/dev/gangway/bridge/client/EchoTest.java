package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.codec.WireSpaces;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Values of random nested spaces, Python → Java → Python and Java → Python → Java, through a real server, come back bit
 * for bit; the spaces themselves, their prints and their batches are Gymnasium's. The environment variable {@code
 * GANGWAY_EXAMPLES} sets how many spaces are tried.
 */
@Tag("process")
class EchoTest {
    private static final int EXAMPLES = Integer.parseInt(System.getenv().getOrDefault("GANGWAY_EXAMPLES", "60"));
    private static final int COPIES = 2;

    @Test
    void valuesOfRandomNestedSpacesComeBackBitForBit() {
        try (TestServer server = TestServer.start()) {
            for (int example = 0; example < EXAMPLES; example++) {
                RemoteEnvOptions options =
                        RemoteEnvOptions.of("Echo-v0", COPIES).withArguments(Map.of("size", example));
                try (VectorEnv env = server.client.open(options)) {
                    thereAndBack(env, example);
                }
            }
        }
    }

    private static void thereAndBack(VectorEnv env, int example) {
        Space space = env.spec().observationSpace();
        String shown = "example " + example + ", " + space;
        ResetResult reset = env.reset(ResetRequest.seeded(example, COPIES));
        String printed = (String) reset.infos().rows().get(0).get("space");
        assertEquals(plain(printed), plain(space.toString()), shown);
        assertEquals(space, env.spec().actionSpace(), shown);
        assertEquals(space, WireSpaces.decode(WireSpaces.encode(space), "observation", shown), shown);
        byte[] batched = (byte[]) reset.infos().rows().get(0).get("batched");
        assertEquals(gymnasiums(batched, shown), space.batched(COPIES), shown);

        // A value whose integers lie outside of a Box is the environment's to judge, but never of another kind.
        StepResult first = env.step(reset.observations());
        assertArrayEquals(new double[] {1, 1}, first.rewards(), shown);
        assertEquals(reset.observations(), first.observations(), shown);

        SplittableRandom random = new SplittableRandom(example);
        for (int t = 0; t < 2; t++) {
            List<Value> rows = new ArrayList<>();
            for (int copy = 0; copy < COPIES; copy++) {
                rows.add(space.sample(random));
                assertTrue(space.contains(rows.get(copy)), () -> shown + " holds " + rows);
            }
            Value batch = space.concatenate(rows);
            assertTrue(space.batched(COPIES).contains(batch), shown);
            StepResult step = env.step(batch);
            assertEquals(batch, step.observations(), shown);
            for (int copy = 0; copy < COPIES; copy++) {
                assertEquals(rows.get(copy), space.row(step.observations(), copy), shown);
                assertEquals(Map.of("member", true), step.infos().rows().get(copy), shown);
            }
        }
    }

    /** Gymnasium's own batch of the space, as the environment sends it. */
    private static Space gymnasiums(byte[] message, String shown) {
        try {
            return WireSpaces.decode(dev.gangway.v1.Space.parseFrom(message), "observation", shown);
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError(shown, malformed);
        }
    }

    /**
     * A print without what is layout: NumPy's line breaks and columns, its {@code 1.} for 1.0, and whether the length of a
     * MultiBinary was given as a tuple.
     */
    private static String plain(String printed) {
        return printed.replaceAll("\\s+", " ")
                .replace("[ ", "[")
                .replace(" ]", "]")
                .replaceAll("(?<=\\d)\\.(?=\\D)", ".0")
                .replaceAll("MultiBinary\\(\\((\\d+),\\)\\)", "MultiBinary($1)");
    }
}

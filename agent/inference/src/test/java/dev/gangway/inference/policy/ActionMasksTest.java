package dev.gangway.inference.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Infos;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Tuple;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import dev.gangway.inference.network.ActingNetwork;
import dev.gangway.inference.network.Network;
import dev.gangway.testing.PythonScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("process")
class ActionMasksTest {
    private static final float NO = Float.NEGATIVE_INFINITY;
    private static final float YES = Float.POSITIVE_INFINITY;

    @Test
    void aDiscretesMaskIsANumberForEachActionWhateverItsType() {
        for (Object mask : List.of(bytes(1, 0, 1), List.of(1L, 0L, 1L), List.of(true, false, true))) {
            assertArrayEquals(new float[] {0, NO, 0}, read(new Discrete(3, 5, DType.INT64), mask));
        }
    }

    @Test
    void aMultiDiscretesMaskIsOneArrayForEachElementOrAllInOne() {
        Space space = MultiDiscrete.of(2, 3);
        float[] expected = {0, NO, NO, 0, 0};
        assertArrayEquals(expected, read(space, List.of(bytes(1, 0), bytes(0, 1, 1))));
        assertArrayEquals(expected, read(space, bytes(1, 0, 0, 1, 1)));
    }

    @Test
    void aMultiBinarysMaskFixesElements() {
        assertArrayEquals(new float[] {NO, YES, 0}, read(MultiBinary.of(3), bytes(0, 1, 2)));
    }

    @Test
    void masksOfTuplesAndDictsStandWhereTheirPartsOutputsDo() {
        Map<String, Space> named = new LinkedHashMap<>();
        named.put("z", Discrete.of(2));
        named.put("a", MultiBinary.of(1));
        Space space = Tuple.of(Box.of(-1, 1, 2), new Dict(named), Discrete.of(2));
        List<Object> mask = Arrays.asList(Infos.NONE, Map.of("a", bytes(1), "z", bytes(0, 1)), Infos.NONE);
        assertArrayEquals(new float[] {0, 0, 0, 0, NO, 0, YES, 0, 0}, read(space, mask));
        mask.set(1, Map.of("a", bytes(0)));
        assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, NO, 0, 0}, read(space, mask));
    }

    @Test
    void aCopyWithoutAMaskMayDoAnything() {
        ActionMasks masks = masks(Discrete.of(2));
        float[] row = {NO, NO, NO, NO, NO, NO};
        masks.read(TupleValue.of(), new Infos(List.of(Map.of(), info(bytes(1, 0)), info(Infos.NONE))), row);
        assertArrayEquals(new float[] {0, 0, 0, NO, 0, 0}, row);
    }

    @Test
    void whatDoesNotFitIsRefusedByCopyAndPart() {
        Space discrete = Discrete.of(2);
        refused(discrete, bytes(0, 0), "an allowed action", "copy 0", "none of 2");
        refused(discrete, bytes(1), "2 numbers", "found 1");
        refused(discrete, bytes(1, 2), "0 and 1", "found 2.0");
        refused(discrete, "left", "an array of numbers", "found left");
        refused(MultiDiscrete.of(2, 2), bytes(1, 1, 0, 0), "an allowed action", "element 1");
        refused(Tuple.of(discrete, discrete), List.of(bytes(1, 1)), "2 masks", "found 1");
        refused(Tuple.of(discrete, discrete), List.of(bytes(1, 1), bytes(0, 0)), "copy 0, part 1");
        refused(new Dict(Map.of("a", discrete)), Map.of("b", bytes(1, 1)), "keys [a]", "found [b]");
        refused(Tuple.of(discrete, Box.of(0, 1, 1)), List.of(Infos.NONE, bytes(1)), "0 numbers", "part 1");
    }

    @Test
    void masksThatNoneCouldHaveOrNoneHasAreRefused() {
        Space box = Box.of(-1, 1, 2);
        assertThrows(IllegalArgumentException.class, () -> masks(box));
        assertThrows(IllegalArgumentException.class, () -> ActionMasks.inInfos(Discrete.of(2), new BernoulliLogit()));
        ActionMasks masks = masks(Discrete.of(2));
        Infos without = new Infos(List.of(Map.of("prob", 1.0), Map.of()));
        String message = assertThrows(IllegalArgumentException.class, () -> masks.requireIn(without))
                .getMessage();
        assertTrue(message.contains("[prob]") && message.contains("policy.action_mask"), message);
        masks.requireIn(new Infos(List.of(Map.of(), info(bytes(1, 1)))));
        ActionMasks.none(new Categorical(2)).requireIn(without);
        assertEquals(0, ActionMasks.none(new Categorical(2)).size());
    }

    private static Dict masked(Space mask) {
        Map<String, Space> parts = new LinkedHashMap<>();
        parts.put(ActionMasks.KEY, mask);
        parts.put("observation", Box.of(-1, 1, 2));
        return new Dict(parts);
    }

    private static float[] readObserved(Space maskSpace, Space actions, Value... ofCopies) {
        Dict observations = masked(maskSpace);
        Tensor seen = Tensor.ofFloats(new int[] {2}, 0, 0);
        List<Value> given = Arrays.stream(ofCopies)
                .<Value>map(mask -> new DictValue(Map.of(ActionMasks.KEY, mask, "observation", seen)))
                .toList();
        ActionMasks masks = ActionMasks.inObservations(observations, actions, Distributions.of(actions, false));
        float[] rows = new float[ofCopies.length * masks.size()];
        masks.read(observations.concatenate(given), Infos.empty(ofCopies.length), rows);
        return rows;
    }

    @Test
    void masksInObservationsAreThoseOfTheirCopies() {
        Box mask = Box.of(Tensor.ofBytes(new int[] {3}, new byte[3]), bytes(1, 1, 1));
        assertArrayEquals(
                new float[] {0, NO, 0, NO, NO, 0}, readObserved(mask, Discrete.of(3), bytes(1, 0, 1), bytes(0, 0, 1)));
        Space parts = Tuple.of(MultiBinary.of(2), MultiBinary.of(3));
        assertArrayEquals(
                new float[] {0, NO, NO, 0, 0},
                readObserved(parts, MultiDiscrete.of(2, 3), TupleValue.of(bytes(1, 0), bytes(0, 1, 1))));
        assertArrayEquals(
                new float[] {NO, 0, 0, NO},
                readObserved(
                        new Dict(new TreeMap<>(Map.of("a", MultiBinary.of(2), "b", MultiBinary.of(2)))),
                        new Dict(new TreeMap<>(Map.of("a", Discrete.of(2), "b", Discrete.of(2)))),
                        new DictValue(Map.of("b", bytes(1, 0), "a", bytes(0, 1)))));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> readObserved(mask, Discrete.of(3), bytes(1, 0, 1), bytes(0, 0, 0)))
                .getMessage();
        assertTrue(message.contains("an allowed action in observation[\"action_mask\"] of copy 1"), message);
    }

    @Test
    void networksSeeAllOfAnObservationButTheMask() {
        assertEquals(
                new Dict(Map.of("observation", Box.of(-1, 1, 2))), ActionMasks.withoutMask(masked(MultiBinary.of(2))));
        for (Space without : List.of(Box.of(-1, 1, 2), new Dict(Map.of("state", Discrete.of(2))))) {
            String message = assertThrows(IllegalArgumentException.class, () -> ActionMasks.withoutMask(without))
                    .getMessage();
            assertTrue(message.contains("the key \"action_mask\", found " + without), message);
        }
        Space nothingElse = new Dict(Map.of(ActionMasks.KEY, MultiBinary.of(2)));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> ActionMasks.withoutMask(nothingElse))
                .getMessage()
                .contains("another key"));
    }

    /** The script prints, for each space and mask, every sample that Gymnasium's {@code sample(mask)} gives. */
    @Test
    void whatCanBeSampledIsWhatGymnasiumsSampleCanGive() {
        String printed = new String(PythonScript.run("action_masks.py"), StandardCharsets.UTF_8);
        List<String> lines = printed.lines().toList();
        assertTrue(lines.size() >= 30, printed);
        for (String line : lines) {
            String[] parts = line.split(" \\| ", -1);
            Space space = space(parts[0]);
            byte[] bits = new byte[parts[1].length()];
            for (int i = 0; i < bits.length; i++) {
                bits[i] = (byte) (parts[1].charAt(i) - '0');
            }
            float[] mask = read(space, Tensor.ofBytes(new int[] {bits.length}, bits));
            assertEquals(parts[2], String.join(" ", samples(space, mask)), line);
        }
    }

    /** Whatever the network prefers and whatever number is drawn, for every mask there is. */
    @Test
    void aForbiddenActionIsNeitherDrawnNorTakenGreedily() {
        for (Space space : List.of(Discrete.of(3), MultiDiscrete.of(2, 3), MultiBinary.of(2))) {
            Distribution distribution = Distributions.of(space, false);
            int outputs = distribution.outputSize();
            for (float[] mask : masksOf(space)) {
                float[] twoRows = Arrays.copyOf(new float[outputs], 2 * outputs);
                System.arraycopy(mask, 0, twoRows, outputs, outputs);
                for (int preferred = 0; preferred < outputs; preferred++) {
                    PolicySnapshot policy = new PolicySnapshot(preferring(preferred, outputs), distribution);
                    float[] actions = new float[2 * distribution.actionSize()];
                    policy.actGreedy(new float[2], twoRows, 2, actions);
                    assertAllowed(mask, distribution, actions, "greedy");
                    for (double uniform : new double[] {0, 0.5, Math.nextDown(1.0)}) {
                        policy.act(new float[2], twoRows, 2, constant(uniform), actions);
                        assertAllowed(mask, distribution, actions, "drawn with " + uniform);
                    }
                }
            }
        }
    }

    /** A network of one feature whose outputs are 0 but for one, which is 3; of a Bernoulli variable, −3 for an even one. */
    private static Network preferring(int preferred, int outputs) {
        return new ActingNetwork(1, outputs) {
            @Override
            public void forward(float[] features, int rows, float[] values) {
                Arrays.fill(values, 0);
                for (int row = 0; row < rows; row++) {
                    values[row * outputs + preferred] = 3;
                }
            }
        };
    }

    /** Every row that a mask of the space can be read as. */
    private static List<float[]> masksOf(Space space) {
        if (space instanceof MultiBinary) {
            List<float[]> all = new ArrayList<>();
            for (float first : new float[] {NO, 0, YES}) {
                for (float second : new float[] {NO, 0, YES}) {
                    all.add(new float[] {first, second});
                }
            }
            return all;
        }
        int outputs = Distributions.of(space, false).outputSize();
        List<float[]> all = new ArrayList<>();
        for (int bits = 0; bits < 1 << outputs; bits++) {
            float[] mask = new float[outputs];
            for (int k = 0; k < outputs; k++) {
                mask[k] = (bits >> k & 1) == 1 ? 0 : NO;
            }
            boolean first = space instanceof Discrete || mask[0] == 0 || mask[1] == 0;
            int from = space instanceof Discrete ? 0 : 2;
            if (first && (mask[from] == 0 || mask[from + 1] == 0 || (mask[from + 2] == 0))) {
                all.add(mask);
            }
        }
        return all;
    }

    /** Of the second row's action. */
    private static void assertAllowed(float[] mask, Distribution distribution, float[] actions, String how) {
        int count = distribution.actionSize();
        float[] action = Arrays.copyOfRange(actions, count, 2 * count);
        double[] outputs = new double[mask.length];
        Arrays.setAll(outputs, k -> mask[k]);
        double logProb = distribution.logProb(outputs, 0, action, 0);
        assertTrue(
                logProb > Double.NEGATIVE_INFINITY,
                () -> how + ": " + Arrays.toString(action) + " under the mask " + Arrays.toString(mask));
    }

    private static RandomGenerator constant(double uniform) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("Expected nextDouble only");
            }

            @Override
            public double nextDouble() {
                return uniform;
            }
        };
    }

    private static Set<String> samples(Space space, float[] mask) {
        Distribution distribution = Distributions.of(space, false);
        ActionEncoder encoder = new ActionEncoder(space, distribution);
        SplittableRandom random = new SplittableRandom(1);
        Set<String> found = new TreeSet<>();
        float[] action = new float[distribution.actionSize()];
        for (int i = 0; i < 600; i++) {
            distribution.sample(mask, 0, random, action, 0);
            List<String> numbers = new ArrayList<>();
            for (double number : encoder.encode(action, 1).asTensor().toDoubles()) {
                numbers.add(Long.toString((long) number));
            }
            found.add(String.join(",", numbers));
        }
        return found;
    }

    private static Space space(String name) {
        return switch (name) {
            case "discrete" -> new Discrete(5, 2, DType.INT64);
            case "multi_discrete" ->
                new MultiDiscrete(
                        Tensor.ofLongs(new int[] {2}, 3, 2), Tensor.ofLongs(new int[] {2}, 1, -1), DType.INT64);
            case "multi_binary" -> MultiBinary.of(3);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void refused(Space space, Object mask, String... mentioned) {
        String message = assertThrows(IllegalArgumentException.class, () -> read(space, mask))
                .getMessage();
        for (String part : mentioned) {
            assertTrue(message.contains(part), message);
        }
    }

    private static float[] read(Space space, Object mask) {
        ActionMasks masks = masks(space);
        float[] row = new float[masks.size()];
        masks.read(TupleValue.of(), new Infos(List.of(info(mask))), row);
        return row;
    }

    private static ActionMasks masks(Space space) {
        return ActionMasks.inInfos(space, Distributions.of(space, false));
    }

    private static Map<String, Object> info(Object mask) {
        return Map.of(ActionMasks.KEY, mask);
    }

    private static Tensor bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return Tensor.ofBytes(new int[] {bytes.length}, bytes);
    }
}

package dev.gangway.environment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Tests of Text, Tuple, Dict, Sequence, Graph and OneOf. */
class NestedSpacesTest {
    private static final int SAMPLES = 4000;
    private static final Text TEXT = new Text(1, 3, "zé😀a");
    private static final Discrete TWO = Discrete.of(2);

    private final SplittableRandom random = new SplittableRandom(7);

    private static Dict dict(String first, String second) {
        Map<String, Space> parts = new LinkedHashMap<>();
        parts.put(first, TWO);
        parts.put(second, TWO);
        return new Dict(parts);
    }

    private static Tensor scalar(long value) {
        return Tensor.ofLongs(new int[0], value);
    }

    private static GraphValue graph(int nodes, long... links) {
        Tensor attributes = Tensor.ofLongs(new int[] {nodes}, new long[nodes]);
        int edges = links.length / 2;
        return new GraphValue(
                new StackedValue(nodes, attributes),
                Optional.of(new StackedValue(edges, Tensor.ofLongs(new int[] {edges}, new long[edges]))),
                Optional.of(Tensor.ofLongs(new int[] {edges, 2}, links)));
    }

    @Test
    void textsAreCountedInCodePoints() {
        assertTrue(TEXT.contains(new TextValue("😀😀😀")));
        assertFalse(TEXT.contains(new TextValue("😀😀😀😀")));
        assertFalse(TEXT.contains(new TextValue("")));
        assertFalse(TEXT.contains(new TextValue("b")));
        assertFalse(TEXT.contains(scalar(0)));
        assertEquals("Text(1, 3, charset=azé😀)", TEXT.toString());
        assertNotEquals(TEXT, new Text(1, 3, "azé😀"));
        assertThrows(IllegalArgumentException.class, () -> new Text(0, 1, "\ud83d"));
        assertThrows(IllegalStateException.class, () -> new Text(1, 1, "").sample(random));
        assertEquals(new TextValue(""), new Text(0, 1, "").sample(random));
    }

    @Test
    void textSamplesHaveUniformLengthsAndCharacters() {
        int[] lengths = new int[4];
        for (int i = 0; i < SAMPLES; i++) {
            TextValue sample = TEXT.sample(random);
            assertTrue(TEXT.contains(sample));
            lengths[(int) sample.text().codePoints().count()]++;
        }
        for (int length = 1; length <= 3; length++) {
            assertEquals(SAMPLES / 3.0, lengths[length], 150);
        }
    }

    @Test
    void sequenceSamplesHaveGeometricLengths() {
        Sequence plain = new Sequence(TWO, false);
        Sequence stacked = new Sequence(TWO, true);
        double sum = 0;
        int ones = 0;
        for (int i = 0; i < SAMPLES; i++) {
            TupleValue sample = (TupleValue) plain.sample(random);
            sum += sample.values().size();
            ones += sample.values().size() == 1 ? 1 : 0;
            assertTrue(stacked.contains(stacked.sample(random)));
        }
        assertEquals(4, sum / SAMPLES, 0.25); // mean and first probability of the distribution with p = 1/4
        assertEquals(0.25, ones / (double) SAMPLES, 0.03);
        assertTrue(plain.contains(TupleValue.of()));
        assertFalse(plain.contains(TupleValue.of(scalar(2))));
        assertFalse(stacked.contains(TupleValue.of()));
        assertTrue(stacked.contains(new StackedValue(0, Tensor.ofLongs(new int[] {0}))));
        assertFalse(stacked.contains(new StackedValue(1, Tensor.ofLongs(new int[] {2}, 0, 0))));
        assertFalse(stacked.contains(new StackedValue(1, Tensor.ofLongs(new int[] {1}, 2))));
        assertEquals("Sequence(Discrete(2), stack=True)", stacked.toString());
    }

    @Test
    void graphSamplesHaveTenNodesAndFewerThanNinetyEdges() {
        Graph graph = new Graph(Box.of(0, 1, 2), Optional.of(TWO));
        double edges = 0;
        for (int i = 0; i < 1000; i++) {
            GraphValue sample = graph.sample(random);
            assertTrue(graph.contains(sample));
            assertEquals(10, sample.nodes().length());
            edges += sample.edges().map(StackedValue::length).orElse(0);
        }
        assertEquals(44.5, edges / 1000, 3);
        assertTrue(new Graph(TWO, Optional.empty()).sample(random).edges().isEmpty());
        assertEquals("Graph(Box(0.0, 1.0, (2,), float32), Discrete(2))", graph.toString());
        assertEquals("Graph(Discrete(2), None)", new Graph(TWO, Optional.empty()).toString());
    }

    @Test
    void aGraphsLinksNameItsNodes() {
        Graph space = new Graph(TWO, Optional.of(TWO));
        assertTrue(space.contains(graph(2, 0, 1, 1, 1)));
        assertFalse(space.contains(graph(2, 0, 2)));
        assertFalse(space.contains(graph(2, -1, 0)));
        assertFalse(new Graph(TWO, Optional.empty()).contains(graph(2, 0, 1)));
        GraphValue good = graph(2, 0, 1);
        assertThrows(
                IllegalArgumentException.class, () -> new GraphValue(good.nodes(), good.edges(), Optional.empty()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new GraphValue(good.nodes(), good.edges(), Optional.of(Tensor.ofLongs(new int[] {2}, 0, 1))));
    }

    @Test
    void dictionariesKeepTheirOrder() {
        assertNotEquals(dict("a", "b"), dict("b", "a"));
        assertEquals("Dict('b': Discrete(2), 'a': Discrete(2))", dict("b", "a").toString());
        DictValue value = dict("b", "a").sample(random);
        assertEquals(List.of("b", "a"), List.copyOf(value.entries().keySet()));
        assertTrue(dict("a", "b").contains(value));
        assertFalse(dict("a", "c").contains(value));
        assertThrows(IllegalArgumentException.class, () -> value.get("c"));
    }

    @Test
    void everyAlternativeIsSampled() {
        OneOf space = OneOf.of(TWO, TEXT);
        int texts = 0;
        for (int i = 0; i < SAMPLES; i++) {
            OneOfValue sample = space.sample(random);
            assertTrue(space.contains(sample));
            texts += sample.index();
        }
        assertEquals(SAMPLES / 2.0, texts, 150);
        assertFalse(space.contains(new OneOfValue(1, scalar(0))));
        assertFalse(space.contains(new OneOfValue(2, scalar(0))));
        assertEquals("OneOf(Discrete(2), Text(1, 3, charset=azé😀))", space.toString());
        assertThrows(IllegalArgumentException.class, () -> new OneOf(List.of()));
    }

    @Test
    void batchedSpacesAreGymnasiums() {
        assertEquals(MultiDiscrete.of(2, 2, 2), TWO.batched(3));
        assertEquals(Box.of(0, 1, 3, 2), Box.of(0, 1, 2).batched(3));
        assertEquals("Box(0, 1, (3, 2), int8)", MultiBinary.of(2).batched(3).toString());
        Tensor low = Tensor.ofLongs(new int[] {2, 2}, 0, 0, 0, 0);
        assertEquals(
                Box.of(low, Tensor.ofLongs(new int[] {2, 2}, 4, 1, 4, 1)),
                MultiDiscrete.of(5, 2).batched(2));
        assertEquals(Tuple.of(TEXT, TEXT), TEXT.batched(2));
        assertEquals(
                "Dict('a': MultiDiscrete([2 2]), 'b': MultiDiscrete([2 2]))",
                dict("b", "a").batched(2).toString());
        assertEquals(
                "Dict('b': MultiDiscrete([2 2]), 'a': MultiDiscrete([2 2]))",
                new Dict(dict("b", "a").spaces(), true).batched(2).toString());
        assertEquals(
                Tuple.of(MultiDiscrete.of(2, 2), Tuple.of(TEXT, TEXT)),
                Tuple.of(TWO, TEXT).batched(2));
    }

    @Test
    void aBatchComesApartIntoItsRows() {
        Tuple space = Tuple.of(TWO, dict("b", "a"), TEXT, new Sequence(Box.of(0, 1, 2), true));
        List<TupleValue> rows = List.of(space.sample(random), space.sample(random));

        TupleValue batch = space.concatenate(rows);

        assertTrue(space.batched(2).contains(batch));
        assertEquals(rows, List.of(space.row(batch, 0), space.row(batch, 1)));
        assertThrows(IllegalArgumentException.class, () -> space.concatenate(List.of(scalar(1))));
        assertThrows(IllegalArgumentException.class, () -> TWO.concatenate(List.of(TupleValue.of())));
        assertThrows(IllegalArgumentException.class, () -> TWO.concatenate(List.of(Tensor.ofFloats(new int[0], 1))));
    }

    @Test
    void aNestedSpaceIsNoArraySpace() {
        assertEquals(TWO, TWO.asArraySpace());
        var error = assertThrows(IllegalArgumentException.class, TEXT::asArraySpace);
        assertTrue(error.getMessage().contains("found Text("), error::getMessage);
    }
}

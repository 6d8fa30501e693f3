package dev.gangway.environment.random;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The streams that a training draws from as long as it runs. Whoever opens a stream here has its state kept in
 * checkpoints. Not thread-safe.
 */
public final class OpenStreams {
    private final Streams streams;
    private final Map<Key, NumpyRandom> open = new LinkedHashMap<>();

    /**
     * Names a stream.
     *
     * @param name what the numbers are for
     * @param index which of several
     */
    public record Key(String name, int index) {
        @Override
        public String toString() {
            return name + "/" + index;
        }
    }

    /** None is open yet. */
    public OpenStreams(Streams streams) {
        this.streams = streams;
    }

    /** Returns the one generator of a stream, at its start when it is first opened; as {@link Streams#stream}. */
    public NumpyRandom open(String name, int index) {
        return open.computeIfAbsent(new Key(name, index), key -> streams.stream(key.name(), key.index()));
    }

    /** Returns where each open stream is, in the order of opening. */
    public Map<Key, NumpyRandom.State> states() {
        Map<Key, NumpyRandom.State> states = new LinkedHashMap<>();
        open.forEach((key, random) -> states.put(key, random.state()));
        return states;
    }

    /**
     * Continues the open streams from other states.
     *
     * @throws IllegalArgumentException when the states are not those of the streams that are open
     */
    public void restore(Map<Key, NumpyRandom.State> states) {
        if (!states.keySet().equals(open.keySet())) {
            throw new IllegalArgumentException("Expected the states of the random streams " + open.keySet()
                    + ", found those of " + states.keySet());
        }
        open.forEach((key, random) -> random.restore(Objects.requireNonNull(states.get(key))));
    }
}

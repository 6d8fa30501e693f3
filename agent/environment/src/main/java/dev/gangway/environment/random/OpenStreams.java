package dev.gangway.environment.random;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps the random streams that a training draws from for as long as it runs. The state of every stream that is opened
 * here is kept in checkpoints. Not thread-safe.
 */
public final class OpenStreams {
    private final Streams streams;
    private final Map<Key, NumpyRandom> open = new LinkedHashMap<>();

    /**
     * Names a random stream.
     *
     * @param name what the numbers are for, for example {@code "action"}
     * @param index which of several streams of that name, for example the lane
     */
    public record Key(String name, int index) {
        @Override
        public String toString() {
            return name + "/" + index;
        }
    }

    /** Creates a keeper of the streams of one experiment. No stream is open at first. */
    public OpenStreams(Streams streams) {
        this.streams = streams;
    }

    /**
     * Returns the generator of a stream. The first call creates it as {@link Streams#stream} does; later calls return
     * the same object.
     */
    public NumpyRandom open(String name, int index) {
        return open.computeIfAbsent(new Key(name, index), key -> streams.stream(key.name(), key.index()));
    }

    /** Returns the present state of each open stream, in the order in which the streams were opened. */
    public Map<Key, NumpyRandom.State> states() {
        Map<Key, NumpyRandom.State> states = new LinkedHashMap<>();
        open.forEach((key, random) -> states.put(key, random.state()));
        return states;
    }

    /**
     * Continues the open streams from saved states.
     *
     * @throws IllegalArgumentException when the states are not those of exactly the open streams
     */
    public void restore(Map<Key, NumpyRandom.State> states) {
        if (!states.keySet().equals(open.keySet())) {
            throw new IllegalArgumentException("Expected the states of the random streams " + open.keySet()
                    + ", found those of " + states.keySet());
        }
        open.forEach((key, random) -> random.restore(Objects.requireNonNull(states.get(key))));
    }
}

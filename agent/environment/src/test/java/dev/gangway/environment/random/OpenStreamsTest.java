package dev.gangway.environment.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class OpenStreamsTest {
    private final OpenStreams streams = new OpenStreams(Streams.of(7));

    @Test
    void aStreamIsThatOfItsNameAndOpenedOnce() {
        assertEquals(
                Streams.of(7).stream("action", 1).nextLong(),
                streams.open("action", 1).nextLong());
        assertSame(streams.open("action", 1), streams.open("action", 1));
    }

    @Test
    void restoredStreamsGoOnInTheMiddleOfANumberToo() {
        for (int i = 0; i < 5; i++) {
            streams.open("a", 0).nextInt();
            streams.open("b", 3).nextLong();
        }
        OpenStreams restored = new OpenStreams(Streams.of(8));
        restored.open("a", 0);
        restored.open("b", 3);
        restored.restore(streams.states());
        assertEquals(streams.open("a", 0).nextInt(), restored.open("a", 0).nextInt());
        assertEquals(streams.open("b", 3).nextInt(), restored.open("b", 3).nextInt());
    }

    @Test
    void statesOfOtherStreamsAreRefusedWithBothLists() {
        streams.open("a", 0);
        OpenStreams other = new OpenStreams(Streams.of(7));
        other.open("b", 1);
        assertEquals(
                "Expected the states of the random streams [b/1], found those of [a/0]",
                assertThrows(IllegalArgumentException.class, () -> other.restore(streams.states()))
                        .getMessage());
    }
}

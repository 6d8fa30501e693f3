package dev.gangway.bridge.conformance;

/**
 * One promise, and a way to see whether it is kept.
 *
 * @param name the promise as a sentence
 * @param body sees; throws {@link AssertionError} when the promise is broken, and anything else when it cannot be seen
 */
public record Check(String name, Body body) {
    /** What a check does. */
    public interface Body {
        /** Runs the check and leaves nothing open. */
        void run() throws Exception;
    }
}

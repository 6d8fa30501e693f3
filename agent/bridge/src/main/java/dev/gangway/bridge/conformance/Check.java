package dev.gangway.bridge.conformance;

/**
 * One promise, and a program that checks whether it is kept.
 *
 * @param name the promise as a sentence
 * @param body throws an {@link AssertionError} when the promise is broken, and any other exception when the check could
 *     not be carried out
 */
public record Check(String name, Body body) {
    /** The program of a check. */
    public interface Body {
        /** Runs the check and leaves nothing open. */
        void run() throws Exception;
    }
}

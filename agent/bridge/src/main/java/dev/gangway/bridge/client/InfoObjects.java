package dev.gangway.bridge.client;

/** What becomes of an object in an info that has no portable form. */
public enum InfoObjects {
    /** It travels as its class and its {@code repr}: {@link dev.gangway.environment.Infos.Opaque}. */
    TEXT,
    /**
     * The command fails with UNSUPPORTED, naming copy, key and class. The copies have executed it by then, so each must be
     * reset before the next step.
     */
    REFUSE
}

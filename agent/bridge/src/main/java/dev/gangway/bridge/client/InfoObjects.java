package dev.gangway.bridge.client;

/** Says what happens to an object in an info that has no portable form. */
public enum InfoObjects {
    /**
     * The object travels as the name of its class and its {@code repr}: {@link dev.gangway.environment.Infos.Opaque}.
     */
    TEXT,
    /**
     * The command fails with UNSUPPORTED and names copy, key and class. The copies have executed the command by then,
     * so that each must be reset before the next step.
     */
    REFUSE
}

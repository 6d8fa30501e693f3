package dev.gangway.inference.provider;

/** A setting of a provider that is missing, unknown or not allowed; the message says path, found and allowed. */
public final class SettingsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Makes one from a sentence that begins with the setting's path. */
    public SettingsException(String problem) {
        super(problem);
    }
}
